"""What shell text does: the acts that detections ask about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """Something done; line and text are of the statement to show a person."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Run(Act):
    """One program that would be executed, wherever it is nested."""

    argv: tuple[str, ...]
    path: str | None
    name: str
    wrappers: tuple[str, ...] = ()
    title: str | None = None
    background: bool = False
    environment: tuple[tuple[str, str], ...] = ()
    quoted_tricks: bool = False


@dataclass(frozen=True, slots=True)
class Fetch(Act):
    """Content obtained over the network; to is the file written, None for standard output."""

    tool: str
    urls: tuple[str, ...]
    to: str | None = None
    insecure: bool = False
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Feed(Act):
    """An interpreter executes data; an empty source is the output of a program not known to fetch."""

    interpreter: str
    source: frozenset[str]
    path: str | None = None
    plain: str | None = None
    how: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decode(Act):
    """Encoded text made plain; plain is None where the input is not in the text."""

    how: tuple[str, ...]
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Connect(Act):
    """A connection; interactive when a shell or program is bound to it."""

    host: str
    port: str | None
    how: str
    interactive: bool = False


@dataclass(frozen=True, slots=True)
class Write(Act):
    """A file changed, removed or created."""

    path: str
    how: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stop(Act):
    """Something stopped, disabled or removed."""

    what: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Unread(Act):
    """A part whose effect was not worked out: too complex, or code that could not be read."""

    reason: str
