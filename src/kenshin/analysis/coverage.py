"""What was not seen: from outcomes, unparsed lines and authorities to holes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from kenshin.analysis.case import Case
from kenshin.evidence.artifact import Unparsed
from kenshin.evidence.entry import FileType
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.attestation import Scope
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

SPECIAL = (FileType.FIFO, FileType.SOCKET, FileType.DEVICE)
NOTHING = "/dev/null"  # a link to it empties a file, as systemctl mask does: there is nothing to read
LINES_LIMIT = 100  # holes that one file may have by line


def coverage(case: Case, failures: Sequence[Hole] = ()) -> Coverage:
    """Counts of places by outcome and every hole by name, in order of path."""
    wanted = _Wanted(case.evidence, case.gathered.asked)
    holes = {
        *case.evidence.problems,
        *failures,
        *_places(case.evidence, wanted),
        *_unanswered(case.evidence, case.gathered.asked),
        *_lines(case, wanted),
        *(problem for authority in case.authorities for problem in authority.problems),
    }
    return Coverage(
        read=sum(entry.outcome is Outcome.READ for entry in case.evidence),
        absent=sum(entry.outcome is Outcome.ABSENT for entry in case.evidence),
        holes=tuple(sorted(holes, key=lambda hole: (hole.path, hole.line or 0, hole.reason))),
    )


class _Wanted:
    """Which artifacts want a place, by its own path or by a link; found without trying every want on it."""

    def __init__(self, evidence: Evidence, asked: Mapping[str, Sequence[Want]]) -> None:
        self.evidence = evidence
        self.links: dict[str, list[str]] = {}
        for entry in evidence:
            if entry.type is FileType.LINK and entry.to:
                self.links.setdefault(entry.to, []).append(entry.path)
        self.exact: dict[str, list[tuple[str, Want]]] = {}
        self.patterns: dict[str, list[tuple[str, Want]]] = {}  # by what stands before the first star
        for name, wants in asked.items():
            for want in wants:
                place = self.exact if want.exact else self.patterns
                place.setdefault(want.path.partition("*")[0], []).append((name, want))

    def by(self, place: str) -> Iterator[tuple[str, Want]]:
        for path in (*self.evidence.names(place), *self.links.get(place, ())):
            yield from self.exact.get(path, ())
            for prefix, wants in self.patterns.items():
                if path.startswith(prefix):
                    yield from (item for item in wants if item[1].matches(path))

    def names(self, place: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _ in self.by(place)))


def _lines(case: Case, wanted: _Wanted) -> Iterator[Hole]:
    """The lines that nobody could read, neither we nor, by its digest, the file's maker."""
    by_path = sorted(case.gathered.unparsed, key=lambda item: item.origin.path)
    for path, items in groupby(by_path, key=lambda item: item.origin.path):
        open_ = [item for item in items if not _is_vouched(case, item)]
        names = wanted.names(path)
        for item in open_[:LINES_LIMIT]:
            yield Hole(path, Outcome.FAILED, item.reason, names, item.origin.line)
        if len(open_) > LINES_LIMIT:
            reason = f"and {len(open_) - LINES_LIMIT} more lines of it that were not understood"
            yield Hole(path, Outcome.FAILED, reason, names, open_[LINES_LIMIT].origin.line)


def _is_vouched(case: Case, item: Unparsed) -> bool:
    word = case.attestation(Record(item.origin, item.text))
    return word is not None and word.scope is Scope.CONTENT


def _places(evidence: Evidence, wanted: _Wanted) -> Iterator[Hole]:
    for entry in evidence:
        if entry.outcome.is_hole:
            reason = entry.error or entry.outcome.value
            yield Hole(entry.path, entry.outcome, reason, wanted.names(entry.path))
        elif (
            entry.type in SPECIAL
            and entry.path != NOTHING
            and any(want.read for _, want in wanted.by(entry.path))
        ):
            reason = f"{entry.error or entry.type} where a file is expected"
            yield Hole(entry.path, Outcome.FAILED, reason, wanted.names(entry.path))


def _unanswered(evidence: Evidence, asked: Mapping[str, Sequence[Want]]) -> Iterator[Hole]:
    """The places that were asked for by name and of which the evidence says nothing at all."""
    for name, wants in asked.items():
        for want in wants:
            if want.path in evidence.asked or not want.exact or want.otherwise:
                continue
            if any((want.path, view) not in evidence.entries for view in want.views):
                yield Hole(want.path, Outcome.FAILED, "the evidence says nothing of it", (name,))
