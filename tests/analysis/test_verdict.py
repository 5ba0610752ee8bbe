"""The verdict against its table (docs/verdict.md), over every combination of what it may look at."""

from itertools import combinations, product

import pytest

from kenshin.analysis.verdict import verdict
from kenshin.model.assessment import Verdict
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.outcome import Outcome
from tests.analysis.made import finding

FULL = Coverage(read=10)
HOLED = Coverage(read=9, holes=(Hole("/var/spool/cron", Outcome.DENIED, "denied"),))
EVERY = tuple(finding(kind, grade) for kind, grade in product(Kind, Grade))
SETS = tuple(chosen for size in range(4) for chosen in combinations(EVERY, size))


def by_the_table(findings: tuple[Finding, ...], full: bool, owner_spoke: bool) -> str:
    """The table of the documents, row by row."""
    compromise = {found.grade.value for found in findings if found.kind.value == "compromise"}
    unexplained = any(found.kind.value == "unexplained" for found in findings)
    if "proof" in compromise:
        return "compromised"
    if "strong" in compromise:
        return "likely-compromised"
    if "weak" in compromise or (unexplained and owner_spoke):
        return "suspicious"
    return "no-evidence" if full else "inconclusive"


@pytest.mark.parametrize("owner_spoke", [False, True])
@pytest.mark.parametrize("seen", [FULL, HOLED], ids=["full", "holed"])
def test_every_combination_is_as_the_table_says(seen: Coverage, owner_spoke: bool) -> None:
    for findings in SETS:
        word, reason = verdict(findings, seen, owner_spoke)
        assert word.value == by_the_table(findings, seen.full, owner_spoke), findings
        assert reason


def test_one_more_finding_never_makes_the_verdict_milder() -> None:
    order = [
        Verdict.NO_EVIDENCE,
        Verdict.INCONCLUSIVE,
        Verdict.SUSPICIOUS,
        Verdict.LIKELY_COMPROMISED,
        Verdict.COMPROMISED,
    ]
    for findings, more, seen, owner_spoke in product(SETS, EVERY, (FULL, HOLED), (False, True)):
        before, _ = verdict(findings, seen, owner_spoke)
        after, _ = verdict((*findings, more), seen, owner_spoke)
        assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("findings", "seen", "owner_spoke", "reason"),
    [
        ((EVERY[2], EVERY[2], EVERY[0]), FULL, False, "2 proof signs of a break-in"),
        ((EVERY[1],), HOLED, False, "1 strong sign of a break-in"),
        ((EVERY[3],), FULL, True, "1 line that neither you nor anybody else vouches for"),
        ((EVERY[3], EVERY[4]), FULL, False, "no sign of a break-in; 2 lines nobody vouches for: see below"),
        ((EVERY[3],), HOLED, False, "nothing was found, but 1 place could not be examined"),
        ((EVERY[8],), FULL, True, "no sign of a break-in, and everything asked for was read"),
    ],
)
def test_the_reason_counts(
    findings: tuple[Finding, ...], seen: Coverage, owner_spoke: bool, reason: str
) -> None:
    assert verdict(findings, seen, owner_spoke)[1] == reason
