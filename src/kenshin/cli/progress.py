"""Says on standard error what is going on, when somebody watches."""

import shutil
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request
from kenshin.model.escape import show


class Progress:
    """One line on the terminal while work goes on, gone when it is done; nothing when piped."""

    def __init__(self, what: str) -> None:
        self.what = show(what)
        self.shown = sys.stderr.isatty()
        self.rounds = 0
        self.places = 0

    def counted(self, collect: Callable[[Request], Evidence]) -> Callable[[Request], Evidence]:
        """The same function, telling after each round how many places have been read."""

        def collect_and_tell(request: Request) -> Evidence:
            evidence = collect(request)
            self.rounds += 1
            self.places += len(evidence.entries)
            self.say(f"{self.what}: {self.places} places read, round {self.rounds}")
            return evidence

        return collect_and_tell

    def say(self, text: str) -> None:
        """Replaces the line on the terminal."""
        if self.shown:
            room = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{text[:room]}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        self.say(f"{self.what} …")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.say("")
