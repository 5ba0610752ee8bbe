"""Evidence as lines of JSON: header, entries, trailer (docs/bundle.md)."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kenshin.evidence.entry import Entry, FileType, fuller
from kenshin.evidence.evidence import Evidence, Header
from kenshin.model.coverage import Hole
from kenshin.model.errors import BundleError
from kenshin.model.outcome import Outcome

VERSION = 1
PLACE = "(bundle)"  # of a problem that is no path's
# Whoever owns the host may write what he likes: beyond these nothing is read, and that is told.
LINE_LIMIT = 1 << 20  # bytes; ours hold 128 KiB of content, six times as much where it is all escapes
ENTRIES_LIMIT = 250_000
CONTENT_LIMIT = 512 << 20  # bytes, all entries together
PROBLEMS_LIMIT = 100
END_OF_TIME = 253_402_300_800  # the year 10000, in seconds since 1970

Keep = Callable[[bytes], object]


def read(lines: Iterable[bytes], keep: Keep | None = None) -> Evidence:
    """The evidence that a bundle's lines hold.

    What is broken or missing is a problem of the evidence, and every readable entry comes out.
    `keep` is given each line that the evidence rests on, the header first and no trailer.
    Errors: BundleError when the first line is not the header of a version that we read.
    """
    stream = iter(lines)
    first = next(stream, b"")
    reader = _Reader(_header(first), keep or _forget)
    reader.keep(first)
    reader.digest.update(first)
    for number, line in enumerate(stream, start=2):
        reader.take(number, line)
        if reader.full:
            break
    return reader.evidence()


def _forget(_: bytes) -> None:
    """Keeps nothing."""


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
        return _trailer(self.entries, self.digest.hexdigest())


def is_trailer(line: bytes) -> bool:
    """Whether a line closes a bundle."""
    return line.startswith(b'{"entries"')


def problem_line(problem: Hole) -> bytes:
    """The line by which a bundle tells what went wrong while it was made."""
    return _line({"problem": problem.reason, "outcome": problem.outcome.value, "line": problem.line or 0})


def _trailer(entries: int, digest: str) -> bytes:
    return _line({"entries": entries, "sha256": digest})


def _line(fields: dict[str, object]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"


def _header(line: bytes) -> Header:
    found = _object(line)
    version = found.get("kenshin_bundle") if found else None
    remedy = "Make one with: kenshin collect TARGET -o FILE"
    if found is None or version != VERSION:
        said = (
            "an evidence bundle of an unknown version"
            if isinstance(version, int)
            else "not an evidence bundle"
        )
        raise BundleError(f"it is {said}", remedy=remedy)
    try:
        return Header(
            version=VERSION,
            live=found.get("live") is True,
            started=_number(found, "started", 0, END_OF_TIME),
            uid=_number(found, "uid"),
            collector=_text(found, "collector"),
            name=_text(found, "name"),
            kernel=_text(found, "kernel"),
            machine=_text(found, "machine"),
            python=_text(found, "python"),
            resolver=_text(found, "resolver"),
        )
    except ValueError as error:
        raise BundleError(f"its header is broken: {error}", remedy=remedy) from error


@dataclass
class _Reader:
    header: Header
    keep: Keep
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    chunks: list[bytes] = field(default_factory=list)
    problems: list[Hole] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    count: int = 0  # of entries
    content: int = 0  # bytes
    sealed: bool = False
    full: bool = False

    def take(self, number: int, line: bytes) -> None:
        if self.sealed:
            self._problem(f"line {number} stands behind the trailer", number)
        elif is_trailer(line):
            self._close(line, number)
        else:
            self.digest.update(line)
            self._evidence(number, line)

    def _evidence(self, number: int, line: bytes) -> None:
        found = _object(line)
        if found is None or not line.endswith(b"\n"):
            self.chunks.clear()
            self._problem(f"line {number} is not readable", number)
            return
        try:
            self._told(found)
        except ValueError as error:
            self.chunks.clear()
            self._problem(f"line {number} is not evidence: {error}", number)
        else:
            self.keep(line)

    def _told(self, found: dict[str, object]) -> None:
        if "chunk" in found or "chunk_b64" in found:
            self.chunks.append(self._counted(_bytes(found, "chunk")))
            return
        chunks = b"".join(self.chunks)
        self.chunks.clear()
        if "asked" in found:
            self.asked.add(_text(found, "asked"))
        elif "problem" in found:
            outcome = Outcome(_text(found, "outcome"))
            self._problem(_text(found, "problem"), _number(found, "line") or None, outcome)
        else:
            self.count += 1
            self._entry(found, chunks)

    def _entry(self, found: dict[str, object], chunks: bytes) -> None:
        entry = _entry(found, chunks)
        self._counted(entry.data[len(chunks) :])
        known = self.entries.get((entry.path, entry.view))
        self.entries[(entry.path, entry.view)] = fuller(known, entry) if known else entry
        if len(self.entries) >= ENTRIES_LIMIT:
            self._stop(f"it holds more than {ENTRIES_LIMIT} entries")

    def _counted(self, data: bytes) -> bytes:
        self.content += len(data)
        if self.content > CONTENT_LIMIT:
            self._stop(f"it holds more than {CONTENT_LIMIT} bytes of content")
        return data

    def _stop(self, why: str) -> None:
        self.full = True
        self.problems.append(Hole(PLACE, Outcome.CUT, f"{why}: the rest was not read"))

    def _close(self, line: bytes, number: int) -> None:
        self.sealed = True
        if line != _trailer(self.count, self.digest.hexdigest()):
            reason = (
                f"its trailer does not match what it holds ({self.count} entries): it was changed or damaged"
            )
            self._problem(reason, number)

    def _problem(self, reason: str, line: int | None, outcome: Outcome = Outcome.FAILED) -> None:
        if len(self.problems) < PROBLEMS_LIMIT:
            self.problems.append(Hole(PLACE, outcome, reason, line=line))
        else:
            self._stop(f"it has more than {PROBLEMS_LIMIT} problems")

    def evidence(self) -> Evidence:
        if not self.sealed and not self.full:
            reason = f"it has no trailer: it was cut off after {self.count} entries"
            self.problems.append(Hole(PLACE, Outcome.CUT, reason))
        return Evidence(self.header, self.entries, tuple(self.problems), frozenset(self.asked))


def _entry(found: dict[str, object], chunks: bytes) -> Entry:
    path, view, kind = _path(found, "path"), _text(found, "view"), _text(found, "type")
    if not path.startswith("/") or not view:
        raise ValueError("it names no place")
    data = "data" in found or "data_b64" in found
    return Entry(
        path=path,
        outcome=Outcome(_text(found, "outcome")),
        type=FileType(kind) if kind else None,
        link=_path(found, "link"),
        to=_path(found, "to"),
        data=chunks + (_bytes(found, "data") if data else b""),
        selected=found.get("selected") is True,
        view=view,
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
    packed = f"{name}_b64"
    if packed in found:
        return base64.b64decode(_text(found, packed), validate=True)
    return _text(found, name).encode("utf-8", "surrogatepass")


def _path(found: dict[str, object], name: str) -> str:
    if name not in found and f"{name}_b64" not in found:
        return ""
    return _bytes(found, name).decode("utf-8", "surrogateescape")


def _text(found: dict[str, object], name: str) -> str:
    value = found.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text")  # noqa: TRY004
    return value


def _number(found: dict[str, object], name: str, least: int = -(2**63), end: int = 2**64) -> int:
    value = found.get(name, 0)
    if not isinstance(value, int) or not least <= value < end:
        raise ValueError(f"{name} is no such number")
    return value
