"""Settings of the loader's variables in a line of any configuration: shell, units, pam_env, daemons."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

DEPTH = 4  # of quotes within quotes
VALUE_LIMIT = 4096
SETTERS = frozenset("setenv set -gx -xg -x -ux --export default env".split())
_NAME = r"LD_[A-Z][A-Z0-9_]*"
_ALONE = re.compile(rf"(?:env\[)?({_NAME})\]?", re.ASCII)
_ASSIGNED = re.compile(rf"(?:^|[=,;{{\[:@\s\"'])({_NAME})[\]}}]?[+:]?=(?!=)", re.ASCII)
_OVERRIDES = re.compile(r"(?:DEFAULT|OVERRIDE)=(.*)", re.DOTALL)
_PIECE = re.compile(
    r"""(?P<blank>[\s;&|()<>]+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)"""
    r"""|(?P<plain>[^\s;&|()<>'"\\]+)|(?P<rest>.)""",
    re.DOTALL,
)
_PLAIN = re.compile(
    r"\s*(?:(?:export|readonly|local|declare|typeset|set)\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)=(.*)", re.DOTALL
)
_REFERENCE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)([^{}]*)\})")
_COMMAND = re.compile(r"-\w*c|eval", re.ASCII)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable with its value, quotes removed, references left as they are."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    quoted: str  # of the same length: `q` where the character stood in quotes


def assignments(line: str, depth: int = 0) -> Iterator[Assignment]:
    """Each setting of a variable LD_… to something in the line, also within quoted commands."""
    if "LD_" not in line and "PRELOAD" not in line and "AUDIT" not in line:
        return
    found = list(_words(line))
    for index, word in enumerate(found):
        before = found[index - 1].text if index else ""
        yield from _apart(found, index)
        for match in _ASSIGNED.finditer(word.text):
            start = match.start(1)
            if word.quoted[start] == "q" and (start > 0 or _COMMAND.fullmatch(before)):
                if depth < DEPTH:
                    yield from assignments(word.text, depth + 1)
                break
            value = word.text[match.end() :]
            if start > 0:
                value = value.partition(",")[0]
            if "%s" in value:
                value = " ".join(after.text for after in found[index + 1 : index + 9])
            if value:
                yield Assignment(match[1], value)


def _apart(words: Sequence[_Word], index: int) -> Iterator[Assignment]:
    """Settings whose name and value are words of their own: setenv(csh), pam_env.conf(5), PHP's pools."""
    name = _ALONE.fullmatch(words[index].text)
    if name is None:
        return
    after = [word.text for word in words[index + 1 : index + 4]]
    before = words[index - 1].text.lower() if index else ""
    if index == 0:
        for word in after:
            found = _OVERRIDES.fullmatch(word)
            if found and found[1]:
                yield Assignment(name[1], found[1])
    if after[:1] == ["="] and before not in ("[", "[[", "test"):
        after = after[1:]
    elif before not in SETTERS:
        return
    if after:
        yield Assignment(name[1], after[0])


def _words(line: str) -> Iterator[_Word]:
    text: list[str] = []
    quoted: list[str] = []
    started = False
    for piece in _PIECE.finditer(line):
        if piece.lastgroup == "blank" or (piece[0].startswith("#") and not started):
            if started:
                yield _Word("".join(text), "".join(quoted))
            text, quoted, started = [], [], False
            if piece.lastgroup != "blank":
                return  # a comment to the end of the line
            continue
        inside = piece[piece.lastgroup or 0]
        if piece.lastgroup == "double":
            inside = re.sub(r"\\([\"\\$`])", r"\1", inside)
        if piece.lastgroup == "rest" and piece[0] in "\"'\\":
            inside = ""  # a quote that nobody closes
        text.append(inside)
        quoted.append(("q" if piece.lastgroup in ("single", "double") else ".") * len(inside))
        started = True
    if started:
        yield _Word("".join(text), "".join(quoted))


def plain_assignment(line: str) -> tuple[str, str]:
    """The name and value of a line that sets one shell variable, or nothing."""
    found = _PLAIN.match(line)
    if found is None or len(found[2]) > VALUE_LIMIT:
        return "", ""
    words = list(_words(found[2]))
    return found[1], words[0].text if words else ""


def expanded(value: str, known: Mapping[str, str]) -> str:
    """The value with references to known variables replaced; LD_ variables before it count as empty."""

    def replacement(found: re.Match[str]) -> str:
        name, rest = found[1] or found[2], found[3] or ""
        if name in known and not rest:
            return known[name]
        if name.startswith("LD_"):
            return ""
        return rest[2:] if rest.startswith(":-") else found[0]

    for _ in range(DEPTH):
        value, before = _REFERENCE.sub(replacement, value)[:VALUE_LIMIT], value
        if value == before:
            break
    return value
