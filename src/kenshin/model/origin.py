"""Where a fact was read: file, line and view."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """A place in the evidence: path (text by surrogateescape), line from 1 or None, view."""

    path: str
    line: int | None = None
    view: str = "libc"

    def __str__(self) -> str:
        """`path:line`, unescaped."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Record:
    """One fact read from the host, with its origin and the exact line that holds it."""

    origin: Origin
    text: str

    @property
    def shown(self) -> bool:
        """Whether it is a line to show under its question (a job is, a cron variable is not)."""
        return True
