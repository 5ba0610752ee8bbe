"""What was not seen: from outcomes, unparsed lines and authorities to holes."""

from collections.abc import Iterator, Mapping, Sequence

from kenshin.analysis.case import Case
from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.request import Want
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.outcome import Outcome

SPECIAL = (FileType.FIFO, FileType.SOCKET, FileType.DEVICE)


def coverage(case: Case, failures: Sequence[Hole] = ()) -> Coverage:
    """Counts of places by outcome and every hole by name, in order of path."""
    entries = list(case.evidence)
    holes = {
        *case.evidence.problems,
        *failures,
        *_places(entries, case.gathered.asked),
        *(Hole(u.origin.path, Outcome.FAILED, u.reason, (), u.origin.line) for u in case.gathered.unparsed),
        *(problem for authority in case.authorities for problem in authority.problems),
    }
    return Coverage(
        read=sum(entry.outcome is Outcome.READ for entry in entries),
        absent=sum(entry.outcome is Outcome.ABSENT for entry in entries),
        holes=tuple(sorted(holes, key=lambda hole: (hole.path, hole.line or 0, hole.reason))),
    )


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
