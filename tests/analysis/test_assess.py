from collections.abc import Iterator
from dataclasses import replace

import pytest

from kenshin.analysis.assess import assess
from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.assessment import Host, Verdict
from kenshin.model.attestation import Scope
from kenshin.model.finding import Grade, Kind
from kenshin.model.origin import Origin
from tests.analysis.made import Says, case, command, word

PLACE = Origin("/etc/crontab", 3)
HOST = Host("root:/mnt")


def match(
    grade: Grade = Grade.WEAK, kind: Kind = Kind.COMPROMISE, origin: Origin = PLACE, text: str = "x"
) -> Match:
    return Match(origin, text, "cron", grade, f"{grade} {kind}", kind=kind)


def detection(name: str, *matches: Match, overrules: bool = False) -> Detection:
    return Detection(name, "Is it?", ("T1053.003",), "Look.", lambda _: iter(matches), overrules)


@pytest.mark.parametrize(
    "error", [ValueError, KeyError, AttributeError, RecursionError, AssertionError, MemoryError]
)
def test_a_detection_that_fails_costs_only_itself(error: type[Exception]) -> None:
    def fails(_: Case) -> Iterator[Match]:
        yield match(Grade.STRONG)
        raise error("odd")

    broken = Detection("broken", "Is it?", (), "Look.", fails)
    assessment = assess(case(), [broken, detection("sound", match())], HOST)
    assert [found.detection for found in assessment.findings] == ["broken", "sound"]
    assert [hole.path for hole in assessment.coverage.holes] == ["(detection broken)"]
    assert error.__name__ in assessment.coverage.holes[0].reason
    assert assessment.verdict is Verdict.LIKELY_COMPROMISED


def test_without_a_finding_a_failure_is_inconclusive() -> None:
    def fails(_: Case) -> Iterator[Match]:
        raise TypeError

    assessment = assess(case(), [Detection("broken", "Is it?", (), "Look.", fails)], HOST)
    assert assessment.verdict is Verdict.INCONCLUSIVE


def test_one_finding_for_a_question_a_place_and_a_line() -> None:
    other = match(text="y")
    matches = (match(Grade.WEAK), match(Grade.PROOF), match(Grade.STRONG), other)
    findings = assess(case(), [detection("a", *matches), detection("b", match())], HOST).findings
    assert [(found.detection, found.text, found.grade.value) for found in findings] == [
        ("a", "x", "proof"),
        ("a", "y", "weak"),
        ("b", "x", "weak"),
    ]


def test_a_line_that_something_speaks_against_asks_no_question() -> None:
    asks = detection(
        "asks", match(kind=Kind.UNEXPLAINED), match(kind=Kind.UNEXPLAINED, origin=Origin("/etc/crontab", 4))
    )
    exposes = detection("exposes", match(kind=Kind.EXPOSURE, origin=Origin("/etc/crontab", 4)))
    findings = assess(case(), [asks, detection("accuses", match()), exposes], HOST).findings
    assert [(found.detection, found.origin.line) for found in findings] == [
        ("accuses", 3),
        ("asks", 4),
        ("exposes", 4),
    ]


def test_findings_are_sorted_by_kind_grade_and_place() -> None:
    places = [Origin("/b", 1), Origin("/a", 2), Origin("/a", 10), Origin("/a")]
    matches = [match(grade, kind, place, grade.value) for grade in Grade for kind in Kind for place in places]
    findings = assess(case(), [detection("a", *reversed(matches))], HOST).findings
    told = [(found.kind.value, found.grade.value, str(found.origin)) for found in findings]
    assert told[:5] == [
        ("compromise", "proof", "/a"),
        ("compromise", "proof", "/a:2"),
        ("compromise", "proof", "/a:10"),
        ("compromise", "proof", "/b:1"),
        ("compromise", "strong", "/a"),
    ]
    kinds = [kind for kind, _, _ in told]
    assert kinds == ["compromise"] * 12 + ["exposure"] * 12, "each place is accused: none asks a question"


def test_the_assessment_says_who_was_asked_about_which_host() -> None:
    assessment = assess(case(authorities=[Says("packages"), Says("manifest")]), [], HOST)
    assert (assessment.authorities, assessment.host) == (("packages", "manifest"), HOST)
    assert (assessment.verdict, len(assessment.questions)) == (Verdict.NO_EVIDENCE, 4)


@pytest.mark.parametrize(
    ("authority", "scope", "overrules", "silent"),
    [
        ("packages", Scope.CONTENT, False, True),
        ("packages", Scope.PLACE, False, False),
        ("packages", Scope.CONTENT, True, False),
        ("manifest", Scope.CONTENT, True, True),
        ("manifest", Scope.PLACE, True, False),
    ],
)
def test_who_vouches_silences(authority: str, scope: Scope, overrules: bool, silent: bool) -> None:
    known = word(authority, scope=scope)
    asked = case(authorities=[Says("vendors"), Says(authority, {"x": known})])
    findings = list(detection("a", match(), overrules=overrules).judge(asked))
    assert findings == [] if silent else [found.attestation for found in findings] == [known]
    assert silent or findings[0].nobody == ""


def test_a_finding_says_why_nobody_vouches_and_which_file_it_is() -> None:
    asked = case({"/etc/crontab": "x"}, authorities=[Says("packages", doubts={"x": "it was changed"})])
    (found,) = detection("a", match()).judge(asked)
    assert (found.nobody, found.attestation) == ("it was changed", None)
    assert found.sha256.startswith("2d711642b726b044")
    assert (found.remedy, found.attack) == ("Look.", ("T1053.003",))


def test_a_match_on_a_line_says_when_it_runs_as_whom_and_why_not() -> None:
    line = command("cron", "/etc/crontab", 3, "x")
    bare = on(line, Grade.WEAK, "odd", "more")
    assert (bare.origin, bare.text, bare.artifact, bare.details) == (PLACE, "x", "cron", ("more",))
    told = [
        on(replace(line, trigger="daily", user=user, idle=idle), Grade.WEAK, "odd").details
        for user, idle in (("root", ""), ("", "cron is masked"))
    ]
    assert told == [("daily, as root",), ("daily", "not run as things stand: cron is masked")]
