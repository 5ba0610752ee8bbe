"""A file that is written whole or not at all: nobody should take half a report for a report."""

import contextlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from kenshin.model.errors import OutputError


class WholeFile:
    """Takes text at once or piece by piece; the file has its name only when all of it is written.

    What stands at the path stays as it was when the work fails. A device or a FIFO is written as it is.
    Errors: OutputError on entering, so that nobody waits for a scan whose report has no place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = Path(os.path.realpath(path))
        self.special = self.place.exists() and not self.place.is_file() and not self.place.is_dir()
        self.part = (
            self.place if self.special else self.place.with_name(f".{self.place.name}.{os.getpid()}.part")
        )
        self.stream: TextIO | None = None

    def write(self, text: str) -> None:
        """Adds text."""
        assert self.stream is not None
        try:
            self.stream.write(text)
        except (OSError, UnicodeError) as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        try:
            if self.place.is_dir():
                raise IsADirectoryError(0, "it is a directory")
            self.stream = self.part.open("w" if self.special else "x", encoding="utf-8")
        except OSError as error:
            raise self._failure(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.stream is not None
        try:
            self.stream.close()
            if kind is None and not self.special:
                self.part.replace(self.place)
        except OSError as failure:
            if kind is None:  # else the first error says what went wrong
                raise self._failure(failure) from failure
        finally:
            if not self.special:
                with contextlib.suppress(FileNotFoundError):  # it has its name already
                    self.part.unlink()

    def _failure(self, error: Exception) -> OutputError:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return OutputError(f"it cannot be written: {why}", str(self.path), "Name another file after --output")
