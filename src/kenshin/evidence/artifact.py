"""One kind of evidence: what it wants and how to read it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Origin, Record


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A line that its parser did not understand; it becomes a hole in the coverage."""

    origin: Origin
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One file to parse: the path by which it was asked for (perhaps a link), and what it ends at."""

    path: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Artifact:
    """A named kind of evidence.

    `parse` is called for each regular file that was read. `more` may ask for further places once
    it has seen the records of all artifacts (the scripts that a job runs). `complete` adds to a
    record what only the rest of the evidence says (whether a unit that starts the file is masked).
    """

    name: str
    wants: tuple[Want, ...]
    parse: Callable[[Asked], Iterator[Record | Unparsed]]
    more: Callable[[Evidence, Sequence[Record]], Iterable[Want]] | None = None
    complete: Callable[[Evidence, Record], Record] | None = None
