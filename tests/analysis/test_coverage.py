from dataclasses import replace
from typing import Any

import pytest

from kenshin.analysis.coverage import LINES_LIMIT, coverage
from kenshin.evidence.artifact import Unparsed
from kenshin.evidence.request import Want
from kenshin.model.coverage import Hole
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome
from kenshin.provenance.packages import packages
from tests.analysis.made import Says, case
from tests.beside import cases


@pytest.mark.parametrize("spec", cases(__file__))
def test_case(spec: dict[str, Any]) -> None:
    unparsed = [Unparsed(Origin(path, line), text, why) for path, line, text, why in spec.get("unparsed", ())]
    built = case(spec["files"], asked=spec.get("asked"), unparsed=unparsed)
    seen = coverage(replace(built, authorities=(replace(packages(built.evidence), problems=()),)))
    assert [[hole.path, hole.outcome.value, hole.line, list(hole.artifacts)] for hole in seen.holes] == [
        hole[:4] for hole in spec["holes"]
    ]
    for hole, (*_, words) in zip(seen.holes, spec["holes"], strict=True):
        assert words in hole.reason
    assert seen.full is (spec["holes"] == [])


def test_places_are_counted_by_outcome() -> None:
    built = case({"/a": "x", "/b": {"outcome": "absent"}, "/c": {"outcome": "denied"}})
    seen = coverage(built)
    directories_and_status = 3
    assert (seen.read, seen.absent, len(seen.holes)) == (1 + directories_and_status + 2, 1, 1)


def test_problems_of_the_bundle_of_authorities_and_of_detections_are_holes() -> None:
    of_bundle, of_authority, of_detection = (
        Hole(place, Outcome.FAILED, "broken") for place in ("(bundle)", "(packages)", "(detection x)")
    )
    built = case(
        authorities=[Says("packages", problems=(of_authority,)), Says("other", problems=(of_authority,))]
    )
    gathered = replace(built.gathered, evidence=replace(built.evidence, problems=(of_bundle,)))
    seen = coverage(replace(built, gathered=gathered), [of_detection])
    assert seen.holes == (of_bundle, of_detection, of_authority)


def test_a_pattern_a_name_with_a_second_choice_and_an_answered_one_may_have_no_entry() -> None:
    built = case()
    wants = (Want("/etc/cron.d/*"), Want("/etc/at.allow", otherwise="at.deny"), Want("/etc/answered"))
    evidence = replace(built.evidence, asked=frozenset({"/etc/answered"}))
    gathered = replace(built.gathered, evidence=evidence, asked={"cron": wants})
    assert coverage(replace(built, gathered=gathered)).full


def test_a_file_of_garbage_is_not_told_line_by_line() -> None:
    unparsed = [Unparsed(Origin("/etc/crontab", line), str(line), "not a job") for line in range(1, 5001)]
    seen = coverage(case({"/etc/crontab": "x"}, asked={"cron": ["/etc/crontab"]}, unparsed=unparsed))
    assert len(seen.holes) == LINES_LIMIT + 1
    assert seen.holes[-1].reason == f"and {5000 - LINES_LIMIT} more lines of it that were not understood"
    assert seen.holes[-1].line == LINES_LIMIT + 1
