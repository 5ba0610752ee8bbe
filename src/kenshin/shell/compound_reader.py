"""Reads compound commands: groups, conditions, loops, cases, functions (bash(1), Compound Commands)."""

from __future__ import annotations

import re

from kenshin.shell.reader import Reader
from kenshin.shell.redirect_reader import read_redirects
from kenshin.shell.syntax import Compound, Node, Statement, Word
from kenshin.shell.word_reader import arithmetic_end, read_enclosed, read_word

RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|function|select|coproc|time|\{|\}|!|\[\[)"
    r"(?=[ \t\n;&|()<>]|\Z)"
)
CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
TEST_END = re.compile(r"[ \t\n]\]\](?=[ \t\n;&|)]|\Z)")
LOOP_HEAD = re.compile(r"\(\([^\n]{0,500}?\)\)")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EMPTY = Word((), "")


def reserved(reader: Reader) -> str:
    """Gives the reserved word at the position, or nothing."""
    found = RESERVED.match(reader.source, reader.position)
    return found.group() if found else ""


def read_subshell(reader: Reader) -> Node:
    """Reads ( ... ) or (( ... ))."""
    if reader.peek(2) == "((":
        close = arithmetic_end(reader.source, reader.position + 2)
        if close > 0:
            reader.position = close
            return Compound("test", "", (), (), read_redirects(reader))
    reader.position += 1
    body = read_enclosed(reader)
    return Compound("subshell", "", (), (body,), read_redirects(reader))


def read_compound(reader: Reader, word: str) -> Node | None:
    """Reads the compound command that this reserved word starts."""
    start = reader.position
    reader.position += len(word)
    if word == "{":
        body = _read_until(reader, "}")
        return Compound("group", "", (), (body,), read_redirects(reader))
    if word == "[[":
        found = TEST_END.search(reader.source, start, start + 4000)
        reader.position = found.end() if found else reader.line_end(start)
        return Compound("test", "", (), (), read_redirects(reader))
    if word == "if":
        return _read_if(reader)
    if word in ("while", "until"):
        condition = reader.grammar.read_list(reader, frozenset({"do"}))
        reader.position += 2 if reserved(reader) == "do" else 0
        body = _read_until(reader, "done")
        return Compound("while", "", (), (condition, body), read_redirects(reader))
    if word in ("for", "select"):
        return _read_for(reader)
    if word == "case":
        return _read_case(reader)
    return _read_named_function(reader)


def _read_named_function(reader: Reader) -> Node | None:
    """Reads what follows the word function."""
    reader.skip_blanks()
    name = read_word(reader) or EMPTY
    reader.skip_blanks()
    if reader.peek(2) == "()":
        reader.position += 2
    return read_function(reader, name.text)


def _read_until(reader: Reader, closer: str) -> tuple[Statement, ...]:
    start = reader.position
    body = reader.grammar.read_list(reader, frozenset({closer}))
    if reserved(reader) == closer:
        reader.position += len(closer)
    else:
        reader.problem(f"{closer} is missing", start)
    return body


def _read_if(reader: Reader) -> Node:
    bodies: list[tuple[Statement, ...]] = []
    stops = frozenset({"then", "elif", "else", "fi"})
    start = reader.position
    while True:
        bodies.append(reader.grammar.read_list(reader, stops))
        word = reserved(reader)
        if word not in stops:
            reader.problem("fi is missing", start)
            break
        reader.position += len(word)
        if word == "fi":
            break
    return Compound("if", "", (), tuple(bodies), read_redirects(reader))


def read_function(reader: Reader, name: str) -> Node | None:
    """Reads the body of a function of this name."""
    reader.skip_lines()
    start = reader.position
    reader.deeper()
    body = reader.grammar.read_command(reader)
    reader.depth -= 1
    if body is None:
        reader.problem("function without a body")
        return None
    inner = Statement(reader.line_at(start), reader.source[start : reader.position].strip(), body)
    return Compound("function", name, (), ((inner,),), ())


def _read_for(reader: Reader) -> Node:
    reader.skip_blanks()
    words: list[Word] = []
    name = ""
    head = LOOP_HEAD.match(reader.source, reader.position)
    if head:
        reader.position = head.end()
    else:
        found = NAME.match(reader.source, reader.position)
        name = found.group() if found else ""
        reader.position += len(name)
        reader.skip_lines()
        if reader.peek(2) == "in" and reader.peek(3)[2:] in ("", " ", "\t", "\n", ";", "\\"):
            reader.position += 2
            words = _read_words(reader)
    reader.skip_blanks()
    if reader.peek() == ";":
        reader.position += 1
    reader.skip_lines()
    word = reserved(reader)
    reader.position += len(word) if word in ("do", "{") else 0
    body = _read_until(reader, "}" if word == "{" else "done")
    return Compound("for", name, tuple(words), (body,), read_redirects(reader))


def _read_words(reader: Reader) -> list[Word]:
    words: list[Word] = []
    while True:
        reader.skip_blanks()
        word = read_word(reader) if reader.peek() not in ("", "\n", ";", "#") else None
        if word is None:
            return words
        words.append(word)


def _read_case(reader: Reader) -> Node:
    start = reader.position
    reader.skip_blanks()
    subject = read_word(reader) or EMPTY
    reader.skip_lines()
    reader.position += 2 if reader.peek(2) == "in" else 0
    bodies: list[tuple[Statement, ...]] = []
    while True:
        reader.skip_lines()
        if reader.position >= reader.end or reserved(reader) in CLOSERS:
            break
        _read_patterns(reader)
        bodies.append(reader.grammar.read_list(reader, frozenset({";;", "esac"})))
        if reader.peek() != ";":
            break
        while reader.peek() in (";", "&") and reader.peek():
            reader.position += 1
    if reserved(reader) == "esac":
        reader.position += 4
    else:
        reader.problem("esac is missing", start)
    return Compound("case", "", (subject,), tuple(bodies), read_redirects(reader))


def _read_patterns(reader: Reader) -> None:
    if reader.peek() == "(":
        reader.position += 1
    while True:
        reader.skip_blanks()
        pattern = read_word(reader)
        reader.skip_blanks()
        if reader.peek() == "|":
            reader.position += 1
            continue
        if reader.peek() == ")":
            reader.position += 1
        elif pattern is None:
            reader.problem("pattern without )")
        return
