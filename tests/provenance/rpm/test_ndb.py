"""ndb databases with slots that lie."""

import struct

import pytest

from kenshin.provenance.rpm import ndb
from kenshin.provenance.rpm.blob import Blob, Flaw
from tests.provenance.rpm.forge import NAMED, header, ndb_of

ONE = header(NAMED)
SLOT = 32
BLOB = 4096


def split(data: bytes) -> tuple[list[bytes], list[str]]:
    found = list(ndb.blobs(data))
    return [one.content for one in found if isinstance(one, Blob)], [
        one.reason for one in found if isinstance(one, Flaw)
    ]


def test_blobs_come_in_the_order_of_slots() -> None:
    assert split(ndb_of(ONE, b"second")) == ([ONE, b"second"], [])


@pytest.mark.parametrize(
    ("at", "value", "blobs", "reason"),
    [
        (4, 7, 1, "version 7"),
        (12, 0, 0, "0 pages"),
        (12, 0xFFFFF, 1, "pages of slots"),
        (SLOT, 0, 0, "not a slot"),
        (SLOT + 8, 0xFFFFFF, 0, "outside the database"),
        (SLOT + 8, 0, 0, "something else"),
        (SLOT + 12, 0xFFFFFFF, 0, "overlaps another"),
        (SLOT + 12, 1, 0, "outside the database"),
        (BLOB, 0, 0, "something else"),
        (BLOB + 4, 9, 0, "something else"),
        (BLOB + 12, 0xFFFF, 0, "something else"),
        (BLOB + 12, 4, 1, "end of the blob is damaged"),
        (BLOB + 20, 1, 1, "checksum"),
    ],
)
def test_a_number_that_lies_is_reported(at: int, value: int, blobs: int, reason: str) -> None:
    data = bytearray(ndb_of(ONE))
    struct.pack_into("<I", data, at, value)
    found, reasons = split(bytes(data))
    assert len(found) == blobs
    assert any(reason in one for one in reasons), reasons


def test_slots_that_share_a_blob_do_not_multiply_it() -> None:
    data = bytearray(ndb_of(ONE))
    slot = bytes(data[SLOT : SLOT + 16])
    for number in range(2, 200):
        data[SLOT + 16 * number : SLOT + 16 * number + 16] = slot[:4] + struct.pack("<I", number) + slot[8:]
        struct.pack_into("<I", data, SLOT + 16 * number + 12, 0)
    data[SLOT + 16 : SLOT + 32] = slot
    found, reasons = split(bytes(data))
    assert len(found) == 1
    assert len(reasons) == 199


def test_a_file_shorter_than_its_header() -> None:
    assert split(b"RpmP") == ([], ["cut short"])
