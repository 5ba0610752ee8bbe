"""The one seam between kenshin and a host."""

from collections.abc import Generator
from typing import Protocol

ARGUMENTS = ("-I", "-S", "-E", "-B", "-")  # no environment, no site packages, no bytecode, from stdin
LINE_LIMIT = (1 << 20) + 1  # bytes; a longer line comes in pieces


class Channel(Protocol):
    """A way to a host's Python."""

    def run(self, program: bytes) -> Generator[bytes, None, None]:
        """The lines that a Python program prints there, as they come, in pieces where they are too long.

        It ends when the program does, or is killed for taking too long.
        Errors: CollectorError when it does not start, or has printed nothing.
        """
        ...
