"""From a source to an assessment: gather, ask who vouches, judge."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kenshin import catalog
from kenshin.analysis.assess import assess
from kenshin.analysis.case import Case
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.gather import Gathered, gather
from kenshin.evidence.request import Request
from kenshin.model.assessment import Assessment, Host
from kenshin.model.errors import BaselineError, ManifestError
from kenshin.model.origin import Origin, Record
from kenshin.provenance import baseline, manifest
from kenshin.provenance.authority import Authority
from kenshin.provenance.packages import packages
from kenshin.provenance.vendors import Vendor, vendors

AROUND = 3  # lines of context on either side of a finding
Collect = Callable[[Request], Evidence]


@dataclass(frozen=True, slots=True)
class OwnersWord:
    """What the owner gave to vouch for the host: files of a baseline and of a manifest."""

    baseline: Path | None = None
    manifest: Path | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """A judged host together with the case that it was judged on."""

    case: Case
    assessment: Assessment

    def contexts(self) -> dict[Origin, tuple[tuple[int, str], ...]]:
        """The lines around each finding, by its origin."""
        found = {}
        files: dict[tuple[str, str], list[str]] = {}
        for origin in (finding.origin for finding in self.assessment.findings):
            key = (origin.path, origin.view)
            if key not in files:
                entry = self.case.evidence.file(*key)
                files[key] = entry.text.split("\n") if entry is not None and not entry.selected else []
            if origin.line and files[key]:
                first = max(0, origin.line - 1 - AROUND)
                around = files[key][first : origin.line + AROUND]
                found[origin] = tuple(enumerate(around, start=first + 1))
        return found

    def unmatched(self) -> tuple[str, ...]:
        """The places of the manifest's entries that fit nothing on this host."""
        gathered = self.case.gathered
        files = (Record(entry.origin(), "") for entry in gathered.evidence if entry.is_file)
        lines = (Record(item.origin, item.text) for item in gathered.unparsed)
        records = [*gathered.records, *lines, *files]
        manifests = (found for found in self.case.authorities if isinstance(found, manifest.Manifest))
        return tuple(entry.place for found in manifests for entry in found.unmatched(records))


def collected(collect: Collect) -> Gathered:
    """Evidence and records of everything that kenshin looks at."""
    return gather(collect, catalog.artifacts(), catalog.authority_wants())


def examine(collect: Collect, target: str, word: OwnersWord, today: date) -> Examination:
    """One host, judged.

    Errors: those of the source; BaselineError and ManifestError for the owner's files.
    """
    gathered = collected(collect)
    known = catalog.known_vendors()
    case = Case(gathered, _authorities(gathered.evidence, word, today, known), catalog.indicators())
    host = host_of(gathered.evidence, target, known)
    return Examination(case, assess(case, catalog.detections(), host))


def host_of(evidence: Evidence, target: str, known: Sequence[Vendor]) -> Host:
    """What the evidence says of the host itself."""
    header = evidence.header
    release = _text(evidence, "/etc/os-release")
    names = [
        line.partition("=")[2].strip("\"'")
        for line in release.splitlines()
        if line.startswith("PRETTY_NAME=")
    ]
    mine = [vendor.title for vendor in vendors(evidence, known).mine if vendor.makers]
    return Host(
        target=target,
        name=header.name or _text(evidence, "/etc/hostname").strip(),
        system=" ".join(filter(None, (names[0] if names else "", header.kernel))),
        provider=", ".join(mine),
        moment=datetime.fromtimestamp(header.started, tz=UTC).isoformat(),
        collector=header.collector,
        live=header.live,
    )


def _text(evidence: Evidence, path: str) -> str:
    entry = evidence.file(path)
    return entry.text if entry is not None else ""


def _authorities(
    evidence: Evidence, word: OwnersWord, today: date, known: Sequence[Vendor]
) -> tuple[Authority, ...]:
    found: list[Authority] = [packages(evidence), vendors(evidence, known)]
    if word.baseline is not None:
        found.append(read_baseline(word.baseline, evidence))
    if word.manifest is not None:
        found.append(read_manifest(word.manifest, evidence, today))
    return tuple(found)


def read_baseline(path: Path, evidence: Evidence) -> baseline.Baseline:
    """The baseline in a file.

    Errors: BaselineError when it cannot be read, is none, or was changed.
    """
    try:
        with path.open(encoding="utf-8", newline="\n") as stream:  # as it is: a changed line end is a change
            return baseline.read(stream, str(path), evidence)
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"it cannot be read: {_why(error)}", str(path)) from error


def read_manifest(path: Path, evidence: Evidence, today: date) -> manifest.Manifest:
    """The manifest in a file.

    Errors: ManifestError with file and place when it cannot be read or is not valid.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"it cannot be read: {_why(error)}", str(path)) from error
    return manifest.Manifest(evidence, manifest.declared(table, str(path)), today)


def _why(error: Exception) -> str:
    """An error without the path, which its place names already."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
