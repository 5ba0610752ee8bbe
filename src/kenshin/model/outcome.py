"""How the reading of one place ended."""

from enum import StrEnum


class Outcome(StrEnum):
    """Every place that was asked for has exactly one of these."""

    READ = "read"
    ABSENT = "absent"
    DENIED = "denied"
    FAILED = "failed"
    CUT = "cut"

    @property
    def is_hole(self) -> bool:
        """Whether something may be there that we did not see."""
        return self in (Outcome.DENIED, Outcome.FAILED, Outcome.CUT)
