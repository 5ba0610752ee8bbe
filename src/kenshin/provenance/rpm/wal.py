"""The committed pages of an SQLite write-ahead log (sqlite.org/fileformat2.html, section 4)."""

import struct
from dataclasses import dataclass

MAGICS = {0x377F0682: "<", 0x377F0683: ">"}
VERSION = 3007000
HEADER = 32
FRAME = 24
# The checksum is a recurrence over every word: about 7 s of pure Python for this much.
MAX_LOG = 256 << 20


@dataclass(frozen=True, slots=True)
class Replay:
    """Pages by number as the last commit leaves them, their count then (0: no commit), and what is odd."""

    pages: dict[int, bytes]
    size: int
    problems: tuple[str, ...]


def replay(log: bytes, page_size: int) -> Replay:
    """The committed pages of a log; what follows the last good commit is left out, as SQLite does."""
    if len(log) < HEADER or len(log) > MAX_LOG:
        return Replay({}, 0, (f"write-ahead log: {len(log)} bytes are too few or too many",))
    magic, version, size = struct.unpack_from(">III", log)
    order = MAGICS.get(magic)
    if order is None or version != VERSION or size != page_size:
        return Replay({}, 0, ("write-ahead log: its header does not belong to this database",))
    state = checksum(log[:24], order, (0, 0))
    if state != struct.unpack_from(">II", log, 24):
        return Replay({}, 0, ("write-ahead log: the checksum of its header is wrong",))
    return _frames(log, order, page_size, state)


def _frames(log: bytes, order: str, page_size: int, state: tuple[int, int]) -> Replay:
    salts = log[16:24]
    committed: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    size = 0
    problems: tuple[str, ...] = ()
    for start in range(HEADER, len(log) - FRAME - page_size + 1, FRAME + page_size):
        # Frames with other salts are left over from before the last checkpoint: normal, and the end.
        if log[start + 8 : start + 16] != salts:
            break
        number, commit = struct.unpack_from(">II", log, start)
        page = log[start + FRAME : start + FRAME + page_size]
        state = checksum(log[start : start + 8] + page, order, state)
        if state != struct.unpack_from(">II", log, start + 16) or number == 0:
            problems = (f"write-ahead log: damaged at byte {start}; the rest was left out",)
            break
        pending[number] = page
        if commit:
            committed.update(pending)
            pending.clear()
            size = commit
    return Replay(committed, size, problems)


def checksum(content: bytes, order: str, state: tuple[int, int]) -> tuple[int, int]:
    """SQLite's running checksum over pairs of 32-bit words; the length must be a multiple of 8."""
    first, second = state
    for left, right in struct.iter_unpack(order + "II", content):
        first = (first + left + second) & 0xFFFFFFFF
        second = (second + right + first) & 0xFFFFFFFF
    return first, second
