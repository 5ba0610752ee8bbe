"""What the reports say in their own words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kenshin.model.assessment import Answer, Assessment, Host, Verdict
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome
from kenshin.reports import wording

CASES = yaml.safe_load(Path(__file__).with_name("wording.yaml").read_bytes())


def assessed(case: dict[str, Any]) -> Assessment:
    holes = (Hole("/x", Outcome(case["hole"]), "why"),) if "hole" in case else ()
    verdict = Verdict(case["verdict"])
    return Assessment(Host("local:", live=True), verdict, case["reason"], (), (), Coverage(1, 2, holes))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['verdict']} {case.get('hole', '')}")
def test_headline_and_steps(case: dict[str, Any]) -> None:
    assessment = assessed(case)
    assert wording.headline(assessment) == case["headline"]
    said = "\n".join(f"{step.words} {step.command}" for step in wording.next_steps(assessment))
    assert [words for words in case["says"] if words not in said] == []
    assert [words for words in case["never"] if words in said] == []


def test_every_verdict_has_steps_and_every_word_its_wording() -> None:
    assert {case["verdict"] for case in CASES} == set(Verdict)
    assert wording.VERDICT_WORD.keys() == set(Verdict)
    assert wording.ANSWER_WORD.keys() == set(Answer)
    assert wording.KIND_TITLE.keys() == set(Kind)
    assert wording.HOLE_WORD.keys() == set(Outcome)


def test_no_report_calls_a_host_clean() -> None:
    no_evidence = next(case for case in CASES if case["verdict"] == "no-evidence")
    meant = " ".join(wording.meaning(assessed(no_evidence)))
    assert "not to say that the host is clean" in meant
    assert "An intruder with root can hide" in meant
    assert all(wording.meaning(assessed(case)) == () for case in CASES if case is not no_evidence)


@pytest.mark.parametrize(
    ("target", "named"), [("local:", ""), ("root:/mnt/a b; x", " --target 'root:/mnt/a b; x'")]
)
def test_trust_names_the_first_unexplained_line_and_its_host(target: str, named: str) -> None:
    finding = Finding("name", Kind.UNEXPLAINED, Grade.WEAK, Origin("/a"), "x", "why", "do", "cron")
    assessment = Assessment(Host(target), Verdict.SUSPICIOUS, "", (), (finding,), Coverage())
    steps = wording.next_steps(assessment)
    assert steps[-1].command == (
        f'kenshin trust F-{finding.fingerprint[:8]}{named} --reason "why it is ours"'
    )


def test_counts_are_grammatical() -> None:
    assert wording.count(1, "hole") == "1 hole"
    assert wording.count(1200, "hole") == "1,200 holes"
    assert wording.count(2, "entry", "entries") == "2 entries"


def test_who_vouches_and_how_strong_that_is() -> None:
    word = Attestation("packages", "package cron", Strength.WEAK, Scope.PLACE, "unsigned")
    place = "for the place only, not for what it holds"
    assert wording.vouched(word) == f"package cron (weak attestation; {place}; unsigned)"
    assert wording.vouched(None, "it has expired") == "nobody: it has expired"
    assert wording.vouched(None) == "nobody"
