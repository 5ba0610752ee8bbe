"""Whole Debian roots, untouched and broken into, through the command line a person uses."""

from pathlib import Path
from typing import Any

import pytest

from tests.roots.plant import INTRUSIONS, hard_link_copy, plant
from tests.roots.score import scan, score_all

CASES = Path(__file__).parents[3] / "shared" / "cases"
SURFACES = {"cron", "rc.local", "ld_preload", "hugepages"}

pytestmark = pytest.mark.slow


def accused(assessment: dict[str, Any]) -> list[str]:
    """Each finding that is more than an exposure, as one line."""
    return [
        f"{finding['detection']} {finding['path']}:{finding['line']} {finding['text']}"
        for finding in assessment["findings"]
        if finding["kind"] != "exposure"
    ]


def test_an_untouched_root_has_nothing_to_answer_for(clean_root: Path) -> None:
    code, assessment = scan(clean_root)
    assert accused(assessment) == []
    assert assessment["unexplained"] == []
    assert code == 0, assessment["coverage"]


def test_an_untouched_server_has_nothing_to_answer_for(server_root: Path) -> None:
    _, assessment = scan(server_root)
    assert accused(assessment) == []
    assert assessment["unexplained"] == []


def test_the_four_intrusions_of_the_seed_are_answered_by_line(clean_root: Path) -> None:
    with hard_link_copy(clean_root) as copy:
        plant(copy)
        code, assessment = scan(copy)
        lines = {
            intrusion.question: (copy / intrusion.path.lstrip("/")).read_text("utf-8").splitlines()
            for intrusion in INTRUSIONS
        }
    assert code in (20, 30)
    for intrusion in INTRUSIONS:
        evidence = assessment["questions"][intrusion.question]["evidence"]
        found = {(item["path"], item["line"], item["text"].strip()) for item in evidence}
        number = lines[intrusion.question].index(intrusion.line) + 1
        assert (intrusion.path, number, intrusion.line) in found
        assert any(finding["path"] == intrusion.path for finding in assessment["findings"])


@pytest.mark.skipif(not CASES.is_dir(), reason="no sample cases lie beside this checkout")
def test_the_sample_cases_are_told_apart(clean_root: Path) -> None:
    files = [CASES / "malicious.jsonl", CASES / "benign.jsonl"]
    scores = list(score_all(clean_root, files, SURFACES))
    assert scores
    assert [score for score in scores if score.failures] == []
