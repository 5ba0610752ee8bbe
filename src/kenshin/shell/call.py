"""One program being called, as the readers of single programs see it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kenshin.shell.act import Act
from kenshin.shell.state import PIPE, State, Streams
from kenshin.shell.value import Value, unknown


@dataclass(frozen=True, slots=True)
class Call:
    """A program with its arguments and streams; name is the basename without wrappers."""

    state: State
    name: str
    arguments: tuple[Value, ...]
    streams: Streams
    path: str | None = None

    @property
    def texts(self) -> list[str]:
        """The arguments as text."""
        return [argument.text for argument in self.arguments]

    @property
    def stdin(self) -> Value | None:
        """Standard input; None where it is inherited."""
        return self.streams.stdin

    @property
    def place(self) -> tuple[int, str]:
        """Line and text for the acts of this call."""
        return self.state.line, self.state.text

    @property
    def used(self) -> bool:
        """Whether standard output goes to another program or a file."""
        return self.streams.sink.kind in ("pipe", "file")

    def emit(self, act: Act) -> None:
        """Keeps an act."""
        self.state.machine.emit(act)

    def output(self, source: str = "") -> Value:
        """Gives unknown output that still carries where the input came from."""
        stdin = self.streams.stdin
        if stdin is not None and stdin.origins:
            return stdin.hidden(source or self.name).via(self.name)
        return unknown(source or f"$({self.name})", how=(*(stdin.how if stdin else ()), self.name))

    def sub(self, fields: list[Value], stdin: Value | None = None) -> Value:
        """Gives the output of another command that this one starts."""
        streams = Streams(stdin, PIPE if self.used else self.streams.sink)
        return self.state.machine.execute(self.state.deeper(), fields, streams)


Handler = Callable[[Call], Value]
Handlers = Mapping[str, Handler]


@dataclass(frozen=True, slots=True)
class Options:
    """Arguments split into options with their values, and operands."""

    flags: frozenset[str]
    values: Mapping[str, tuple[Value, ...]]
    operands: tuple[Value, ...]

    def value(self, *names: str) -> Value | None:
        """Gives the first value of the first of these options that is present."""
        for name in names:
            if name in self.values:
                return self.values[name][0]
        return None

    def has(self, *names: str) -> bool:
        """Tells whether one of these options is present."""
        return any(name in self.flags or name in self.values for name in names)


def parse_options(
    arguments: tuple[Value, ...], short: str = "", long: frozenset[str] = frozenset(), stop: bool = False
) -> Options:
    """Splits arguments; short and long name the options that take a value; stop ends at the first operand."""
    flags: set[str] = set()
    values: dict[str, tuple[Value, ...]] = {}
    operands: list[Value] = []
    position = 0
    while position < len(arguments):
        argument = arguments[position]
        text = argument.text
        position += 1
        if text == "--" or (stop and not text.startswith("-")):
            operands.extend(arguments[position if text == "--" else position - 1 :])
            break
        if not text.startswith("-") or text == "-":
            operands.append(argument)
            continue
        name, joined = _option(text, short, long)
        for flag in name[:-1]:
            flags.add(flag)
        last = name[-1]
        if joined is not None:
            values[last] = (*values.get(last, ()), argument.with_text(joined))
        elif (last in long or (len(last) == 1 and last in short)) and position < len(arguments):
            values[last] = (*values.get(last, ()), arguments[position])
            position += 1
        else:
            flags.add(last)
    return Options(frozenset(flags), values, tuple(operands))


def _option(text: str, short: str, long: frozenset[str]) -> tuple[list[str], str | None]:
    """Gives the option letters or name of one argument, and the value joined to the last."""
    if text.startswith("--") or text[1:] in long:
        name, equals, value = text.lstrip("-").partition("=")
        return [name], value if equals else None
    letters: list[str] = []
    for index, letter in enumerate(text[1:60], 2):
        letters.append(letter)
        if letter in short:
            return letters, text[index:] or None
    return letters, None


def basename(path: str) -> str:
    """Gives the last part of a path as a program name."""
    return posixpath.basename(path.rstrip("/\r")) or path
