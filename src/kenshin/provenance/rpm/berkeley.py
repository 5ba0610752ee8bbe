"""Berkeley DB hash files (`Packages` up to RHEL 8): pages of keys and values, long values on page chains."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kenshin.provenance.rpm.blob import Blob, Flaw
from kenshin.provenance.rpm.errors import BrokenHeaderError

MAGIC = 0x061561
META = 512
PAGE_HEADER = 26
HASH_META = 8
HASH_PAGES = (2, 13)
OVERFLOW = 7
ON_PAGE = 1
OFF_PAGE = 3


def is_hash(data: bytes) -> bool:
    """Whether the bytes open like a Berkeley DB hash file, of either byte order."""
    magic = data[12:16]
    return MAGIC in (int.from_bytes(magic, "little"), int.from_bytes(magic, "big"))


def blobs(data: bytes) -> Iterator[Blob | Flaw]:
    """The header of every package in a Berkeley DB hash file, in the order of the pages."""
    order: Literal["<", ">"] = "<" if int.from_bytes(data[12:16], "little") == MAGIC else ">"
    if len(data) < META:
        yield Flaw("page 0", "cut short")
        return
    (size,) = struct.unpack_from(order + "I", data, 20)
    (last,) = struct.unpack_from(order + "I", data, 32)
    if size < 512 or size > 65536 or size & (size - 1) or data[25] != HASH_META or data[24] != 0:
        yield Flaw("page 0", f"not the first page of a plain hash file (page size {size})")
        return
    if (last + 1) * size != len(data):
        yield Flaw("page 0", f"promises {last + 1} pages of {size} bytes, but there are {len(data)} bytes")
    book = _Book(data, order, size, bytearray(len(data) // size))
    seen: set[int] = set()
    for number in range(1, len(data) // size):
        if data[number * size + 25] in HASH_PAGES:
            yield from _pairs(book, number, seen)


@dataclass(frozen=True, slots=True)
class _Book:
    """The pages of one file; `used` marks those that already belong to a value."""

    data: bytes
    order: Literal["<", ">"]
    size: int
    used: bytearray

    def numbers(self, code: str, place: int) -> tuple[int, ...]:
        """Unsigned numbers at a place, in the file's byte order."""
        values: tuple[int, ...] = struct.unpack_from(self.order + code, self.data, place)
        return values

    def items(self, page: int) -> list[tuple[int, int]]:
        """Where each item of a hash page begins and ends, in its page's order: key, value, key, value."""
        start = page * self.size
        (count,) = self.numbers("H", start + 20)
        if PAGE_HEADER + 2 * count > self.size:
            raise BrokenHeaderError(f"{count} items do not fit")
        offsets = self.numbers(f"{count}H", start + PAGE_HEADER)
        found = []
        upper = self.size
        for offset in offsets:
            if not PAGE_HEADER + 2 * count <= offset < upper:
                raise BrokenHeaderError("its items overlap")
            found.append((start + offset, start + upper))
            upper = offset
        return found

    def value(self, begin: int, end: int) -> bytes:
        """An item's content, from its page or from the chain that it points at."""
        kind = self.data[begin]
        if kind == ON_PAGE:
            return self.data[begin + 1 : end]
        if kind != OFF_PAGE or end - begin != 12:
            raise BrokenHeaderError(f"an item of type {kind}")
        page, length = self.numbers("II", begin + 4)
        return self.chain(page, length)

    def chain(self, page: int, length: int) -> bytes:
        """A long value from its overflow pages; a page belongs to one value only, so there are no cycles."""
        parts: list[bytes] = []
        left = length
        while left > 0:
            if not 0 < page < len(self.used) or self.used[page]:
                raise BrokenHeaderError(f"its chain leads to page {page}, which is outside or used before")
            self.used[page] = 1
            start = page * self.size
            following, _, filled = self.numbers("IHH", start + 16)
            if self.data[start + 25] != OVERFLOW or not 0 < filled <= min(left, self.size - PAGE_HEADER):
                raise BrokenHeaderError(f"page {page} of its chain is not one")
            parts.append(self.data[start + PAGE_HEADER : start + PAGE_HEADER + filled])
            left -= filled
            page = following
        return b"".join(parts)


def _pairs(book: _Book, page: int, seen: set[int]) -> Iterator[Blob | Flaw]:
    """The packages of one hash page; key 0 is rpm's counter and not a package."""
    try:
        items = book.items(page)
    except BrokenHeaderError as error:
        yield Flaw(f"page {page}", str(error))
        return
    if len(items) % 2:
        yield Flaw(f"page {page}", "a key without a value")
    for (begin, end), found in zip(items[::2], items[1::2], strict=False):
        key = book.data[begin + 1 : end]
        if book.data[begin] != ON_PAGE or len(key) != 4:
            yield Flaw(f"page {page}", "a key that is not a package number")
            continue
        (number,) = struct.unpack(book.order + "I", key)
        if number == 0:
            continue
        place = f"package {number}"
        if number in seen:
            yield Flaw(place, "is given twice")
            continue
        seen.add(number)
        try:
            yield Blob(place, book.value(*found))
        except BrokenHeaderError as error:
            yield Flaw(place, str(error))
