"""Everything a detection may ask about one host."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.gather import Gathered
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.origin import Origin, Record
from kenshin.provenance.authority import Authority
from kenshin.shell.command import Command

R = TypeVar("R", bound=Record)
_STRENGTHS = (Strength.STRONG, Strength.FAIR, Strength.WEAK)


@dataclass(frozen=True, slots=True)
class Case:
    """Evidence with its records, those who can vouch, and the lists of indicators by name."""

    gathered: Gathered
    authorities: tuple[Authority, ...] = ()
    indicators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _words: dict[tuple[Origin, str], Attestation | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def evidence(self) -> Evidence:
        """What was read."""
        return self.gathered.evidence

    @property
    def commands(self) -> Iterator[Command]:
        """Every line that makes the host start code."""
        return self.of(Command)

    def of(self, kind: type[R]) -> Iterator[R]:
        """The records of one type, in the order in which they were read."""
        return (record for record in self.gathered.records if isinstance(record, kind))

    def file(self, path: str) -> Entry | None:
        """What a path ends at; None when nothing is there or nobody asked."""
        entry = self.evidence.file(path)
        return entry if entry is not None and entry.type is not None else None

    def attestation(self, record: Record) -> Attestation | None:
        """The best word that any authority gives for a record: content before place, then strength."""
        key = (record.origin, record.text)  # all that an authority looks at, asked by every detection
        if key not in self._words:
            words = [word for authority in self.authorities if (word := authority.vouch(record))]
            self._words[key] = min(words, key=_order, default=None)
        return self._words[key]

    def word_for_file(self, path: str) -> Attestation | None:
        """Who vouches for a whole file, for its content or at least for its place."""
        return self.attestation(Record(Origin(path), ""))

    def doubt(self, record: Record) -> str:
        """Why those who know the record's place do not vouch for it, or that nobody knows it."""
        doubts = [doubt for authority in self.authorities if (doubt := authority.doubt(record))]
        return "; ".join(doubts) or f"none of those asked knows it ({self.asked})"

    def doubt_of_file(self, path: str) -> str:
        """The same for a whole file; nothing where nobody knows the place."""
        doubts = (authority.doubt(Record(Origin(path), "")) for authority in self.authorities)
        return "; ".join(filter(None, doubts))

    @property
    def asked(self) -> str:
        """Which authorities were asked, for a sentence."""
        return "asked: " + ", ".join(authority.name for authority in self.authorities)

    @property
    def knows_packages(self) -> bool:
        """Whether a package database was read whole: without one, nothing can be said to be unpackaged."""
        return any(not authority.problems for authority in self.authorities if authority.name == "packages")

    @property
    def owner_spoke(self) -> bool:
        """Whether the owner gave a baseline or a manifest: only then is `not ours` a fact."""
        return any(authority.name in ("baseline", "manifest") for authority in self.authorities)


def runs_of(commands: Sequence[Command]) -> Mapping[str, Sequence[Command]]:
    """The commands by each path that they run."""
    found: dict[str, list[Command]] = {}
    for command in commands:
        for path in dict.fromkeys(command.programs):
            found.setdefault(path, []).append(command)
    return found


def _order(word: Attestation) -> tuple[bool, int]:
    return word.scope is Scope.PLACE, _STRENGTHS.index(word.strength)
