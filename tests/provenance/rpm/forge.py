"""Headers, signatures and databases made by hand, to be honest in one test and forged in the next."""

import gzip
import hashlib
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from kenshin.provenance.rpm.header import MAGIC

DATA = Path(__file__).parent / "data"
CODES = {2: "B", 3: "H", 4: "I", 5: "Q"}
Value = tuple[int, int | str | bytes | list[int] | list[str]]
NAMED: dict[int, Value] = {1000: (6, "demo"), 1001: (6, "1"), 1002: (6, "2"), 1022: (6, "noarch")}


def kept(name: str) -> bytes:
    """One file that make_data.py made."""
    plain = DATA / name
    return plain.read_bytes() if plain.exists() else gzip.decompress((DATA / f"{name}.gz").read_bytes())


def packed(tags: Mapping[int, Value], offset: int) -> tuple[bytes, bytes]:
    """Index and store of some tags, the store to lie at `offset`; a tag has its type and values."""
    index, store = b"", b""
    for tag, (kind, value) in tags.items():
        values = value if isinstance(value, list) else [value]
        if kind in CODES:
            content = struct.pack(f">{len(values)}{CODES[kind]}", *values)
            store += bytes(-(offset + len(store)) % struct.calcsize(CODES[kind]))
        elif isinstance(value, bytes):
            content, values = value, list(value)
        else:
            content = b"".join(str(text).encode("utf-8", "surrogateescape") + b"\0" for text in values)
        index += struct.pack(">IIiI", tag, kind, offset + len(store), len(values))
        store += content
    return index, store


def loose(tags: Mapping[int, Value]) -> bytes:
    """A header without an immutable region."""
    index, store = packed(tags, 0)
    return struct.pack(">II", len(index) // 16, len(store)) + index + store


def region(tags: Mapping[int, Value]) -> tuple[bytes, bytes]:
    """Index and store of an immutable region."""
    index, store = packed(tags, 0)
    size = len(index) + 16
    first = struct.pack(">IIiI", 63, 7, len(store), 16)
    return first + index, store + struct.pack(">IIiI", 63, 7, -size, 16)


def signed_part(tags: Mapping[int, Value]) -> bytes:
    """What a signature over a package of these tags covers."""
    index, store = region(tags)
    return MAGIC + struct.pack(">II", len(index) // 16, len(store)) + index + store


def header(tags: Mapping[int, Value], added: Mapping[int, Value] | None = None) -> bytes:
    """A header as a database holds it: the region, its right digests, and whatever else was added."""
    index, store = region(tags)
    signed = signed_part(tags)
    digests: dict[int, Value] = {
        269: (6, hashlib.sha1(signed).hexdigest()),
        273: (6, hashlib.sha256(signed).hexdigest()),
    }
    more_index, more = packed(digests | dict(added or {}), len(store))
    index, store = index + more_index, store + more
    return struct.pack(">II", len(index) // 16, len(store)) + index + store


def ndb_of(*headers: bytes) -> bytes:
    """An ndb database of some headers."""
    slots, blobs, block = b"", b"", 256
    for number, content in enumerate(headers, 1):
        size = 28 + len(content) + -(28 + len(content)) % 16
        body = struct.pack("<4sIII", b"BlbS", number, 0, len(content)) + content
        body = body.ljust(size - 12, b"\0")
        blobs += body + struct.pack("<II4s", zlib.adler32(body), len(content), b"BlbE")
        slots += struct.pack("<4sIII", b"Slot", number, block, size // 16)
        block += size // 16
    slots += struct.pack("<4sIII", b"Slot", 0, 0, 0) * (254 - len(headers))
    return struct.pack("<4sIIII12x", b"RpmP", 0, 1, 1, 9) + slots + blobs
