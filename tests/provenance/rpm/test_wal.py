"""The write-ahead log, replayed by us and by SQLite itself."""

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance.rpm import wal
from kenshin.provenance.rpm.database import read
from tests.provenance.rpm.forge import kept

LOG = kept("rpmdb.sqlite-wal")
PAGE = 4096
FRAME = 24 + PAGE
FRAMES = (len(LOG) - 32) // FRAME


def test_sqlite_leaves_the_same_pages(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(kept("rpmdb.sqlite"))
    file.with_name("a-wal").write_bytes(LOG)
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    expected = file.read_bytes()
    found = wal.replay(LOG, PAGE)
    assert found.problems == ()
    assert found.size * PAGE == len(expected)
    assert found.pages
    assert all(expected[(number - 1) * PAGE : number * PAGE] == page for number, page in found.pages.items())


@pytest.mark.parametrize("magic", wal.MAGICS)
def test_both_byte_orders_of_the_checksum_are_read(magic: int) -> None:
    """No machine at hand writes the other one: the log is written anew with either."""
    order = wal.MAGICS[magic]
    head = struct.pack(">I", magic) + LOG[4:24]
    state = wal.checksum(head, order, (0, 0))
    log = head + struct.pack(">II", *state)
    for start in range(32, len(LOG), FRAME):
        page = LOG[start + 24 : start + FRAME]
        state = wal.checksum(LOG[start : start + 8] + page, order, state)
        log += LOG[start : start + 16] + struct.pack(">II", *state) + page
    assert wal.replay(log, PAGE) == wal.replay(LOG, PAGE)


@pytest.mark.parametrize(
    ("log", "page", "problem"),
    [
        (LOG[:31], PAGE, "too few"),
        (b"\0" + LOG[1:], PAGE, "does not belong"),
        (LOG[:5] + b"\1" + LOG[6:], PAGE, "does not belong"),
        (LOG, 1024, "does not belong"),
        (LOG[:16] + b"\0" + LOG[17:], PAGE, "checksum of its header"),
    ],
)
def test_a_header_that_does_not_fit_leaves_the_log_out(log: bytes, page: int, problem: str) -> None:
    found = wal.replay(log, page)
    assert (found.pages, found.size) == ({}, 0)
    assert problem in found.problems[0]


def test_a_damaged_frame_ends_the_log() -> None:
    damaged = LOG[: 32 + FRAME + 100] + b"\xaa\xbb" + LOG[32 + FRAME + 102 :]
    found = wal.replay(damaged, PAGE)
    assert found.problems == (f"write-ahead log: damaged at byte {32 + FRAME}; the rest was left out",)
    assert found.size == 0, "the only commit lies behind the damage"


def test_frames_from_before_the_last_checkpoint_are_no_problem() -> None:
    stale = LOG + LOG[32:40] + bytes(8) + LOG[48 : 32 + FRAME]
    assert wal.replay(stale, PAGE) == wal.replay(LOG, PAGE)


def test_what_was_not_committed_is_left_out() -> None:
    """Of every prefix only what its last commit frame closes is there."""
    size = 0
    for count in range(1, FRAMES + 1):
        commit = int.from_bytes(LOG[32 + (count - 1) * FRAME + 4 :][:4], "big")
        found = wal.replay(LOG[: 32 + count * FRAME], PAGE)
        size = commit or size
        assert (found.size, found.problems) == (size, ())
        assert bool(found.pages) == bool(size)
    assert size > 0


def test_a_log_of_another_database_is_a_problem_and_the_database_still_read() -> None:
    found = read(kept("rpmdb.sqlite"), LOG[:16] + bytes(16) + LOG[32:])
    assert len(found.packages) == 7
    assert found.problems == ("sqlite: write-ahead log: the checksum of its header is wrong",)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=3000), whole=st.booleans())
def test_any_log_is_replayed_or_reported(data: bytes, whole: bool) -> None:
    found = wal.replay(LOG[:32] + data if whole else data, PAGE)
    assert found.size == 0
    assert whole or found.problems
