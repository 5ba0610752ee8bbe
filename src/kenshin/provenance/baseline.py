"""A golden host, or the official image, as an authority: compared by line and by digest."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kenshin.evidence.evidence import Evidence
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.errors import BaselineError
from kenshin.model.origin import Record

VERSION = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Vouches for files with the digest, and for lines with the text, that the golden host has.

    `digest` is that of the whole baseline: who keeps it elsewhere can tell that nobody touched it.
    """

    evidence: Evidence
    files: frozenset[tuple[str, str]]
    lines: frozenset[tuple[str, str]]
    title: str
    digest: str
    name: str = "baseline"
    problems: tuple[Hole, ...] = ()

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch."""
        path = record.origin.path
        entry = self.evidence.file(path, record.origin.view)
        same_file = entry is not None and (path, entry.sha256) in self.files
        same_line = record.origin.line is not None and (path, digest_of(record.text)) in self.lines
        if not same_file and not same_line:
            return None
        note = "the same file, by SHA-256" if same_file else "the same line in the same file"
        return Attestation(self.name, self.title, Strength.STRONG, Scope.CONTENT, note)

    def doubt(self, record: Record) -> str:
        """See Authority.doubt."""
        if any(path == record.origin.path for path, _ in self.files | self.lines):
            return f"it differs from {self.title}"
        return ""


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
    yield json.dumps({"sha256": digest.hexdigest()}) + "\n"


def _content(title: str, moment: str, evidence: Evidence, records: Iterable[Record]) -> Iterator[dict[str, object]]:
    yield {"kenshin_baseline": VERSION, "title": title, "moment": moment}
    for entry in sorted(evidence, key=lambda entry: entry.path):
        if entry.is_file and entry.sha256 and not entry.path.startswith(("/proc/", "/sys/")):
            yield {"file": entry.path, "sha256": entry.sha256}
    for path, text in sorted({(record.origin.path, digest_of(record.text)) for record in records}):
        yield {"line": path, "sha256": text}


def read(lines: Iterable[str], place: str, evidence: Evidence) -> Baseline:
    """The baseline that a file's lines hold, asked about one host.

    Errors: BaselineError when it is not a baseline, was cut, or was changed after it was written.
    """
    text = list(lines)
    found = [_object(line, place, number) for number, line in enumerate(text, start=1)]
    if not found or found[0].get("kenshin_baseline") != VERSION:
        raise BaselineError("it is not a baseline", place, "Make one with: kenshin baseline create TARGET -o FILE")
    digest = hashlib.sha256("".join(text[:-1]).encode()).hexdigest()
    if found[-1] != {"sha256": digest}:
        raise BaselineError("it was cut or changed after it was written", place, "Make it again from the golden host")
    files = frozenset((str(item["file"]), str(item.get("sha256"))) for item in found if "file" in item)
    known = frozenset((str(item["line"]), str(item.get("sha256"))) for item in found if "line" in item)
    title = f"baseline of {found[0].get('title')} ({found[0].get('moment')})"
    return Baseline(evidence, files, known, title, digest)


def _object(line: str, place: str, number: int) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BaselineError("not a line of a baseline", f"{place}:{number}")
    return found
