"""Those who can vouch for a record."""

from typing import Protocol

from kenshin.model.attestation import Attestation
from kenshin.model.coverage import Hole
from kenshin.model.origin import Record


class Authority(Protocol):
    """One who can vouch: by digest, owner and whole line, never by name alone."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        ...

    @property
    def problems(self) -> tuple[Hole, ...]:
        """What keeps it from knowing all it should know."""
        ...

    def vouch(self, record: Record) -> Attestation | None:
        """Its word for a record; a record without a line is the whole file. None: it does not know it."""
        ...

    def doubt(self, record: Record) -> str:
        """Why it does not vouch for a place that it knows (a changed packaged file), or nothing."""
        ...
