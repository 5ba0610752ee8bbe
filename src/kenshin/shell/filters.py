"""Programs that pass their input on, whole or in part: cat, sed, grep, awk, head."""

from __future__ import annotations

import re

from kenshin.shell.act import Write
from kenshin.shell.call import Call, Handlers, parse_options
from kenshin.shell.value import Value, concatenate, unknown

SUBSTITUTE = re.compile(r"s([^\w\s\\])((?:(?!\1).)*)\1((?:(?!\1).)*)\1(g?)", re.DOTALL)
REGEX_SIGNS = frozenset("\\.*[]^$+?(){}|&")


def _passed(call: Call, files: tuple[Value, ...], step: str = "") -> Value:
    """Gives what a filter lets through: the origins of what it reads, its text unknown."""
    step = step or call.name
    named = [value for value in files if value.text != "-"]
    if named:
        contents = [call.state.content(value.text) for value in named[:8]]
        whole = concatenate(contents)
    elif call.stdin is not None:
        whole = call.stdin
    else:
        return unknown(f"$({call.name})", how=(step,))
    if not whole.pieces:
        return Value()
    return whole.hidden(f"$({call.name})").via(step)


def _cat(call: Call) -> Value:
    files = parse_options(call.arguments).operands
    named = [value for value in files if value.text != "-"]
    if not named:
        return call.stdin if call.stdin is not None else unknown("$(cat)")
    contents = [
        call.stdin or Value() if value.text == "-" else call.state.content(value.text) for value in files[:16]
    ]
    return concatenate(contents)


def _sed(call: Call) -> Value:
    options = parse_options(call.arguments, "efl", frozenset({"expression", "file"}))
    script = options.value("e", "expression")
    files = options.operands
    if script is None and options.value("f", "file") is None and files:
        script, files = files[0], files[1:]
    if options.has("i", "in-place") or any(text.startswith(("-i", "--in-place")) for text in call.texts):
        line, text = call.place
        for value in files:
            detail = script.text if script else ""
            call.emit(Write(line, text, call.state.place(value.text), "sed -i", detail[:4096]))
        return Value()
    if script is not None and not files and call.stdin is not None and call.stdin.known:
        plain = _substituted(call.stdin.text, script.text)
        if plain is not None:
            return call.stdin.with_text(plain).via("sed")
    return _passed(call, files)


def _substituted(text: str, script: str) -> str | None:
    """Works out s/old/new/ where both are free of pattern signs."""
    if len(script) > 200:
        return None
    found = SUBSTITUTE.fullmatch(script)
    if not found or (set(found.group(2)) | set(found.group(3))) & REGEX_SIGNS:
        return None
    if found.group(4):
        return text.replace(found.group(2), found.group(3))
    return "\n".join(line.replace(found.group(2), found.group(3), 1) for line in text.split("\n"))


def _grep(call: Call) -> Value:
    options = parse_options(
        call.arguments, "efmABCd", frozenset({"regexp", "file", "max-count", "exclude", "include"})
    )
    pattern = options.value("e", "regexp")
    files = options.operands
    if pattern is None and files:
        pattern, files = files[0], files[1:]
    if options.has("q", "quiet", "silent", "c", "count"):
        return Value()
    step = f"grep {pattern.text}" if pattern and not options.has("v") and pattern.text != "grep" else "grep"
    return _passed(call, files, step[:80])


def _program_then_files(call: Call) -> Value:
    """awk, jq: the first operand is a program, the others are files."""
    options = parse_options(
        call.arguments, "Fvf" if call.name != "jq" else "f", frozenset({"arg", "argjson"})
    )
    return _passed(call, options.operands if options.has("f") else options.operands[1:])


def _files(call: Call) -> Value:
    """head, tail, sort and others: operands are files, first lines are worked out."""
    options = parse_options(
        call.arguments, "ncdfktsSTbqw", frozenset({"lines", "bytes", "delimiter", "fields"})
    )
    single_line = call.stdin is not None and call.stdin.known and call.stdin.text.count("\n") <= 1
    if call.name in ("head", "tail", "sort", "uniq", "tac") and not options.operands and single_line:
        return call.stdin or Value()
    return _passed(call, options.operands)


def _finder(call: Call) -> Value:
    """pgrep, pidof: the pattern is kept, for whoever kills what was found."""
    names = [value.text for value in parse_options(call.arguments, "uUgGPst").operands]
    return unknown(f"$({call.name})", how=(f"{call.name} {' '.join(names)}"[:80],))


FILTERS: Handlers = {
    **dict.fromkeys(("cat", "zstdless", "less", "more", "bat"), _cat),
    "sed": _sed,
    **dict.fromkeys(("grep", "egrep", "fgrep", "zgrep", "rg"), _grep),
    **dict.fromkeys(("jq", "yq"), _program_then_files),
    **dict.fromkeys(
        (
            "head",
            "tail",
            "sort",
            "uniq",
            "tac",
            "cut",
            "fold",
            "nl",
            "strings",
            "iconv",
            "dos2unix",
            "paste",
            "column",
            "shuf",
            "pv",
            "mbuffer",
            "sponge",
            "fmt",
            "unexpand",
            "expand",
        ),
        _files,
    ),
    **dict.fromkeys(("pgrep", "pidof"), _finder),
}
