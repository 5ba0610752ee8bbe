"""Ids and reading order of findings."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kenshin.model.assessment import Assessment, Host, Verdict
from kenshin.model.coverage import Coverage
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin
from kenshin.reports.listing import by_place, identities, listing, references

CASES = yaml.safe_load(Path(__file__).with_name("listing.yaml").read_bytes())


def found(path: str, line: int | None, text: str, kind: str, grade: str) -> Finding:
    return Finding("name", Kind(kind), Grade(grade), Origin(path, line), text, "why", "do", "cron")


def assessed(*findings: Finding) -> Assessment:
    return Assessment(Host("local:"), Verdict.SUSPICIOUS, "", (), findings, Coverage())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_ids_and_order(case: dict[str, Any]) -> None:
    findings = [found(*row) for row in case["findings"]]
    names = identities(findings)
    assert names == tuple(
        f"F-{finding.fingerprint[:8]}{suffix}"
        for finding, suffix in zip(findings, case["suffixes"], strict=True)
    )
    listed = listing(assessed(*findings), Kind.COMPROMISE)
    assert [one.finding.origin.line for one in listed] == case["compromise"]
    assert all(names[findings.index(one.finding)] == one.identity for one in listed)


def test_a_fingerprint_leads_to_all_its_findings_and_an_id_to_one() -> None:
    first, second = (found("/a", line, "x", "compromise", "weak") for line in (1, 2))
    leads = references(assessed(first, second))
    one, two = identities((first, second))
    assert leads == {first.fingerprint: (one, two), one: (one,), two: (two,)}


def test_lines_of_one_file_with_one_summary_stand_together() -> None:
    findings = [found(path, 1, path, "unexplained", "weak") for path in ("/a", "/b", "/a")]
    groups = by_place(listing(assessed(*findings), Kind.UNEXPLAINED))
    assert [(group.path, len(group.listed)) for group in groups] == [("/a", 2), ("/b", 1)]
