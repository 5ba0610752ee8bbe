"""Findings, authorities and cases of a few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kenshin.analysis.case import Case
from kenshin.evidence.artifact import Unparsed
from kenshin.evidence.gather import Gathered
from kenshin.evidence.request import Want
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin, Record
from kenshin.provenance.authority import Authority
from kenshin.shell.act import Run
from kenshin.shell.command import Command
from tests.fakes import host


def finding(kind: Kind = Kind.COMPROMISE, grade: Grade = Grade.WEAK, **fields: Any) -> Finding:
    known = {
        "detection": "asked",
        "origin": Origin("/etc/crontab", 1),
        "text": "x",
        "summary": "it is odd",
        "remedy": "look",
        "artifact": "cron",
    }
    return Finding(kind=kind, grade=grade, **{**known, **fields})


@dataclass(frozen=True)
class Says:
    """An authority that vouches for, or doubts, the lines it is given."""

    name: str
    words: Mapping[str, Attestation] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Hole, ...] = ()
    heard: list[str] = field(default_factory=list)

    def vouch(self, record: Record) -> Attestation | None:
        self.heard.append(record.text)
        return self.words.get(record.text)

    def doubt(self, record: Record) -> str:
        return self.doubts.get(record.text, "")


def word(authority: str, strength: Strength = Strength.WEAK, scope: Scope = Scope.CONTENT) -> Attestation:
    return Attestation(authority, "somebody", strength, scope)


def command(artifact: str, path: str, line: int, text: str, *runs: str) -> Command:
    """A line of an artifact that runs some programs."""
    acts = tuple(Run(line=line, text=text, name=program, argv=(program,), path=program) for program in runs)
    return Command(Origin(path, line), text, artifact, acts=acts)


def case(
    files: Mapping[str, Any] | None = None,
    records: Mapping[str, Sequence[Record]] | None = None,
    asked: Mapping[str, Sequence[str]] | None = None,
    unparsed: Sequence[Unparsed] = (),
    authorities: Sequence[Authority] = (),
) -> Case:
    """A case of a tiny host, without asking any artifact."""
    by_artifact = {name: tuple(found) for name, found in (records or {}).items()}
    wants = {name: tuple(map(Want, paths)) for name, paths in (asked or {}).items()}
    return Case(Gathered(host(files or {}), by_artifact, tuple(unparsed), wants), tuple(authorities))
