"""A package header: an index of tags over a store of bytes, with an immutable region that is signed.

A header in the database is the header of the package file (the region, tag 63) followed by entries that
rpm added when it installed the package: signatures, digests, install time. The region can be cut out again
byte by byte, which makes the database tamper-evident. What a package *is* must therefore be read from the
region alone: an entry added behind it can carry the same tag, and rpm itself would let that entry win.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from kenshin.provenance.rpm.errors import BrokenHeaderError

MAGIC = bytes.fromhex("8eade80100000000")
REGION = 63
BINARY = 7
STRING_KINDS = (6, 8, 9)
INTEGER_FORMATS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "Q"}
# rpm's own limits: more than this is not a header it would ever have written.
MAX_ENTRIES = 0xFFFF
MAX_STORE = 256 << 20

_SIZES = struct.Struct(">II")
_ENTRY = struct.Struct(">IIiI")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the value of one tag lies in the store, its type and how many values there are."""

    kind: int
    offset: int
    count: int


@dataclass(frozen=True, slots=True)
class Tags:
    """Values by tag, each read when it is asked for; the store is theirs up to `end`."""

    store: bytes
    end: int
    index: Mapping[int, Entry]

    def has(self, tag: int) -> bool:
        """Whether the header carries the tag at all."""
        return tag in self.index

    def integers(self, tag: int) -> tuple[int, ...]:
        """All numbers of a tag, unsigned; none where the tag is absent."""
        entry = self.index.get(tag)
        if entry is None:
            return ()
        code = INTEGER_FORMATS.get(entry.kind)
        if code is None:
            raise BrokenHeaderError(f"tag {tag} holds type {entry.kind}, not numbers")
        size = entry.count * struct.calcsize(">" + code)
        self._check(tag, entry, size)
        values: tuple[int, ...] = struct.unpack_from(f">{entry.count}{code}", self.store, entry.offset)
        return values

    def integer(self, tag: int) -> int | None:
        """The first number of a tag."""
        values = self.integers(tag)
        return values[0] if values else None

    def texts(self, tag: int) -> list[str]:
        """All strings of a tag, UTF-8 with surrogateescape; none where the tag is absent."""
        entry = self.index.get(tag)
        if entry is None or entry.count == 0:
            return []
        if entry.kind not in STRING_KINDS:
            raise BrokenHeaderError(f"tag {tag} holds type {entry.kind}, not strings")
        self._check(tag, entry, entry.count)
        parts = self.store[entry.offset : self.end].split(b"\0", entry.count)
        if len(parts) != entry.count + 1:
            raise BrokenHeaderError(f"tag {tag} promises {entry.count} strings and has fewer")
        # One decoding for all of them is several times faster than one each.
        return b"\0".join(parts[:-1]).decode("utf-8", "surrogateescape").split("\0")

    def text(self, tag: int) -> str | None:
        """The first string of a tag."""
        entry = self.index.get(tag)
        if entry is None or entry.count == 0:
            return None
        if entry.kind not in STRING_KINDS:
            raise BrokenHeaderError(f"tag {tag} holds type {entry.kind}, not a string")
        self._check(tag, entry, 1)
        stop = self.store.find(b"\0", entry.offset, self.end)
        if stop < 0:
            raise BrokenHeaderError(f"the string of tag {tag} has no end")
        return self.store[entry.offset : stop].decode("utf-8", "surrogateescape")

    def binary(self, tag: int) -> bytes | None:
        """The raw bytes of a tag."""
        entry = self.index.get(tag)
        if entry is None:
            return None
        if entry.kind != BINARY:
            raise BrokenHeaderError(f"tag {tag} holds type {entry.kind}, not bytes")
        self._check(tag, entry, entry.count)
        return self.store[entry.offset : entry.offset + entry.count]

    def _check(self, tag: int, entry: Entry, size: int) -> None:
        if entry.offset < 0 or entry.offset + size > self.end:
            raise BrokenHeaderError(f"tag {tag} reaches outside the header")


@dataclass(frozen=True, slots=True)
class Header:
    """What the package says of itself (`content`), what rpm added, and the bytes that were signed."""

    content: Tags
    added: Tags
    signed: bytes


def parse(blob: bytes) -> Header:
    """The header stored in `blob`; raises BrokenHeaderError."""
    if len(blob) < _SIZES.size:
        raise BrokenHeaderError("shorter than a header can be")
    entries, length = _SIZES.unpack_from(blob)
    start = _SIZES.size + entries * _ENTRY.size
    if not 0 < entries <= MAX_ENTRIES or length > MAX_STORE or start + length != len(blob):
        raise BrokenHeaderError(f"{entries} entries and {length} bytes do not fit {len(blob)} bytes")
    index = list(_ENTRY.iter_unpack(blob[_SIZES.size : start]))
    store = blob[start:]
    if index[0][0] != REGION:
        # Neither signed nor a digest to hold it against: all entries are equally (un)trustworthy.
        content = Tags(store, length, _by_tag(index))
        return Header(content, content, b"")
    count, end = _region(index[0], store, entries)
    listed = blob[_SIZES.size : _SIZES.size + count * _ENTRY.size]
    signed = b"".join((MAGIC, _SIZES.pack(count, end), listed, store[:end]))
    content = Tags(store, end, _by_tag(index[1:count]))
    return Header(content, Tags(store, length, _by_tag(index[count:])), signed)


def _region(first: tuple[int, ...], store: bytes, entries: int) -> tuple[int, int]:
    """How many entries and how many bytes of the store the immutable region spans."""
    _, kind, offset, size = first
    if kind != BINARY or size != _ENTRY.size or not 0 <= offset <= len(store) - _ENTRY.size:
        raise BrokenHeaderError("the entry of the immutable region is damaged")
    tag, kind, back, size = _ENTRY.unpack_from(store, offset)
    count = -back // _ENTRY.size
    if (tag, kind, size) != (REGION, BINARY, _ENTRY.size) or back % _ENTRY.size or not 0 < count <= entries:
        raise BrokenHeaderError("the trailer of the immutable region is damaged")
    return count, offset + _ENTRY.size


def _by_tag(index: list[tuple[int, ...]]) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    for tag, kind, offset, count in index:
        found.setdefault(tag, Entry(kind, offset, count))
    return found
