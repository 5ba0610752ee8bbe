"""Berkeley DB hash files whose pages lie."""

import struct
import time

import pytest

from kenshin.provenance.rpm import berkeley
from kenshin.provenance.rpm.blob import Blob, Flaw

SIZE = 512
LONG = 1000
PER_PAGE = SIZE - berkeley.PAGE_HEADER


def page(number: int, kind: int, following: int, entries: int, filled: int, content: bytes) -> bytes:
    head = struct.pack("<8xIIIHHBB", number, 0, following, entries, filled, 0, kind)
    return (head + content).ljust(SIZE, b"\0")


def meta(pages: int) -> bytes:
    """The first page; most of it concerns nobody who reads all the others."""
    head = struct.pack("<12xIIIBB2xII", berkeley.MAGIC, 9, SIZE, 0, 8, 0, pages - 1)
    return head.ljust(SIZE, b"\0")


def hash_page(number: int, *items: bytes) -> bytes:
    """Items fill the page from its end; their offsets follow the header."""
    offsets, upper, body = [], SIZE, b""
    for item in items:
        upper -= len(item)
        offsets.append(upper)
        body = item + body
    listed = struct.pack(f"<{len(offsets)}H", *offsets)
    head = page(number, 13, 0, len(items), upper, listed)
    return head[:upper] + body


def key(number: int) -> bytes:
    return b"\1" + struct.pack("<I", number)


def pointer(start: int, length: int) -> bytes:
    return struct.pack("<B3xII", 3, start, length)


def chain(*numbers: int) -> list[bytes]:
    """A long value on these pages."""
    left, pages = LONG, []
    for number, following in zip(numbers, (*numbers[1:], 0), strict=True):
        filled = min(left, PER_PAGE)
        pages.append(page(number, 7, following, 1, filled, bytes([number]) * filled))
        left -= filled
    return pages


def whole(*pages: bytes) -> bytearray:
    return bytearray(meta(len(pages) + 1) + b"".join(pages))


def honest() -> bytearray:
    first = hash_page(1, key(0), b"\1xxxx", key(5), pointer(2, LONG), key(6), b"\1short")
    return whole(first, *chain(2, 3, 4))


def split(data: bytes | bytearray) -> tuple[list[bytes], list[str]]:
    found = list(berkeley.blobs(bytes(data)))
    return [one.content for one in found if isinstance(one, Blob)], [
        one.reason for one in found if isinstance(one, Flaw)
    ]


def test_short_and_long_values_are_gathered() -> None:
    long = b"\2" * PER_PAGE + b"\3" * PER_PAGE + b"\4" * (LONG - 2 * PER_PAGE)
    assert split(honest()) == ([long, b"short"], [])


@pytest.mark.parametrize(
    ("at", "form", "value", "blobs", "reason"),
    [
        (20, "<I", 500, 0, "page size 500"),
        (20, "<I", 1 << 30, 0, "page size"),
        (24, "<B", 1, 0, "plain hash file"),
        (25, "<B", 9, 0, "plain hash file"),
        (32, "<I", 99, 2, "promises 100 pages"),
        (SIZE + 20, "<H", 65535, 0, "do not fit"),
        (SIZE + 20, "<H", 5, 1, "a key without a value"),
        (SIZE + 26, "<H", 3, 0, "overlap"),
        (SIZE + 28, "<H", 511, 0, "overlap"),
        (2 * SIZE + 16, "<I", 2, 1, "used before"),
        (2 * SIZE + 16, "<I", 99, 1, "outside"),
        (2 * SIZE + 16, "<I", 0, 1, "outside"),
        (2 * SIZE + 16, "<I", 1, 1, "is not one"),
        (2 * SIZE + 22, "<H", 0, 1, "is not one"),
        (2 * SIZE + 22, "<H", 60000, 1, "is not one"),
        (2 * SIZE + 25, "<B", 0, 1, "is not one"),
    ],
)
def test_a_number_that_lies_is_reported(at: int, form: str, value: int, blobs: int, reason: str) -> None:
    data = honest()
    struct.pack_into(form, data, at, value)
    found, reasons = split(data)
    assert len(found) == blobs
    assert any(reason in one for one in reasons), reasons


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ((key(5), pointer(2, 0xFFFFFFFF)), "outside or used before"),
        ((key(5), pointer(2, LONG)[:-1]), "an item of type 3"),
        ((key(5), b"\2dup"), "an item of type 2"),
        ((b"\1abc", b"\1x"), "not a package number"),
        ((pointer(2, 4), b"\1x"), "not a package number"),
    ],
)
def test_an_item_that_rpm_never_writes_is_reported(items: tuple[bytes, ...], reason: str) -> None:
    found, reasons = split(whole(hash_page(1, *items), *chain(2, 3, 4)))
    assert found == []
    assert len(reasons) == 1
    assert reason in reasons[0]


def test_two_values_cannot_share_a_chain_nor_two_packages_a_number() -> None:
    items = (key(5), pointer(2, LONG), key(6), pointer(2, LONG), key(5), b"\1again")
    found, reasons = split(whole(hash_page(1, *items), *chain(2, 3, 4)))
    assert len(found) == 1
    assert "used before" in reasons[0]
    assert reasons[1:] == ["is given twice"]


def test_thousands_of_pointers_at_one_long_chain_stay_cheap() -> None:
    count = 3000
    pages = [page(number, 7, number + 1, 1, 1, b"x") for number in range(count + 1, 2 * count)]
    first = [hash_page(number, key(number), pointer(count + 1, 0xFFFFFFFF)) for number in range(1, count + 1)]
    start = time.process_time()
    found, reasons = split(whole(*first, *pages))
    assert (len(found), len(reasons)) == (0, count)
    assert time.process_time() - start < 1


def test_a_file_that_ends_in_its_first_page() -> None:
    assert split(meta(1)[:100]) == ([], ["cut short"])
