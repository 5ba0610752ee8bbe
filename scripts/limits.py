"""Holds the house rules that no linter knows: sizes, names, and the purity of the core.

`python scripts/limits.py [ROOT]` prints one line for each breach and exits 1 when there is one.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

MODULE_LINES = 300
FUNCTION_LINES = 40
CLASS_METHODS = 12
CHECKED = ("src", "scripts", "bench", "tests")
COLLECTOR = "src/kenshin/collector/"
CORE = ("model", "evidence", "shell", "artifacts", "provenance", "analysis", "detections")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "core"}
FORBIDDEN_IMPORTS = {
    *(
        "asyncio",
        "ctypes",
        "fcntl",
        "ftplib",
        "getpass",
        "glob",
        "grp",
        "http",
        "importlib",
        "locale",
        "logging",
    ),
    *(
        "mmap",
        "multiprocessing",
        "os",
        "pickle",
        "platform",
        "pwd",
        "random",
        "resource",
        "secrets",
        "select",
    ),
    *("shutil", "signal", "smtplib", "socket", "socketserver", "ssl", "subprocess", "tempfile", "threading"),
    *("time", "urllib.request", "uuid", "webbrowser"),
}
FORBIDDEN_CALLS = {"open", "eval", "exec", "compile", "print", "input", "breakpoint", "__import__"}
CLOCK_CALLS = {"now", "today", "utcnow"}
PROCESS_STATE = {"argv", "exit", "modules", "path", "stderr", "stdin", "stdout"}

Breach = tuple[int, str]
Rule = Callable[[ast.AST], Iterator[Breach]]


def sizes(node: ast.AST) -> Iterator[Breach]:
    """A function too long to read at once, a class that does too much."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES:
            yield node.lineno, f"function {node.name} has {length} lines, at most {FUNCTION_LINES}"
    if isinstance(node, ast.ClassDef):
        methods = sum(isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) for item in node.body)
        if methods > CLASS_METHODS:
            yield node.lineno, f"class {node.name} has {methods} methods, at most {CLASS_METHODS}"


def swallowing(node: ast.AST) -> Iterator[Breach]:
    """An except that hides what it catches."""
    if not isinstance(node, ast.ExceptHandler):
        return
    if node.type is None:
        yield node.lineno, "bare except: name what may be raised"
    elif dotted(node.type) in ("Exception", "BaseException") and all(map(does_nothing, node.body)):
        yield node.lineno, f"except {dotted(node.type)} that does nothing: never swallow"


def does_nothing(statement: ast.stmt) -> bool:
    """Whether a statement is pass, continue or a lone constant."""
    lone_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return lone_constant or isinstance(statement, ast.Pass | ast.Continue)


def impure_imports(node: ast.AST) -> Iterator[Breach]:
    """An import that brings the world, or another's code, into the core."""
    for name in imported(node):
        if name.split(".")[0] not in sys.stdlib_module_names | {"kenshin"}:
            yield line_of(node), f"import of {name}: the core has the standard library alone"
        elif any(name == banned or name.startswith(f"{banned}.") for banned in FORBIDDEN_IMPORTS):
            yield line_of(node), f"import of {name}: the core does no I/O and asks the system nothing"
        elif name == "io.open" or (name.split(".")[0] == "pathlib" and ".Pure" not in name):
            yield line_of(node), f"import of {name}: paths in the core are pure (pathlib.PurePosixPath)"


def impure_acts(node: ast.AST) -> Iterator[Breach]:
    """A call or a name in the core that reads the world, or changes a global."""
    if isinstance(node, ast.Global):
        yield node.lineno, "global: no state in the core"
    if isinstance(node, ast.Attribute) and node.attr in PROCESS_STATE and dotted(node) == f"sys.{node.attr}":
        yield node.lineno, f"sys.{node.attr}: the core knows nothing of its process"
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
        yield node.lineno, f"{node.func.id}(): the core opens, runs and prints nothing"
    owner, _, last = dotted(node.func).rpartition(".")
    if last in CLOCK_CALLS and owner.split(".")[-1] in ("date", "datetime"):
        yield node.lineno, f"{owner}.{last}(): the core has no clock; take the moment as an argument"


def loose_types(node: ast.AST) -> Iterator[Breach]:
    """Any, in the model."""
    if "typing.Any" in imported(node) or (isinstance(node, ast.Attribute) and dotted(node) == "typing.Any"):
        yield line_of(node), "Any in the model: say the type"


def imported(node: ast.AST) -> list[str]:
    """The dotted names that an import statement brings; nothing for any other node."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names; empty for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def line_of(node: ast.AST) -> int:
    """The line a node begins on."""
    return int(getattr(node, "lineno", 1))


def rules_for(path: str) -> list[Rule]:
    """The rules a file is held to, by its path from the root of the project."""
    rules: list[Rule] = [sizes]
    parts = Path(path).parts
    if parts[0] == "src":
        rules.append(swallowing)
    if parts[:2] == ("src", "kenshin") and parts[2] in CORE:
        rules += [impure_imports, impure_acts]
        if parts[2] == "model":
            rules.append(loose_types)
    return rules


def breaches(path: str, source: str) -> Iterator[Breach]:
    """Every breach in one file, by line."""
    lines = source.count("\n")
    if lines > MODULE_LINES and not path.startswith(COLLECTOR):
        yield 1, f"module has {lines} lines, at most {MODULE_LINES}"
    bad = FORBIDDEN_NAMES & {Path(path).stem, *Path(path).parts[:-1]}
    for name in sorted(bad) if path.startswith("src/") else ():
        yield 1, f"named {name}: name it after what it holds"
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield error.lineno or 1, f"not Python: {error.msg}"
        return
    rules = rules_for(path)
    for node in ast.walk(tree):
        for rule in rules:
            yield from rule(node)


def problems(root: Path) -> list[str]:
    """Every breach under the project's root, as `path:line: what`."""
    found = []
    for top in CHECKED:
        for file in sorted((root / top).rglob("*.py")):
            path = file.relative_to(root).as_posix()
            found += [
                f"{path}:{line}: {what}" for line, what in sorted(breaches(path, file.read_text("utf-8")))
            ]
    return found


if __name__ == "__main__":
    found = problems(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent)
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)
