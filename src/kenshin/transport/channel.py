"""The one seam between kenshin and a host."""

from collections.abc import Iterator
from typing import Protocol

ARGUMENTS = ("-I", "-S", "-E", "-B", "-")  # no environment, no site packages, no bytecode, from stdin


class Channel(Protocol):
    """A way to a host's Python."""

    def run(self, program: bytes) -> Iterator[bytes]:
        """The lines that a Python program prints there, as they come.

        Errors: CollectorError when it does not start, or ends with an error and no output.
        """
        ...
