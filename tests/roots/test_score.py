"""The scoring itself: what counts as missed, and what as a false alarm."""

from typing import Any

import pytest

from tests.roots.score import Score, judge_benign, judge_malicious, totals

FINDING = {
    "kind": "compromise",
    "detection": "fetches_code",
    "path": "/etc/rc.local",
    "line": 2,
    "text": "curl x",
}


@pytest.mark.parametrize(
    ("mentions", "verdict", "failures"),
    [
        (["/etc/rc.local", "curl"], "suspicious", []),
        (["/etc/rc.local"], "no-evidence", ["verdict no-evidence"]),
        (["/etc/rc.local"], "inconclusive", ["verdict inconclusive"]),
        (["wget"], "compromised", ["no mention of wget"]),
    ],
)
def test_an_intrusion_needs_a_verdict_and_every_mention(
    mentions: list[str], verdict: str, failures: list[str]
) -> None:
    case = {"expect": {"finding_mentions": mentions}}
    assert judge_malicious(case, verdict, [FINDING]) == failures


@pytest.mark.parametrize(
    ("case", "verdict", "failures"),
    [
        ({"must_not_flag": ["/etc/crontab"]}, "no-evidence", []),
        ({"must_not_flag": ["/etc/crontab"]}, "inconclusive", []),
        ({"must_not_flag": ["/etc/crontab"]}, "suspicious", ["verdict suspicious"]),
        ({"must_not_flag": [], "expect_without_manifest": "suspicious"}, "suspicious", []),
        ({"must_not_flag": [], "expect_without_manifest": "clean"}, "suspicious", ["verdict suspicious"]),
        ({"must_not_flag": ["/etc/rc.local"]}, "no-evidence", ["fetches_code at /etc/rc.local:2"]),
    ],
)
def test_an_honest_host_is_left_in_peace(case: dict[str, Any], verdict: str, failures: list[str]) -> None:
    assert judge_benign(case, verdict, [FINDING]) == failures


def test_totals_count_only_what_was_planted() -> None:
    scores = [
        Score("M-1", "cron", malicious=True, verdict="compromised", exact=True),
        Score("M-2", "cron", malicious=True, verdict="suspicious", failures=("no mention of x",)),
        Score("M-3", "cron", malicious=True, verdict=""),
        Score("B-1", "cron", malicious=False, verdict="no-evidence", exact=True),
    ]
    assert totals(scores) == (
        "malicious: 1 of 2 pass, 1 exact, 1 not applicable\nbenign: 1 of 1 pass, 1 exact, 0 not applicable"
    )
