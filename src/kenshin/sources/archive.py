"""A host as a file: an evidence bundle that was collected before."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request
from kenshin.model.coverage import Hole
from kenshin.model.errors import BundleError, TargetError
from kenshin.model.outcome import Outcome

PACKED = b"\x1f\x8b"  # gzip: RFC 1952


@dataclass(slots=True)
class ArchiveSource:
    """Answers every request from one bundle; what the bundle's collector was not asked for is a hole."""

    path: Path
    _whole: Evidence | None = field(default=None, init=False)

    def collect(self, request: Request) -> Evidence:
        """See Source.collect."""
        first = self._whole is None
        if self._whole is None:
            self._whole = _read(self.path)
        missing = Evidence(entries=dict(_missing(self._whole, request)))
        return self._whole.merged(missing) if first else missing


def _missing(whole: Evidence, request: Request) -> Iterator[tuple[tuple[str, str], Entry]]:
    damaged = any(problem.outcome is Outcome.CUT for problem in whole.problems)
    why = "it was cut off before it came to that" if damaged else "an older kenshin did not ask for it"
    for want in request.wants:
        for view in want.views:
            if want.path not in whole.asked and (want.path, view) not in whole.entries:
                reason = f"this bundle does not hold it: {why}"
                yield (want.path, view), Entry(want.path, Outcome.FAILED, view, error=reason)


def _read(path: Path) -> Evidence:
    damage: list[Hole] = []
    try:
        with path.open("rb") as stream:
            packed = stream.read(len(PACKED)) == PACKED
        found = bundle.read(_lines(path, packed, damage))
    except BundleError as error:
        raise BundleError(error.message, str(path), error.remedy) from error
    except OSError as error:
        raise TargetError(error.strerror or str(error), str(path)) from error
    return replace(found, problems=found.problems + tuple(damage))


def _lines(path: Path, packed: bool, damage: list[Hole]) -> Iterator[bytes]:
    with gzip.open(path) if packed else path.open("rb") as stream:
        try:
            while line := stream.readline(bundle.LINE_LIMIT + 1):
                yield line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            damage.append(Hole(bundle.PLACE, Outcome.CUT, f"its gzip archive is damaged: {error}"))
