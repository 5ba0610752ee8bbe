"""rpm's own database format, ndb (`Packages.db`): slots that point at blobs in blocks of 16 bytes."""

import struct
import zlib
from collections.abc import Iterator

from kenshin.provenance.rpm.blob import Blob, Flaw

MAGIC = b"RpmP"
PAGE = 4096
BLOCK = 16
HEADER = 32

_HEADER = struct.Struct("<4sIIII")
_SLOT = struct.Struct("<4sIII")
_HEAD = struct.Struct("<4sIII")
_TAIL = struct.Struct("<II4s")


def blobs(data: bytes) -> Iterator[Blob | Flaw]:
    """The header of every package in an ndb database, in the order of the slots."""
    if len(data) < HEADER:
        yield Flaw("ndb header", "cut short")
        return
    _, version, _, pages, _ = _HEADER.unpack_from(data)
    if version != 0:
        yield Flaw("ndb header", f"version {version} is not known")
    end = pages * PAGE
    if not HEADER <= end <= len(data):
        yield Flaw("ndb header", f"{pages} pages of slots, but {len(data)} bytes in all")
        end = len(data) if end > len(data) else HEADER
    seen: set[int] = set()
    left = len(data)
    for number, offset in enumerate(range(HEADER, end - _SLOT.size + 1, _SLOT.size)):
        magic, package, block, count = _SLOT.unpack_from(data, offset)
        if magic != b"Slot":
            yield Flaw(f"slot {number}", "not a slot")
        elif package:
            # Blobs do not overlap in an honest database, so together they fit into it.
            left -= count * BLOCK
            if package in seen or left < 0:
                yield Flaw(f"slot {number}", f"package {package} is given twice or overlaps another")
                continue
            seen.add(package)
            yield from _blob(data, package, block * BLOCK, count * BLOCK)


def _blob(data: bytes, package: int, start: int, size: int) -> Iterator[Blob | Flaw]:
    """The blob of one slot; one whose checksum is wrong comes out with a flaw beside it."""
    place = f"package {package}"
    end = start + size
    if end > len(data) or size < _HEAD.size + _TAIL.size:
        yield Flaw(place, "lies outside the database")
        return
    magic, owner, _, length = _HEAD.unpack_from(data, start)
    if magic != b"BlbS" or owner != package or length > size - _HEAD.size - _TAIL.size:
        yield Flaw(place, "the slot points at something else than its blob")
        return
    checksum, again, magic = _TAIL.unpack_from(data, end - _TAIL.size)
    if magic != b"BlbE" or again != length:
        yield Flaw(place, "the end of the blob is damaged")
    elif zlib.adler32(memoryview(data)[start : end - _TAIL.size]) != checksum:
        yield Flaw(place, "the checksum of the blob is wrong")
    yield Blob(place, data[start + _HEAD.size : start + _HEAD.size + length])
