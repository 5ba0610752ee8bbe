"""All that is known of one host at one moment, judged: what reports, stores and responses know."""

from dataclasses import dataclass
from enum import StrEnum

from kenshin.model.attestation import Attestation
from kenshin.model.coverage import Coverage
from kenshin.model.finding import Finding, Kind

SCHEMA_VERSION = "1.0"


class Verdict(StrEnum):
    """The answer to `was it broken into?`; kenshin never says `clean`."""

    NO_EVIDENCE = "no-evidence"
    SUSPICIOUS = "suspicious"
    LIKELY_COMPROMISED = "likely-compromised"
    COMPROMISED = "compromised"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """0 no-evidence, 10 suspicious, 20 likely-compromised, 30 compromised, 40 inconclusive."""
        return tuple(Verdict).index(self) * 10


class Answer(StrEnum):
    """What one of the seed's four questions comes to."""

    COMPROMISE = "compromise"  # a strong finding, or a proof, says so
    SUSPICIOUS = "suspicious"  # only weak findings say so
    UNEXPLAINED = "unexplained"  # there is something that nobody vouches for
    EXPLAINED = "explained"  # there is something, and somebody vouches for each line
    NOTHING = "nothing"  # there is nothing there
    UNKNOWN = "unknown"  # it could not be read


@dataclass(frozen=True, slots=True)
class Line:
    """One line of evidence under a question, with who vouches for it."""

    path: str
    line: int | None
    text: str
    attestation: Attestation | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One of the seed's four questions, answered in one sentence."""

    name: str
    answer: Answer
    sentence: str
    evidence: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    """Who was examined and when; empty text where the host did not say. `moment` is ISO 8601, UTC."""

    target: str
    name: str = ""
    system: str = ""
    provider: str = ""
    moment: str = ""
    collector: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """Findings, coverage and verdict for one host; `authorities` says who was asked to vouch."""

    host: Host
    verdict: Verdict
    reason: str
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    authorities: tuple[str, ...] = ()
    schema_version: str = SCHEMA_VERSION

    @property
    def unexplained(self) -> tuple[Finding, ...]:
        """The findings that ask the owner a question."""
        return tuple(finding for finding in self.findings if finding.kind is Kind.UNEXPLAINED)
