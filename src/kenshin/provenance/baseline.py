"""A golden host, or the official image, as an authority: compared by line and by digest."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kenshin.evidence.evidence import Evidence
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.errors import BaselineError
from kenshin.model.origin import Record

VERSION = 1
# A line that says more than its own text: `curl $URL | sh` is another line once URL is another.
_DEPENDS = re.compile(r"\$\{?[A-Za-z0-9_@*#!]")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Vouches for files with the digest, and for lines with the text, that the golden host has.

    `digest` is that of the whole baseline: who keeps it elsewhere can tell that nobody touched it.
    """

    evidence: Evidence
    files: Mapping[str, str]  # path to SHA-256
    lines: Mapping[str, frozenset[str]]  # path to SHA-256 of each line
    title: str
    digest: str
    name: str = "baseline"
    problems: tuple[Hole, ...] = ()

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch: the same file; or the same line, where it stands for itself."""
        path = record.origin.path
        entry = self.evidence.file(path, record.origin.view)
        if entry is not None and entry.sha256 and self.files.get(path) == entry.sha256:
            note = "the same file, by SHA-256"
            return Attestation(self.name, self.title, Strength.STRONG, Scope.CONTENT, note)
        if self._has(record) and not _DEPENDS.search(record.text):
            note = "the same line, though its file has changed"
            return Attestation(self.name, self.title, Strength.FAIR, Scope.CONTENT, note)
        return None

    def doubt(self, record: Record) -> str:
        """See Authority.doubt."""
        path = record.origin.path
        if self._has(record):
            why = "but its file has changed, and what the line uses may be set there"
            return f"{self.title} has this line, {why}"
        if path not in self.files and path not in self.lines:
            return ""
        if record.origin.line is None:
            return f"{self.title} has another content here"
        return f"{self.title} has this file, but not this line"

    def _has(self, record: Record) -> bool:
        origin = record.origin
        return origin.line is not None and digest_of(record.text) in self.lines.get(origin.path, ())


def digest_of(text: str) -> str:
    """The SHA-256 of a line, blanks at its ends aside."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogateescape")).hexdigest()


def write(title: str, moment: str, evidence: Evidence, records: Iterable[Record]) -> Iterator[str]:
    """The lines of a baseline file: header, files and lines by digest, trailer with the whole digest."""
    digest = hashlib.sha256()
    for found in _content(title, moment, evidence, records):
        line = json.dumps(found, sort_keys=True) + "\n"
        digest.update(line.encode())
        yield line
    yield _trailer(digest.hexdigest())


def _content(
    title: str, moment: str, evidence: Evidence, records: Iterable[Record]
) -> Iterator[dict[str, object]]:
    yield {"kenshin_baseline": VERSION, "title": title, "moment": moment}
    for entry in sorted(evidence, key=lambda entry: entry.path):
        if entry.is_file and entry.sha256 and not entry.path.startswith(("/proc/", "/sys/")):
            yield {"file": entry.path, "sha256": entry.sha256}
    for path, text in sorted({(record.origin.path, digest_of(record.text)) for record in records}):
        yield {"line": path, "sha256": text}


def _trailer(digest: str) -> str:
    return json.dumps({"sha256": digest}) + "\n"


def read(lines: Iterable[str], place: str, evidence: Evidence) -> Baseline:
    """The baseline that a file's lines hold, asked about one host.

    Errors: BaselineError when it is not a baseline, was cut, or was changed after it was written.
    """
    text = list(lines)
    found = [_object(line, place, number) for number, line in enumerate(text, start=1)]
    if not found or found[0].get("kenshin_baseline") != VERSION:
        raise BaselineError(
            "it is not a baseline", place, "Make one with: kenshin baseline create TARGET -o FILE"
        )
    digest = hashlib.sha256("".join(text[:-1]).encode("utf-8", "surrogatepass")).hexdigest()
    if text[-1] != _trailer(digest):
        raise BaselineError(
            "it was cut or changed after it was written", place, "Make it again from the golden host"
        )
    files = {str(item["file"]): str(item.get("sha256")) for item in found if "file" in item}
    known: dict[str, set[str]] = {}
    for item in found:
        if "line" in item:
            known.setdefault(str(item["line"]), set()).add(str(item.get("sha256")))
    title = f"baseline of {found[0].get('title')} ({found[0].get('moment')}, sha256 {digest[:16]}…)"
    return Baseline(
        evidence, files, {path: frozenset(digests) for path, digests in known.items()}, title, digest
    )


def _object(line: str, place: str, number: int) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BaselineError("not a line of a baseline", f"{place}:{number}")
    return found
