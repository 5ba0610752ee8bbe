"""An rpm database read from bytes, whichever of its three formats it has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kenshin.provenance.rpm import berkeley, ndb, sqlite
from kenshin.provenance.rpm.blob import Blob, Flaw
from kenshin.provenance.rpm.errors import BrokenHeaderError, RpmError
from kenshin.provenance.rpm.file import File
from kenshin.provenance.rpm.header import parse
from kenshin.provenance.rpm.openpgp import PublicKey
from kenshin.provenance.rpm.package import Package, package, shadowed

# What a caller needs, from one place.
__all__ = ["Database", "File", "Form", "Package", "RpmError", "read"]

Form = Literal["sqlite", "ndb", "bdb"]
# Ten times a large server; more would only be there to exhaust our memory.
MAX_FILES = 2_000_000
MAX_PROBLEMS = 1000


@dataclass(frozen=True, slots=True)
class Database:
    """The packages of one database by name, and each part that cannot be read or contradicts the rest."""

    form: Form
    packages: tuple[Package, ...]
    problems: tuple[str, ...]


def read(data: bytes, wal: bytes = b"", keys: Sequence[PublicKey] = ()) -> Database:
    """The database in `data`, with the write-ahead log that may lie beside an SQLite one.

    Without `keys` no signature can become "valid". Raises RpmError for any other format.
    """
    form, blobs = _open(data, wal)
    packages: list[Package] = []
    problems: list[str] = []
    left = MAX_FILES
    for found in blobs:
        if isinstance(found, Flaw):
            problems.append(str(found))
            continue
        try:
            header = parse(found.content)
            read_package = package(header, keys, left)
        except BrokenHeaderError as error:
            problems.append(str(Flaw(found.place, error.message)))
            continue
        packages.append(read_package)
        left -= len(read_package.files)
        tags = shadowed(header)
        if tags:
            listed = ", ".join(map(str, tags))
            problems.append(f"{found.place}: tags outside the signed region of {read_package.name}: {listed}")
    packages.sort(key=_order)
    if len(problems) > MAX_PROBLEMS:
        problems[MAX_PROBLEMS:] = [f"and {len(problems) - MAX_PROBLEMS} more problems"]
    return Database(form, tuple(packages), tuple(problems))


def _open(data: bytes, wal: bytes) -> tuple[Form, Iterator[Blob | Flaw]]:
    if data.startswith(sqlite.MAGIC):
        return "sqlite", sqlite.blobs(data, wal)
    if data.startswith(ndb.MAGIC):
        return "ndb", ndb.blobs(data)
    if berkeley.is_hash(data):
        return "bdb", berkeley.blobs(data)
    raise RpmError("not an rpm database in SQLite, ndb or Berkeley DB hash format")


def _order(entry: Package) -> tuple[str, int, str, str, str, int]:
    """One order for all formats, so that they can be compared."""
    return entry.name, entry.epoch or 0, entry.version, entry.release, entry.arch, entry.install_time or 0
