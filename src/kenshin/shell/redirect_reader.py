"""Reads redirections and here-documents (bash(1), REDIRECTION)."""

from __future__ import annotations

import re

from kenshin.shell.reader import Reader
from kenshin.shell.syntax import Plain, Redirect, Word
from kenshin.shell.word_reader import read_parts, read_word

OPERATOR = re.compile(r"([0-9]{1,4}|\{[A-Za-z_]\w*\})?(<<<|<<-|<<|<>|<&|<(?!\()|&>>|&>|>>|>&|>\||>(?!\())")
EMPTY = Word((), "")


def read_redirects(reader: Reader) -> tuple[Redirect, ...]:
    """Reads the redirections that follow a compound command."""
    found: list[Redirect] = []
    while True:
        reader.skip_blanks()
        redirect = read_redirect(reader)
        if redirect is None:
            return tuple(found)
        found.append(redirect)


def read_redirect(reader: Reader) -> Redirect | None:
    """Reads one redirection at the position; None where there is none."""
    found = OPERATOR.match(reader.source, reader.position)
    if not found:
        return None
    number, operator = found.groups()
    descriptor = int(number) if number and number.isdigit() else None
    reader.position = found.end()
    reader.skip_blanks()
    target = (read_word(reader) if reader.peek() not in ("", "\n") else None) or EMPTY
    if operator in ("<<", "<<-"):
        target = _here_document(reader, target, operator == "<<-")
    return Redirect(operator, descriptor, target)


def _here_document(reader: Reader, delimiter: Word, tabs: bool) -> Word:
    """Reads the body at once, and leaves the jump over it to whoever reaches the line end."""
    reader.allowance.take_word()
    ending = "".join(part.text for part in delimiter.parts)
    literal = any(isinstance(part, Plain) and part.quoting for part in delimiter.parts)
    line_end = reader.line_end(reader.position)
    start = reader.skips.get(line_end, line_end + 1)
    lines: list[str] = []
    position = start
    closed = False
    while position < reader.end and not closed:
        stop = reader.line_end(position)
        line = reader.source[position:stop]
        position = stop + 1
        if tabs:
            line = line.lstrip("\t")
        closed = line == ending
        if not closed:
            lines.append(line + "\n")
    if not closed:
        reader.problem(f"here-document without {ending!r}")
    reader.skips[line_end] = min(position, reader.end)
    body = "".join(lines)
    if literal:
        return Word((Plain(body, "'"),), body)
    nested = reader.inside(body, reader.line_at(min(start, reader.end)))
    return Word(tuple(read_parts(nested, "here")), body)
