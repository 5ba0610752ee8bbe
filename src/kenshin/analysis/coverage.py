"""What was not seen: from outcomes, unparsed lines and authorities to holes."""

from collections.abc import Iterator, Mapping, Sequence

from kenshin.analysis.case import Case
from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.request import Want
from kenshin.model.attestation import Scope
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

SPECIAL = (FileType.FIFO, FileType.SOCKET, FileType.DEVICE)


def coverage(case: Case, failures: Sequence[Hole] = ()) -> Coverage:
    """Counts of places by outcome and every hole by name, in order of path."""
    entries = list(case.evidence)
    holes = {
        *case.evidence.problems,
        *failures,
        *_places(entries, case.gathered.asked),
        *_lines(case),
        *(problem for authority in case.authorities for problem in authority.problems),
    }
    return Coverage(
        read=sum(entry.outcome is Outcome.READ for entry in entries),
        absent=sum(entry.outcome is Outcome.ABSENT for entry in entries),
        holes=tuple(sorted(holes, key=lambda hole: (hole.path, hole.line or 0, hole.reason))),
    )


def _lines(case: Case) -> Iterator[Hole]:
    """The lines that nobody could read, neither we nor, by its digest, the file's maker."""
    for item in case.gathered.unparsed:
        word = case.attestation(Record(item.origin, item.text))
        if word is None or word.scope is Scope.PLACE:
            wants = case.gathered.asked.items()
            names = tuple(name for name, asked in wants if any(want.matches(item.origin.path) for want in asked))
            yield Hole(item.origin.path, Outcome.FAILED, item.reason, names, item.origin.line)


def _places(entries: Sequence[Entry], asked: Mapping[str, Sequence[Want]]) -> Iterator[Hole]:
    for entry in entries:
        special = entry.type in SPECIAL
        if not entry.outcome.is_hole and not special:
            continue
        wanting = [(name, want) for name, wants in asked.items() for want in wants if want.matches(entry.path)]
        names = tuple(dict.fromkeys(name for name, _ in wanting))
        if entry.outcome.is_hole:
            yield Hole(entry.path, entry.outcome, entry.error or entry.outcome.value, names)
        elif any(want.read for _, want in wanting):
            yield Hole(entry.path, Outcome.FAILED, f"{entry.error or entry.type} where a file is expected", names)
