"""From findings and coverage to one word (docs/verdict.md)."""

from collections.abc import Sequence

from kenshin.model.assessment import Verdict
from kenshin.model.coverage import Coverage
from kenshin.model.finding import Finding, Grade, Kind


def verdict(findings: Sequence[Finding], coverage: Coverage, owner_spoke: bool) -> tuple[Verdict, str]:
    """The verdict and the sentence that gives its reason.

    The strongest compromise finding decides. `owner_spoke`: a baseline or a manifest was given,
    so that an unexplained line is known not to be the owner's.
    """
    against = [finding for finding in findings if finding.kind is Kind.COMPROMISE]
    for grade, word in (
        (Grade.PROOF, Verdict.COMPROMISED),
        (Grade.STRONG, Verdict.LIKELY_COMPROMISED),
        (Grade.WEAK, Verdict.SUSPICIOUS),
    ):
        count = sum(finding.grade is grade for finding in against)
        if count:
            return word, _said(count, f"{grade} sign", "of a break-in")
    unexplained = sum(finding.kind is Kind.UNEXPLAINED for finding in findings)
    if unexplained and owner_spoke:
        return Verdict.SUSPICIOUS, _said(unexplained, "line", "that neither you nor anybody else vouches for")
    if not coverage.full:
        unseen = _said(len(coverage.holes), "place", "could not be examined")
        return Verdict.INCONCLUSIVE, f"nothing was found, but {unseen}"
    if unexplained:
        asked = _said(unexplained, "line", "nobody vouches for: see below")
        return Verdict.NO_EVIDENCE, f"no sign of a break-in; {asked}"
    return Verdict.NO_EVIDENCE, "no sign of a break-in, and everything asked for was read"


def _said(count: int, what: str, rest: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''} {rest}"
