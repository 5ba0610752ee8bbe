"""Reads words: quoting, expansions and substitutions (bash(1), QUOTING and EXPANSION)."""

from __future__ import annotations

import re

from kenshin.shell.escapes import unescape
from kenshin.shell.reader import Reader
from kenshin.shell.syntax import Arithmetic, Parameter, Plain, Process, Statement, Substitution, Word

Part = Plain | Parameter | Substitution | Arithmetic | Process

RUNS = {
    "word": re.compile(r"""[^ \t\n'"\\$`|&;()<>]+"""),
    "double": re.compile(r"""[^"\\$`]+"""),
    "brace": re.compile(r"""[^}'"\\$`]+"""),
    "brace-double": re.compile(r"""[^}"\\$`]+"""),
    "here": re.compile(r"""[^\\$`]+"""),
}
ENDS = {"word": " \t\n|&;()<>", "double": '"', "brace": "}", "brace-double": "}", "here": ""}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!_-]")
BRACED = re.compile(r"([!#]?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(\[[^\]\n}]{0,200}\])?")
OPERATOR = re.compile(r":[-=+?]|##|%%|//|/[#%]|\^\^|,,|[-=+?#%/:^,@]")
BACKQUOTED = re.compile(r"[^`\\]*(?:\\.[^`\\]*)*", re.DOTALL)
BACKSLASHED = re.compile(r"\\([`$\\])")
ANSI_QUOTED = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*", re.DOTALL)
ARITHMETIC_LIMIT = 2000
CLOSE = frozenset({")"})


def read_word(reader: Reader) -> Word | None:
    """Reads one word at the position; None where none starts there."""
    start = reader.position
    reader.allowance.take_word()
    parts = read_parts(reader, "word")
    if reader.position == start:
        return None
    return Word(tuple(parts), reader.source[start : reader.position])


def read_parts(reader: Reader, mode: str) -> list[Part]:
    """Reads the parts of a word up to what ends it in this mode."""
    run, ends = RUNS[mode], ENDS[mode]
    parts: list[Part] = []
    quoting = '"' if mode in ("double", "here") else ""
    while reader.position < reader.end:
        found = run.match(reader.source, reader.position)
        if found:
            parts.append(Plain(found.group(), quoting))
            reader.position = found.end()
            continue
        character = reader.source[reader.position]
        if character in ends and not (mode == "word" and _continues(reader, parts)):
            break
        _read_special(reader, mode, character, parts)
    return parts


def _continues(reader: Reader, parts: list[Part]) -> bool:
    two = reader.peek(2)
    if two in ("<(", ">("):
        return True
    if two[0] == "(" and parts:
        last = parts[-1]
        return isinstance(last, Plain) and not last.quoting and last.text[-1:] in ("@", "?", "*", "+", "!")
    return False


def _read_special(reader: Reader, mode: str, character: str, parts: list[Part]) -> None:
    quoted = mode in ("double", "here", "brace-double")
    reader.allowance.take_word()
    if character == "\\":
        parts.extend(_read_backslash(reader, mode))
    elif character == "'":
        parts.append(_read_single(reader))
    elif character == '"':
        parts.extend(_read_double(reader))
    elif character == "$":
        parts.extend(_read_dollar(reader, quoted))
    elif character == "`":
        parts.append(_read_backquoted(reader, quoted))
    elif character in "<>":
        parts.append(_read_process(reader))
    else:
        parts.append(_read_pattern(reader))


def _read_backslash(reader: Reader, mode: str) -> list[Part]:
    following = reader.source[reader.position + 1 : reader.position + 2]
    reader.position += 2 if following else 1
    if following == "\n":
        return []
    if mode in ("double", "here", "brace-double"):
        allowed = "$`\\" if mode == "here" else '$`"\\}'
        return [Plain(following if following and following in allowed else "\\" + following, '"')]
    return [Plain(following or "\\", "\\")]


def _read_single(reader: Reader) -> Plain:
    start = reader.position + 1
    close = reader.source.find("'", start)
    if close < 0:
        reader.problem("quote is never closed", reader.position)
        reader.position = reader.line_end(start)
        return Plain(reader.source[start : reader.position], "'")
    reader.position = close + 1
    return Plain(reader.source[start:close], "'")


