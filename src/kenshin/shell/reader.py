"""The place in a shell text, shared by those who read words and commands from it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from kenshin.shell.syntax import Node, Problem, Statement

DEPTH_LIMIT = 40
COMMAND_LIMIT = 20_000
WORD_LIMIT = 120_000
PROBLEM_LIMIT = 100
RESYNC_LIMIT = 8

BLANKS = re.compile(r"(?:[ \t]|\\\n)*")
NEWLINE = re.compile("\n")


class GaveUp(Exception):
    """The text is nested deeper, or holds more, than we are willing to read."""


@dataclass(slots=True)
class Allowance:
    """How much may still be read, shared by a text and the texts nested in it."""

    commands: int = COMMAND_LIMIT
    words: int = WORD_LIMIT
    resyncs: int = RESYNC_LIMIT
    problems: list[Problem] = field(default_factory=list)

    def take_command(self) -> None:
        """Counts one command; raises GaveUp when there are too many."""
        self.commands -= 1
        if self.commands < 0:
            raise GaveUp("too complex: too many commands")

    def take_word(self) -> None:
        """Counts one word; raises GaveUp when there are too many."""
        self.words -= 1
        if self.words < 0:
            raise GaveUp("too complex: too many words")


@dataclass(frozen=True, slots=True)
class Grammar:
    """How lists and commands are read, for the readers of the parts they are made of."""

    read_list: Callable[[Reader, frozenset[str]], tuple[Statement, ...]]
    read_command: Callable[[Reader], Node | None]


class Reader:
    """A position in shell text, with its line numbers, depth and here-documents."""

    def __init__(self, source: str, line: int, depth: int, allowance: Allowance, grammar: Grammar) -> None:
        self.source = source
        self.position = 0
        self.end = len(source)
        self.first_line = line
        self.depth = depth
        self.outermost = depth == 0
        self.allowance = allowance
        self.grammar = grammar
        self.stack: list[frozenset[str]] = []
        self.skips: dict[int, int] = {}
        self.line_ends = [found.start() for found in NEWLINE.finditer(source)]

    def line_at(self, position: int) -> int:
        """Gives the line number of a position."""
        return self.first_line + bisect_right(self.line_ends, position - 1)

    def problem(self, message: str, position: int | None = None) -> None:
        """Notes something that could not be read."""
        if len(self.allowance.problems) < PROBLEM_LIMIT:
            where = self.position if position is None else position
            self.allowance.problems.append(Problem(self.line_at(where), message))

    def peek(self, length: int = 1) -> str:
        """Gives the next characters without taking them."""
        return self.source[self.position : self.position + length]

    def skip_blanks(self) -> None:
        """Passes over blanks and continued lines."""
        found = BLANKS.match(self.source, self.position)
        if found:
            self.position = found.end()

    def skip_lines(self) -> None:
        """Passes over blanks, comments and line ends, and the here-documents after them."""
        while self.position < self.end:
            self.skip_blanks()
            character = self.peek()
            if character == "#":
                self.position = self.line_end(self.position)
            elif character == "\n":
                self.position = self.skips.pop(self.position, self.position + 1)
            else:
                return

    def line_end(self, position: int) -> int:
        """Gives the position of the next line end, or of the end of the text."""
        found = self.source.find("\n", position)
        return self.end if found < 0 else found

    def waits_for(self, closer: str) -> bool:
        """Tells whether some enclosing construct ends with this closer."""
        return any(closer in stops for stops in self.stack)

    def recover(self, reason: str, start: int, stops: frozenset[str]) -> bool:
        """Goes on at the next line after giving up; False when nothing more may be read."""
        self.problem(reason, start)
        self.depth = 0
        self.stack[:] = [stops]
        self.position = self.line_end(self.position)
        return self.allowance.commands >= 0 and self.allowance.words >= 0

    def deeper(self) -> None:
        """Enters a nested construct; raises GaveUp beyond the limit."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise GaveUp("nested too deeply")

    def inside(self, source: str, line: int) -> Reader:
        """Gives a reader of text nested in this one, such as between backticks."""
        if self.depth + 4 > DEPTH_LIMIT:
            raise GaveUp("nested too deeply")
        return Reader(source, line, self.depth + 4, self.allowance, self.grammar)
