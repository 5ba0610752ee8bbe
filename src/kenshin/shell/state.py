"""The state of the abstract interpretation: variables, files, place; and the budget of the whole."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kenshin.shell.act import Act
from kenshin.shell.syntax import Node, Statement
from kenshin.shell.value import Value, literal, unknown

STEP_LIMIT = 80_000
DEPTH_LIMIT = 24
VARIABLE_LIMIT = 2_000
ACT_LIMIT = 50_000
SYSTEM_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class TooComplex(Exception):
    """The budget is spent, or the nesting is deeper than we follow."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the place where the text would run."""

    cwd: str | None = None
    home: str | None = None
    path: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    known: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Socket:
    """A descriptor bound to the network by the shell itself."""

    host: str
    port: str


@dataclass(frozen=True, slots=True)
class Sink:
    """Where standard output goes: kind is terminal, pipe, file or null."""

    kind: str = "terminal"
    path: str = ""
    operator: str = ">"


TERMINAL = Sink()
PIPE = Sink("pipe")
NULL = Sink("null", "/dev/null")


@dataclass(frozen=True, slots=True)
class Streams:
    """The standard streams of one command after its redirections."""

    stdin: Value | None = None
    sink: Sink = TERMINAL
    socket_in: Socket | None = None
    socket_out: Socket | None = None


@dataclass(slots=True)
class Machine:
    """The acts found so far and the budget left, shared by all states."""

    context: Context
    run: Callable[[State, tuple[Statement, ...], Value | None, Sink], Value]
    execute: Callable[[State, list[Value], Streams], Value]
    acts: dict[Act, None] = field(default_factory=dict)
    steps: int = STEP_LIMIT
    called: dict[str, int] = field(default_factory=dict)

    def emit(self, act: Act) -> None:
        """Keeps an act, once."""
        if len(self.acts) < ACT_LIMIT:
            self.acts[act] = None

    def spend(self, steps: int = 1) -> None:
        """Counts work; raises TooComplex when too much was done."""
        self.steps -= steps
        if self.steps < 0:
            raise TooComplex("too complex: too many steps")


@dataclass(slots=True)
class State:
    """What a shell process knows at one moment."""

    machine: Machine
    line: int = 1
    text: str = ""
    variables: dict[str, Value] = field(default_factory=dict)
    arrays: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    positional: tuple[Value, ...] = ()
    cwd: str | None = None
    files: dict[str, Value] = field(default_factory=dict)
    consumers: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    unpacked: dict[str, Value] = field(default_factory=dict)
    descriptors: dict[int, Socket | Sink | Value] = field(default_factory=dict)
    interpreter: str = "sh"
    wrappers: tuple[str, ...] = ()
    depth: int = 0
    background: bool = False
    fixed: bool = False

    def fork(self) -> State:
        """Gives the state of a subshell; files are shared, as on a disk."""
        self.machine.spend(1 + len(self.variables) // 50)
        return replace(
            self,
            variables=dict(self.variables),
            arrays=dict(self.arrays),
            functions=dict(self.functions),
            aliases=dict(self.aliases),
            descriptors=dict(self.descriptors),
        )

    def deeper(self) -> State:
        """Gives a subshell one level down; raises TooComplex beyond the limit."""
        if self.depth >= DEPTH_LIMIT:
            raise TooComplex("too complex: nested too deeply")
        inner = self.fork()
        inner.depth = self.depth + 1
        return inner

    def assign(self, name: str, value: Value) -> None:
        """Sets a variable."""
        if name in self.variables or len(self.variables) < VARIABLE_LIMIT:
            self.variables[name] = value

    def look_up(self, name: str) -> Value | None:
        """Gives the value of a variable, None where nothing is known of it."""
        found = self.variables.get(name)
        if found is None and name == "HOME" and self.machine.context.home:
            return literal(self.machine.context.home)
        if found is None and name == "PWD" and self.cwd:
            return literal(self.cwd)
        if found is None and name == "IFS":
            return literal(" \t\n")
        return found

    def place(self, path: str) -> str:
        """Gives the path as it is resolved from the current directory, when that is known."""
        if path.startswith("~/") and self.machine.context.home:
            path = self.machine.context.home + path[1:]
        elif path.startswith(("$HOME/", "${HOME}/")) and self.machine.context.home:
            path = self.machine.context.home + path[path.index("/") :]
        if path.startswith(("/", "~", "$", "`", "<", ">")):
            return posixpath.normpath(path) if path.startswith("/") and "/" in path[1:] else path
        if self.cwd:
            return posixpath.normpath(posixpath.join(self.cwd, path))
        return posixpath.normpath(path) if path else path

    def content(self, path: str) -> Value:
        """Gives what a file holds: what this text put there, or an unknown file."""
        place = self.place(path)
        return self.files.get(place) or unknown(f"$(cat {path})", "file", path=place)

    def program(self, name: str) -> tuple[str, Value] | None:
        """Gives the path and content of a program that this text itself put there."""
        if "/" in name:
            place = self.place(name)
            found = self.files.get(place)
            return (place, found) if found else self._unpacked(place)
        if self.files:
            for directory in (*SYSTEM_PATH, *self.machine.context.path):
                found = self.files.get(f"{directory}/{name}")
                if found:
                    return f"{directory}/{name}", found
        return None

    def _unpacked(self, place: str) -> tuple[str, Value] | None:
        for directory, found in self.unpacked.items():
            if place.startswith(directory + "/") or (directory == "." and not place.startswith("/")):
                return place, found
        return None
