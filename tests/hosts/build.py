"""A whole tiny host from its YAML: as a bundle for `kenshin scan bundle:`, or as a tree on this disk."""

import base64
import gzip
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kenshin import catalog
from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence, Header
from kenshin.examination import collected
from tests.fakes import FakeSource, host
from tests.provenance.rpm_host import NOWHERE, encoded, package

HEADER = Header(collector="f" * 64, started=1_795_392_000, name="web-1", kernel="6.1.0", machine="x86_64")
NUMBERS = ("mode", "uid", "gid", "size", "mtime", "ctime", "nlink", "flags")


def evidence_of(spec: Mapping[str, Any]) -> Evidence:
    """What a collector would see; `rpm: name` at a file has the package NAME 1-2 ship it."""
    files = {
        path: dict(given) if isinstance(given, dict) else {"content": given} for path, given in spec.items()
    }
    shipped: dict[str, dict[str, bytes | None]] = {}
    for path, given in files.items():
        if "repeat" in given:
            given["content"] = str(given["content"]) * int(given.pop("repeat"))
        if "rpm" in given:
            shipped.setdefault(str(given.pop("rpm")), {})[path] = str(given["content"]).encode()
    if shipped:
        headers = [package(name, content) for name, content in shipped.items()]
        files = {**NOWHERE, "/var/lib/rpm/rpmdb.sqlite": encoded(_sqlite(headers)), **files}
    return replace(host(files), header=HEADER)


def _sqlite(headers: list[bytes]) -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
    database.executemany("INSERT INTO Packages (blob) VALUES (?)", [(header,) for header in headers])
    database.commit()
    data = database.serialize()
    database.close()
    return data


def bundle_of(spec: Mapping[str, Any], cut: int = 0) -> bytes:
    """The host as a bundle that holds all that kenshin asks for; without its last `cut` lines."""
    gathered = collected(FakeSource(evidence_of(spec)).collect)
    seal = bundle.Seal()
    head = {"kenshin_bundle": bundle.VERSION, **{name: getattr(HEADER, name) for name in HEADER.__slots__}}
    lines = [seal.take(_line(head))]
    lines += [seal.take(_line(dict(_fields(entry)))) for entry in gathered.evidence]
    wants = [*catalog.authority_wants(), *(want for wants in gathered.asked.values() for want in wants)]
    lines += [
        seal.take(_line({"asked": path, "views": ["libc"]})) for path in sorted({want.path for want in wants})
    ]
    lines.append(seal.trailer())
    return gzip.compress(b"".join(lines[: len(lines) - cut]), mtime=0)


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"


def _fields(entry: Entry) -> Iterator[tuple[str, object]]:
    yield from _bytes("path", os.fsencode(entry.path))
    yield from {"view": entry.view, "outcome": entry.outcome.value, "error": entry.error}.items()
    if entry.type is None:
        return
    yield "type", entry.type.value
    yield from ((name, getattr(entry, name)) for name in NUMBERS)
    yield from ((name, digest) for name in ("md5", "sha256") if (digest := getattr(entry, name)))
    for name, text in (("link", entry.link), ("to", entry.to)):
        if text:
            yield from _bytes(name, os.fsencode(text))
    if entry.data:
        yield from _bytes("data", entry.data)


def _bytes(name: str, data: bytes) -> Iterator[tuple[str, object]]:
    try:
        yield name, data.decode()
    except UnicodeDecodeError:
        yield f"{name}_b64", base64.b64encode(data).decode()


def tree_of(spec: Mapping[str, Any], root: Path) -> None:
    """The host as files below a directory, with their owners: for the superuser."""
    for entry in evidence_of(spec):
        place = root / entry.path.lstrip("/")
        if entry.type is None:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if entry.type is FileType.DIRECTORY:
            place.mkdir(exist_ok=True)
        elif entry.type is FileType.LINK:
            place.symlink_to(entry.link)
        elif entry.type is FileType.FIFO:
            os.mkfifo(place)
        else:
            place.write_bytes(entry.data)
        if entry.type is not FileType.LINK:
            os.chown(place, entry.uid, entry.gid)
            place.chmod(entry.mode & 0o7777)
