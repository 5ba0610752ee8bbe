"""Evidence as lines of JSON: header, entries, trailer (docs/bundle.md)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence, Header
from kenshin.model.coverage import Hole
from kenshin.model.errors import BundleError
from kenshin.model.outcome import Outcome

VERSION = 1
LINE_LIMIT = 8 << 20  # a chunk is at most 256 KiB; longer lines are not ours


def read(lines: Iterable[bytes]) -> Evidence:
    """The evidence that a bundle's lines hold.

    What is broken or missing is a problem of the evidence, and every readable entry comes out.
    Errors: BundleError when the first line is not the header of a version that we read.
    """
    stream = iter(lines)
    first = next(stream, b"")
    reader = _Reader(_header(first))
    reader.digest.update(first)
    for number, line in enumerate(stream, start=2):
        reader.take(number, line)
    return reader.evidence()


class Seal:
    """Counts and digests the lines of a bundle as they are written, for its trailer."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.entries = 0

    def take(self, line: bytes) -> bytes:
        """The line again, counted."""
        self.digest.update(line)
        self.entries += line.startswith(b'{"path')
        return line

    def trailer(self) -> bytes:
        """The last line of the bundle."""
        return json.dumps({"entries": self.entries, "sha256": self.digest.hexdigest()}).encode() + b"\n"


def is_trailer(line: bytes) -> bool:
    """Whether a line closes a bundle."""
    return line.startswith(b'{"entries"')


def _header(line: bytes) -> Header:
    found = _object(line)
    version = found.get("kenshin_bundle") if found else None
    if version != VERSION or found is None:
        said = "an unknown version" if isinstance(version, int) else "not an evidence bundle"
        raise BundleError(f"it is {said}", remedy="Make one with: kenshin collect TARGET -o FILE")
    return Header(
        version=VERSION,
        live=found.get("live") is True,
        started=_number(found, "started"),
        uid=_number(found, "uid"),
        collector=_text(found, "collector"),
        name=_text(found, "name"),
        kernel=_text(found, "kernel"),
        machine=_text(found, "machine"),
        python=_text(found, "python"),
        resolver=_text(found, "resolver"),
    )


@dataclass
class _Reader:
    header: Header
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)
    problems: list[Hole] = field(default_factory=list)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    count: int = 0
    sealed: bool = False

    def take(self, number: int, line: bytes) -> None:
        found = _object(line)
        if self.sealed:
            self._problem(f"line {number} stands behind the trailer", number)
        elif found is None or not line.endswith(b"\n"):
            self._problem(f"line {number} is not readable", number)
        elif "entries" in found:
            self._close(found, number)
            return
        elif "chunk" in found or "chunk_b64" in found:
            self.chunks.append(_bytes(found, "chunk"))
        else:
            self._entry(found, number)
        self.digest.update(line)

    def _entry(self, found: dict[str, object], number: int) -> None:
        try:
            entry = _entry(found, b"".join(self.chunks))
        except (ValueError, binascii.Error) as error:
            self._problem(f"line {number} is not an entry: {error}", number)
        else:
            self.entries[(entry.path, entry.view)] = entry
        self.count += 1
        self.chunks.clear()

    def _close(self, trailer: dict[str, object], number: int) -> None:
        self.sealed = True
        if trailer.get("entries") != self.count:
            self._problem(f"the trailer counts {trailer.get('entries')} entries, {self.count} are here", number)
        if trailer.get("sha256") != self.digest.hexdigest():
            self._problem("its digest does not match: it was changed after it was written", number)

    def _problem(self, reason: str, line: int | None) -> None:
        self.problems.append(Hole("(bundle)", Outcome.FAILED, reason, line=line))

    def evidence(self) -> Evidence:
        if not self.sealed:
            reason = f"it has no trailer: it was cut off after {self.count} entries"
            self.problems.append(Hole("(bundle)", Outcome.CUT, reason))
        return Evidence(self.header, self.entries, tuple(self.problems))


def _entry(found: dict[str, object], chunks: bytes) -> Entry:
    kind = found.get("type")
    data = found.get("data") is not None or found.get("data_b64") is not None
    return Entry(
        path=_path(found, "path"),
        outcome=Outcome(_text(found, "outcome")),
        type=FileType(kind) if isinstance(kind, str) else None,
        link=_path(found, "link"),
        to=_path(found, "to"),
        data=chunks + (_bytes(found, "data") if data else b""),
        selected=found.get("selected") is True,
        view=_text(found, "view"),
        md5=_text(found, "md5"),
        sha256=_text(found, "sha256"),
        error=_text(found, "error"),
        mode=_number(found, "mode"),
        uid=_number(found, "uid"),
        gid=_number(found, "gid"),
        size=_number(found, "size"),
        mtime=_number(found, "mtime"),
        ctime=_number(found, "ctime"),
        nlink=_number(found, "nlink"),
        flags=_number(found, "flags"),
    )


def _object(line: bytes) -> dict[str, object] | None:
    if len(line) > LINE_LIMIT:
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _bytes(found: dict[str, object], name: str) -> bytes:
    encoded = found.get(f"{name}_b64")
    if isinstance(encoded, str):
        return base64.b64decode(encoded)
    return _text(found, name).encode("utf-8", "surrogatepass")


def _path(found: dict[str, object], name: str) -> str:
    if name not in found and f"{name}_b64" not in found:
        return ""
    return _bytes(found, name).decode("utf-8", "surrogateescape")


def _text(found: dict[str, object], name: str) -> str:
    value = found.get(name, "")
    return value if isinstance(value, str) else ""


def _number(found: dict[str, object], name: str) -> int:
    value = found.get(name, 0)
    return value if isinstance(value, int) else 0