def _read_double(reader: Reader) -> list[Part]:
    start = reader.position
    reader.position += 1
    reader.deeper()
    parts = read_parts(reader, "double")
    reader.depth -= 1
    if reader.position >= reader.end:
        reader.problem("quote is never closed", start)
        if reader.allowance.resyncs > 0:
            reader.allowance.resyncs -= 1
            reader.position = reader.line_end(start)
            return [Plain(reader.source[start + 1 : reader.position], '"')]
    else:
        reader.position += 1
    return parts or [Plain("", '"')]


def _read_dollar(reader: Reader, quoted: bool) -> list[Part]:
    start = reader.position
    following = reader.source[start + 1 : start + 2]
    if following == "(":
        return [_read_parenthesis(reader, quoted)]
    if following == "{":
        return [_read_braced(reader, quoted)]
    if following == "'" and not quoted:
        found = ANSI_QUOTED.match(reader.source, start + 2)
        body = found.group() if found else ""
        reader.position = min(start + 2 + len(body) + 1, reader.end)
        return [Plain(unescape(body), "$'")]
    if following == '"' and not quoted:
        reader.position += 1
        return _read_double(reader)
    name = NAME.match(reader.source, start + 1)
    if name:
        reader.position = name.end()
        return [Parameter(name.group(), reader.source[start : name.end()], quoted)]
    reader.position += 1
    return [Plain("$", '"' if quoted else "")]


def _read_parenthesis(reader: Reader, quoted: bool) -> Part:
    start = reader.position
    if reader.source.startswith("((", start + 1):
        close = arithmetic_end(reader.source, start + 3)
        if close > 0:
            reader.position = close
            return Arithmetic(reader.source[start:close], quoted)
    reader.position = start + 2
    body = read_enclosed(reader)
    return Substitution(body, reader.source[start : reader.position], quoted)


def arithmetic_end(source: str, start: int) -> int:
    """Gives the position after the )) that closes an arithmetic text, or -1."""
    depth = 0
    for position in range(start, min(start + ARITHMETIC_LIMIT, len(source))):
        character = source[position]
        if character == "(":
            depth += 1
        elif character == ")":
            if depth == 0:
                return position + 2 if source.startswith("))", position) else -1
            depth -= 1
        elif character in "\n'`\";":
            return -1
    return -1


def read_enclosed(reader: Reader) -> tuple[Statement, ...]:
    """Reads the statements up to the closing parenthesis and takes it."""
    start = reader.position
    reader.deeper()
    body = reader.grammar.read_list(reader, CLOSE)
    reader.depth -= 1
    if reader.peek() == ")":
        reader.position += 1
    else:
        reader.problem("parenthesis is never closed", start)
    return body


def _read_process(reader: Reader) -> Process:
    start = reader.position
    direction = reader.source[start]
    reader.position += 2
    body = read_enclosed(reader)
    return Process(direction, body, reader.source[start : reader.position])


def _read_pattern(reader: Reader) -> Plain:
    start = reader.position
    close = reader.source.find(")", start, start + 200)
    reader.position = start + 1 if close < 0 else close + 1
    return Plain(reader.source[start : reader.position])


def _read_backquoted(reader: Reader, quoted: bool) -> Substitution:
    start = reader.position
    found = BACKQUOTED.match(reader.source, start + 1)
    body = found.group() if found else ""
    reader.position = min(start + 1 + len(body) + 1, reader.end)
    if start + 1 + len(body) >= reader.end:
        reader.problem("backquote is never closed", start)
    nested = reader.inside(BACKSLASHED.sub(r"\1", body), reader.line_at(start))
    return Substitution(
        nested.grammar.read_list(nested, frozenset()), reader.source[start : reader.position], quoted
    )


def _read_braced(reader: Reader, quoted: bool) -> Part:
    start = reader.position
    head = BRACED.match(reader.source, start + 2)
    if not head:
        reader.position = start + 2
        return Plain("${", '"' if quoted else "")
    reader.position = head.end()
    prefix, name, subscript = head.groups()
    operator, argument = prefix, None
    if reader.peek() != "}":
        found = OPERATOR.match(reader.source, reader.position)
        operator = found.group() if found else "?"
        reader.position = found.end() if found else reader.position
        reader.deeper()
        inner_start = reader.position
        parts = read_parts(reader, "brace-double" if quoted else "brace")
        argument = Word(tuple(parts), reader.source[inner_start : reader.position])
        reader.depth -= 1
    if reader.peek() == "}":
        reader.position += 1
    else:
        reader.problem("brace is never closed", start)
    text = reader.source[start : reader.position]
    return Parameter(name + (subscript or ""), text, quoted, operator, argument)
