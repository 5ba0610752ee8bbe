"""The syntax tree of shell text: words, commands, statements (POSIX sh and bash)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plain:
    """Literal text; quoting is "", "'", '"', "\\\\" or "$'" as it was written."""

    text: str
    quoting: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter expansion: $name, ${name}, ${name:-argument}."""

    name: str
    text: str
    quoted: bool = False
    operator: str = ""
    argument: Word | None = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """A command substitution, $(...) or between backticks."""

    body: tuple[Statement, ...]
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """An arithmetic expansion; its value is not worked out beyond plain numbers."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """A process substitution; direction is "<" or ">"."""

    direction: str
    body: tuple[Statement, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """One word before expansion, with its exact source."""

    parts: tuple[Plain | Parameter | Substitution | Arithmetic | Process, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection; for here-documents and here-strings the target is the body."""

    operator: str
    descriptor: int | None
    target: Word


@dataclass(frozen=True, slots=True)
class Assignment:
    """name=value, or name=(elements)."""

    name: str
    value: Word
    append: bool = False
    elements: tuple[Word, ...] | None = None


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple command: assignments, words, redirections."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by | (at least two)."""

    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Commands joined by && and ||."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound command; bodies are its statement lists in the order written."""

    kind: str
    name: str
    words: tuple[Word, ...]
    bodies: tuple[tuple[Statement, ...], ...]
    redirects: tuple[Redirect, ...]


Node = Simple | Pipeline | Chain | Compound


@dataclass(frozen=True, slots=True)
class Statement:
    """One complete command with the line it starts on (1-based) and its exact source."""

    line: int
    text: str
    node: Node
    background: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A place that could not be read as shell."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Script:
    """Shell text as statements, and what could not be read of it."""

    commands: tuple[Statement, ...]
    problems: tuple[Problem, ...]

    def every(self) -> Iterator[Statement]:
        """Gives every statement, those inside compound commands too, in source order."""
        waiting = list(reversed(self.commands))
        while waiting:
            statement = waiting.pop()
            yield statement
            waiting.extend(reversed(inner_statements(statement.node)))


def inner_statements(node: Node) -> tuple[Statement, ...]:
    """Gives the statements directly inside the compound commands of a node."""
    found: list[Statement] = []
    waiting: list[Node] = [node]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, Pipeline):
            waiting.extend(current.members)
        elif isinstance(current, Chain):
            waiting.append(current.first)
            waiting.extend(following for _, following in current.rest)
        elif isinstance(current, Compound):
            for body in current.bodies:
                found.extend(body)
    return tuple(found)
