"""What turns a target into evidence."""

from typing import Protocol

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request


class Source(Protocol):
    """One host, live or dead, that answers requests."""

    def collect(self, request: Request) -> Evidence:
        """What the host shows of the places that a request names.

        Errors: TargetError, CollectorError, BundleError when nothing at all can be had.
        """
        ...
