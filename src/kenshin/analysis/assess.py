"""From a case to an assessment."""

from collections.abc import Iterable, Sequence

from kenshin.analysis.case import Case
from kenshin.analysis.coverage import coverage
from kenshin.analysis.detection import Detection
from kenshin.analysis.questions import questions
from kenshin.analysis.verdict import verdict
from kenshin.model.assessment import Assessment, Host
from kenshin.model.coverage import Hole
from kenshin.model.finding import Finding, Kind
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome

_KINDS = (Kind.COMPROMISE, Kind.UNEXPLAINED, Kind.EXPOSURE)


def assess(case: Case, detections: Sequence[Detection], host: Host) -> Assessment:
    """The judged evidence of one host; a detection that fails costs its own answer alone."""
    found: list[Finding] = []
    failures: list[Hole] = []
    for detection in detections:
        try:
            found.extend(detection.judge(case))
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a hole, and the rest still speaks
            reason = f"the detection failed: {type(error).__name__}: {error}"
            failures.append(Hole(f"(detection {detection.name})", Outcome.FAILED, reason))
    findings = _sorted(_without_repeats(found))
    seen = coverage(case, failures)
    word, reason = verdict(findings, seen, case.owner_spoke)
    return Assessment(
        host=host,
        verdict=word,
        reason=reason,
        questions=questions(case, findings, seen),
        findings=findings,
        coverage=seen,
        authorities=tuple(authority.name for authority in case.authorities),
    )


def _without_repeats(found: Iterable[Finding]) -> list[Finding]:
    """One finding a detection, kind and line; a line that something speaks against asks no question."""
    kept: dict[tuple[str, Kind, Origin, str], Finding] = {}
    for finding in found:
        key = (finding.detection, finding.kind, finding.origin, finding.text)
        known = kept.get(key)
        if known is None or known.grade.rank < finding.grade.rank:
            kept[key] = finding
    accused = {finding.origin for finding in kept.values() if finding.kind is Kind.COMPROMISE}
    return [f for f in kept.values() if f.kind is not Kind.UNEXPLAINED or f.origin not in accused]


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    def order(finding: Finding) -> tuple[int, int, str, int, str]:
        line = finding.origin.line or 0
        return _KINDS.index(finding.kind), -finding.grade.rank, finding.origin.path, line, finding.detection

    return tuple(sorted(findings, key=order))
