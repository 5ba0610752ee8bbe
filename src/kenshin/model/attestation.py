"""Who vouches for a record, for how much of it, and how strong that is."""

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """What an intruder with root would have to forge."""

    STRONG = "strong"  # a digest kept off the host, or signed by somebody who is not on it
    FAIR = "fair"  # the whole line as the vendor ships it, in a file only root can write
    WEAK = "weak"  # the host's own unsigned list (dpkg md5sums)


class Scope(StrEnum):
    """How much of the record the authority has seen."""

    CONTENT = "content"  # the very bytes: also an odd-looking line is as its maker wrote it
    PLACE = "place"  # only that a file of this name belongs here: its content is judged all the same


@dataclass(frozen=True, slots=True)
class Attestation:
    """One authority's word: `who` is for the reader, e.g. `package cron 3.0pl1-162`."""

    authority: str
    who: str
    strength: Strength
    scope: Scope = Scope.CONTENT
    note: str = ""
