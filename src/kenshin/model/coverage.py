"""What was read and what was not: the ground on which `nothing found` stands."""

from dataclasses import dataclass

from kenshin.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Hole:
    """One place that was not seen, or one line that was not understood."""

    path: str
    outcome: Outcome
    reason: str
    artifacts: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of places by outcome, and each hole by name."""

    read: int = 0
    absent: int = 0
    holes: tuple[Hole, ...] = ()

    @property
    def full(self) -> bool:
        """Whether everything asked for was read and understood."""
        return not self.holes
