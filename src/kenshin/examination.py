"""From a source to an assessment: gather, ask who vouches, judge."""

import tomllib
from collections.abc import Callable
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
from kenshin.model.origin import Origin
from kenshin.provenance import baseline, manifest
from kenshin.provenance.authority import Authority
from kenshin.provenance.packages import packages
from kenshin.provenance.vendors import vendors

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
        for finding in self.assessment.findings:
            entry = self.case.evidence.file(finding.origin.path, finding.origin.view)
            if entry is not None and entry.data and finding.origin.line and not entry.selected:
                first = max(0, finding.origin.line - 1 - AROUND)
                around = entry.text.split("\n")[first : finding.origin.line + AROUND]
                found[finding.origin] = tuple(enumerate(around, start=first + 1))
        return found


def collected(collect: Collect) -> Gathered:
    """Evidence and records of everything that kenshin looks at."""
    return gather(collect, catalog.artifacts(), catalog.authority_wants())


def examine(collect: Collect, target: str, word: OwnersWord, today: date) -> Examination:
    """One host, judged.

    Errors: those of the source; BaselineError and ManifestError for the owner's files.
    """
    gathered = collected(collect)
    case = Case(gathered, _authorities(gathered.evidence, word, today), catalog.indicators())
    host = host_of(gathered.evidence, target)
    return Examination(case, assess(case, catalog.detections(), host))


def host_of(evidence: Evidence, target: str) -> Host:
    """What the evidence says of the host itself."""
    header = evidence.header
    release = _text(evidence, "/etc/os-release")
    names = [line.partition("=")[2].strip("\"'") for line in release.splitlines() if line.startswith("PRETTY_NAME=")]
    mine = [vendor.title for vendor in vendors(evidence, catalog.known_vendors()).mine if vendor.makers]
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


def _authorities(evidence: Evidence, word: OwnersWord, today: date) -> tuple[Authority, ...]:
    found: list[Authority] = [packages(evidence), vendors(evidence, catalog.known_vendors())]
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
        with path.open(encoding="utf-8") as stream:
            return baseline.read(stream, str(path), evidence)
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"cannot be read: {error}", str(path)) from error


def read_manifest(path: Path, evidence: Evidence, today: date) -> manifest.Manifest:
    """The manifest in a file.

    Errors: ManifestError with file and place when it cannot be read or is not valid.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"cannot be read: {error}", str(path)) from error
    return manifest.Manifest(evidence, manifest.declared(table, str(path)), today)
