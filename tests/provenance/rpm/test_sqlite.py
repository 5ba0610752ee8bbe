"""SQLite databases whose schema or pages were made to harm the reader."""

import sqlite3
import struct
from contextlib import closing

import pytest

from kenshin.provenance.rpm import sqlite, wal
from kenshin.provenance.rpm.blob import Blob, Flaw
from tests.provenance.rpm.forge import kept

TABLE = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"
LOOSE = "CREATE TABLE Packages (hnum, blob)"
INTERIOR = 5
ENDLESS = "WITH RECURSIVE n(hnum, blob) AS (SELECT 1, x'00' UNION ALL SELECT hnum + 1, blob FROM n)"


def made(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
        return database.serialize()


def split(data: bytes) -> tuple[list[bytes], list[str]]:
    found = list(sqlite.blobs(data))
    return [one.content for one in found if isinstance(one, Blob)], [
        one.reason for one in found if isinstance(one, Flaw)
    ]


def test_rows_come_by_number() -> None:
    rows = "INSERT INTO Packages VALUES (7, x'bb'), (3, x'aa')"
    assert split(made(TABLE, rows)) == ([b"\xaa", b"\xbb"], [])


@pytest.mark.parametrize(
    ("statements", "blobs", "reason"),
    [
        (("CREATE TABLE Other (hnum, blob)",), 0, "no table Packages"),
        ((f"CREATE VIEW Packages AS {ENDLESS} SELECT * FROM n",), 0, "no table Packages"),
        (("CREATE VIRTUAL TABLE Packages USING fts4(hnum, blob)",), 0, "not a plain table"),
        (("CREATE TABLE Packages (number, content)",), 0, "no such column"),
        ((LOOSE, "INSERT INTO Packages VALUES ('x', x'00')"), 0, "out of order"),
        ((LOOSE, "INSERT INTO Packages VALUES (2, x''), (1, x'')"), 1, "out of order"),
        ((LOOSE, "INSERT INTO Packages VALUES (1, x''), (1, x'')"), 1, "out of order"),
        ((TABLE, "INSERT INTO Packages VALUES (1, 'text'), (2, x'')"), 1, "not a blob"),
        (("CREATE TABLE Packages (hnum, blob AS (zeroblob(1000000000)))",), 0, "computed columns"),
        (("CREATE TABLE Packages (hnum, blob AS (x'00' || hnum) STORED)",), 0, "computed columns"),
    ],
)
def test_a_table_that_is_not_rpms_is_reported(statements: tuple[str, ...], blobs: int, reason: str) -> None:
    found, reasons = split(made(*statements))
    assert len(found) == blobs
    assert len(reasons) == 1
    assert reason in reasons[0]


def test_a_view_beneath_the_table_is_never_run() -> None:
    """The name of the table kept, its definition exchanged behind SQLite's back."""
    data = made(TABLE, "INSERT INTO Packages VALUES (1, x'aa')")
    forged = data.replace(b"tablePackagesPackages", b"viewxPackagesPackages")
    assert forged != data
    assert split(forged)[0] == []
    assert split(forged)[1]


def test_packages_larger_than_their_database_are_stopped() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(TABLE)
        database.execute("INSERT INTO Packages VALUES (1, x'aabb'), (2, x'ccdd'), (3, x'ee')")
        found = list(sqlite._rows(database, 3))
    assert found[0] == Blob("package 1", b"\xaa\xbb")
    assert "larger than their database" in str(found[1])
    assert len(found) == 2


def test_pages_that_are_listed_again_are_read_once() -> None:
    """Every child of the table's root made the first one: its rows would come once for each."""
    rows = [f"INSERT INTO Packages VALUES ({number}, zeroblob(300))" for number in range(1, 40)]
    data = bytearray(made("PRAGMA page_size = 512", TABLE, *rows))
    roots = [start for start in range(512, len(data), 512) if data[start] == INTERIOR]
    for start in roots:
        cells = [int.from_bytes(data[at : at + 2], "big") for at in range(start + 12, start + 18, 2)]
        first = data[start + cells[0] : start + cells[0] + 4]
        for cell in cells[1:]:
            data[start + cell : start + cell + 4] = first
    assert roots
    blobs, reasons = split(bytes(data))
    assert 0 < len(blobs) < 39
    assert reasons


def test_an_endless_table_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUDGET", 0)
    monkeypatch.setattr(sqlite, "STEP", 1)
    blobs, reasons = split(kept("rpmdb.sqlite"))
    assert blobs == []
    assert "interrupted" in reasons[0]


def test_a_cut_database_says_so() -> None:
    reasons = split(kept("rpmdb.sqlite")[:-4096])[1]
    assert "promises" in reasons[0]
    assert split(b"SQLite format 3\0")[1] == ["cut short"]


def test_a_log_that_promises_terabytes_is_refused() -> None:
    log = kept("rpmdb.sqlite-wal")
    order = wal.MAGICS[int.from_bytes(log[:4], "big")]
    frame = struct.pack(">II", 1, 0xFFFFFFFF)
    page = log[56 : 56 + 4096]
    state = wal.checksum(frame + page, order, wal.checksum(log[:24], order, (0, 0)))
    forged = log[:32] + frame + log[16:24] + struct.pack(">II", *state) + page
    found = list(sqlite.blobs(kept("rpmdb.sqlite"), forged))
    assert "more than there are" in str(found[0])
    assert len(found) == 8
