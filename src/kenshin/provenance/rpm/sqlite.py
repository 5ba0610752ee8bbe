"""rpm's SQLite database (`rpmdb.sqlite`), opened from memory without trusting its schema."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

from kenshin.provenance.rpm import wal
from kenshin.provenance.rpm.blob import Blob, Flaw

MAGIC = b"SQLite format 3\0"
HEADER = 100
PLACE = "sqlite"
# A row costs SQLite about five steps; this lets a million rows pass and stops an endless query in a second.
STEP = 10_000
BUDGET = 1_000


def blobs(data: bytes, log: bytes = b"") -> Iterator[Blob | Flaw]:
    """The header of every package in the database with its write-ahead log applied, by number."""
    if len(data) < HEADER:
        yield Flaw(PLACE, "cut short")
        return
    image, problems = _image(data, log)
    yield from (Flaw(PLACE, problem) for problem in problems)
    total = len(image)
    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(image)
            del image
            _restrain(database, total)
            reason = _schema(database)
            if reason:
                yield Flaw(PLACE, reason)
            else:
                yield from _rows(database, total)
    except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as error:
        yield Flaw(PLACE, f"the rest of the database cannot be read: {error}")


def _image(data: bytes, log: bytes) -> tuple[bytearray, tuple[str, ...]]:
    """A copy with the log applied, marked as a database without one: SQLite opens no other from memory."""
    image = bytearray(data)
    page_size = int.from_bytes(data[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    problems: tuple[str, ...] = ()
    if log and page_size >= 512:
        found = wal.replay(log, page_size)
        problems = found.problems
        if found.size * page_size > len(data) + len(log):
            problems += (f"write-ahead log: promises {found.size} pages, more than there are",)
        elif found.size:
            image.extend(bytes(max(0, found.size * page_size - len(image))))
            for number, page in found.pages.items():
                if number <= found.size:
                    image[(number - 1) * page_size : number * page_size] = page
            del image[found.size * page_size :]
    pages = int.from_bytes(image[28:32], "big") if image[24:28] == image[92:96] else 0
    if pages * page_size > len(image):
        problems += (f"promises {pages} pages of {page_size} bytes, but there are {len(image)} bytes",)
    image[18:20] = b"\1\1"
    return image, problems


def _restrain(database: sqlite3.Connection, size: int) -> None:
    """Leave the database no function to call, no more memory than its own size, a bounded number of steps."""
    # Text stays apart from blobs, and bytes that are not UTF-8 do not end the reading.
    database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(size, 1 << 20))
    database.set_authorizer(_may)
    database.set_progress_handler(_countdown(BUDGET), STEP)


def _may(action: int, subject: str | None, *_: str | None) -> int:
    """Whether SQLite may do what a statement needs: select, read, and list a table's columns."""
    harmless = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    columns = action == sqlite3.SQLITE_PRAGMA and subject == "table_xinfo"
    return sqlite3.SQLITE_OK if harmless or columns else sqlite3.SQLITE_DENY


def _countdown(turns: int) -> Callable[[], int]:
    """A callback that asks SQLite to stop after so many turns."""
    left = iter(range(turns))
    return lambda: 0 if next(left, None) is not None else 1


def _schema(database: sqlite3.Connection) -> str:
    """Why `Packages` is not the plain table that rpm makes, or nothing."""
    rows = database.execute("SELECT type, name, sql FROM sqlite_master")
    found = [row for row in rows if isinstance(row[1], str) and row[1].lower() == "packages"]
    if len(found) != 1 or found[0][0] != "table":
        return "there is no table Packages, or more than one thing of that name"
    sql = found[0][2]
    if not isinstance(sql, str) or not sql.upper().startswith("CREATE TABLE"):
        return "Packages is not a plain table"
    # The last number of each column is 0 for one that is stored and not computed.
    if any(column[-1] for column in database.execute("PRAGMA table_xinfo(Packages)")):
        return "Packages has computed columns"
    return ""


def _rows(database: sqlite3.Connection, left: int) -> Iterator[Blob | Flaw]:
    previous: int | None = None
    for number, content in database.execute("SELECT hnum, blob FROM Packages"):
        if not isinstance(number, int) or (previous is not None and number <= previous):
            yield Flaw(PLACE, "rows of Packages are out of order; the rest was not read")
            return
        previous = number
        if not isinstance(content, bytes):
            yield Flaw(f"package {number}", "its header is not a blob")
            continue
        # Rows do not share pages in an honest database, so together they fit into it.
        left -= len(content)
        if left < 0:
            yield Flaw(PLACE, "the packages are larger than their database; the rest was not read")
            return
        yield Blob(f"package {number}", content)
