"""Reads commands: lists, pipelines, compound commands, redirections (bash(1), SHELL GRAMMAR)."""

from __future__ import annotations

import re

from kenshin.shell.compound_reader import CLOSERS, read_compound, read_function, read_subshell, reserved
from kenshin.shell.reader import GaveUp, Reader
from kenshin.shell.redirect_reader import read_redirect
from kenshin.shell.syntax import Assignment, Chain, Node, Pipeline, Redirect, Simple, Statement, Word
from kenshin.shell.word_reader import read_word

FUNCTION = re.compile(r"([^ \t\n'\"\\$`|&;()<>=]+)[ \t]*\([ \t]*\)")
ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]{0,200}\])?(\+?)=")
NAMED = re.compile(r"[ \t]+[A-Za-z_]\w*(?=[ \t]+(?:\{[ \t\n]|\())")
DECLARING = frozenset({"export", "local", "declare", "typeset", "readonly"})
EMPTY = Word((), "")


def read_list(reader: Reader, stops: frozenset[str]) -> tuple[Statement, ...]:
    """Reads statements up to one of the stops, which is not taken."""
    statements: list[Statement] = []
    reader.stack.append(stops)
    while True:
        reader.skip_lines()
        if reader.position >= reader.end or _at_stop(reader):
            break
        start = reader.position
        try:
            statement = _read_statement(reader)
        except GaveUp as reason:
            # Only the outermost list may recover, or the work would be done over at every level.
            if (len(reader.stack) > 1 and reader.stack[0] is not stops) or not reader.outermost:
                raise
            if not reader.recover(str(reason), start, stops):
                break
            continue
        if statement:
            statements.append(statement)
        elif reader.position == start:
            _pass_over(reader)
    reader.stack.pop()
    return tuple(statements)


def _at_stop(reader: Reader) -> bool:
    if reader.peek() == ")":
        return reader.waits_for(")")
    if reader.peek(2) in (";;", ";&"):
        return reader.waits_for(";;")
    word = reserved(reader)
    return word in CLOSERS and reader.waits_for(word)


def _pass_over(reader: Reader) -> None:
    word = reserved(reader)
    reader.problem(f"unexpected {word or reader.peek()!r}")
    reader.position += len(word) or 1


def _read_statement(reader: Reader) -> Statement | None:
    start = reader.position
    if reader.peek() == ";" and reader.peek(2) != ";;":
        reader.position += 1
        return None
    reader.allowance.take_command()
    node = _read_chain(reader)
    text = reader.source[start : reader.position].strip()
    background = False
    reader.skip_blanks()
    if reader.peek() == "&" and reader.peek(2) != "&&":
        background = True
        reader.position += 1
    elif reader.peek() == ";" and reader.peek(2) not in (";;", ";&"):
        reader.position += 1
    if node is None:
        return None
    return Statement(reader.line_at(start), text, node, background)


def _read_chain(reader: Reader) -> Node | None:
    first = _read_pipeline(reader)
    if first is None:
        return None
    rest: list[tuple[str, Node]] = []
    while True:
        reader.skip_blanks()
        operator = reader.peek(2)
        if operator not in ("&&", "||"):
            break
        reader.position += 2
        reader.skip_lines()
        following = _read_pipeline(reader)
        if following is None:
            reader.problem(f"nothing after {operator}")
            break
        rest.append((operator, following))
    return Chain(first, tuple(rest)) if rest else first


def _read_pipeline(reader: Reader) -> Node | None:
    members: list[Node] = []
    while True:
        member = read_command(reader)
        if member is None:
            break
        members.append(member)
        reader.skip_blanks()
        if reader.peek() != "|" or reader.peek(2) == "||":
            break
        reader.position += 2 if reader.peek(2) == "|&" else 1
        reader.skip_lines()
    if len(members) > 1:
        return Pipeline(tuple(members))
    return members[0] if members else None


def _skip_prefixes(reader: Reader) -> None:
    """Passes over what only says how a command is run."""
    reader.skip_blanks()
    while (word := reserved(reader)) in ("!", "time", "coproc"):
        reader.position += len(word)
        if word == "coproc" and (named := NAMED.match(reader.source, reader.position)):
            reader.position = named.end()
        reader.skip_blanks()
        if reader.source.startswith("-p ", reader.position):
            reader.position += 3
            reader.skip_blanks()


def read_command(reader: Reader) -> Node | None:
    """Reads one command, simple or compound; None where none starts."""
    _skip_prefixes(reader)
    if reader.peek() == "(":
        return read_subshell(reader)
    word = reserved(reader)
    if word and word not in CLOSERS:
        reader.deeper()
        node = read_compound(reader, word)
        reader.depth -= 1
        return node
    if word in CLOSERS:
        return None
    defined = FUNCTION.match(reader.source, reader.position)
    if defined:
        reader.position = defined.end()
        return read_function(reader, defined.group(1))
    return _read_simple(reader)


def _read_simple(reader: Reader) -> Node | None:
    assignments: list[Assignment] = []
    words: list[Word] = []
    redirects: list[Redirect] = []
    while True:
        reader.skip_blanks()
        redirect = read_redirect(reader)
        if redirect:
            redirects.append(redirect)
            continue
        assigned = ASSIGNMENT.match(reader.source, reader.position)
        declaring = bool(words) and words[0].text in DECLARING
        if assigned and (not words or (declaring and reader.source.startswith("(", assigned.end()))):
            assignments.append(_read_assignment(reader, assigned))
            continue
        ended = reader.peek() in ("", "\n", "#") or reader.peek() in ";&|()"
        word = None if ended else read_word(reader)
        if word is None:
            break
        words.append(word)
    if not (assignments or words or redirects):
        return None
    return Simple(tuple(assignments), tuple(words), tuple(redirects))


def _read_assignment(reader: Reader, assigned: re.Match[str]) -> Assignment:
    reader.position = assigned.end()
    name, append = assigned.group(1), bool(assigned.group(2))
    if reader.peek() != "(":
        return Assignment(name, read_word(reader) or EMPTY, append)
    reader.position += 1
    elements: list[Word] = []
    while reader.position < reader.end:
        reader.skip_lines()
        if reader.peek() == ")":
            reader.position += 1
            break
        element = read_word(reader)
        if element is None:
            break
        elements.append(element)
    return Assignment(name, EMPTY, append, tuple(elements))
