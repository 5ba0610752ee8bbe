"""Whole reports against golden files."""

import pytest

from kenshin.reports import document
from tests.reports.golden import GOLDEN, NAMES, reports, stored


@pytest.mark.parametrize("name", NAMES)
def test_reports_are_as_kept(name: str) -> None:
    for file, text in reports(name).items():
        assert text == (GOLDEN / file).read_text("utf-8"), f"{file}: see tests/reports/golden.py"


@pytest.mark.parametrize("name", NAMES)
def test_document_is_written_as_it_was_read(name: str) -> None:
    assert document.render(stored(name)) == (GOLDEN / f"{name}.json").read_text("utf-8")


def test_every_verdict_has_its_golden_report() -> None:
    assert NAMES == ["compromised", "inconclusive", "likely_compromised", "no_evidence", "suspicious"]
