"""A host as a file: an evidence bundle that was collected before."""

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request
from kenshin.model.errors import BundleError, TargetError
from kenshin.model.outcome import Outcome


@dataclass(slots=True)
class ArchiveSource:
    """Answers every request from one bundle; a place that the bundle does not hold is a hole."""

    path: Path
    _whole: Evidence | None = field(default=None, init=False)

    def collect(self, request: Request) -> Evidence:
        """See Source.collect."""
        first = self._whole is None
        if self._whole is None:
            self._whole = _read(self.path)
        missing: dict[tuple[str, str], Entry] = {}
        for want in request.wants:
            if want.exact and (want.path, "libc") not in self._whole.entries and not want.otherwise:
                reason = "this bundle does not hold it"
                missing[(want.path, "libc")] = Entry(want.path, Outcome.FAILED, error=reason)
        if first:
            return self._whole.merged(Evidence(entries=missing))
        return Evidence(entries=missing)


def _read(path: Path) -> Evidence:
    try:
        with path.open("rb") as stream:
            return bundle.read(_lines(stream.read(2) == b"\x1f\x8b", path))
    except BundleError as error:
        raise BundleError(error.message, str(path), error.remedy) from error
    except OSError as error:
        raise TargetError(error.strerror or str(error), str(path)) from error


def _lines(packed: bool, path: Path) -> Iterator[bytes]:
    with gzip.open(path) if packed else path.open("rb") as stream:
        # A cut archive ends early; the reader sees that the trailer is missing.
        with contextlib.suppress(EOFError, zlib.error, gzip.BadGzipFile):
            while line := stream.readline(bundle.LINE_LIMIT + 1):
                yield line
