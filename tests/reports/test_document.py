"""The JSON document: lossless, valid against its schema, and read with care."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kenshin.model.assessment import Assessment
from kenshin.model.errors import AssessmentError
from kenshin.reports import document
from tests.reports.golden import GOLDEN
from tests.reports.strategies import assessments

SCHEMA = json.loads(files("kenshin.reports").joinpath("schema/assessment-1.0.json").read_bytes())
SPOILED = yaml.safe_load(Path(__file__).with_name("document.yaml").read_bytes())


@settings(max_examples=60, deadline=None)
@given(assessments)
def test_a_document_loses_nothing_and_keeps_to_its_schema(assessment: Assessment) -> None:
    text = document.render(assessment)
    assert document.parse(text) == assessment
    assert text.isascii()
    json.loads(text, parse_constant=pytest.fail)
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")  # no lone surrogate is left
    Draft202012Validator(SCHEMA).validate(json.loads(text))


def test_schema_is_valid_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    loaded = json.loads((GOLDEN / "compromised.json").read_bytes())
    assert list(Draft202012Validator(SCHEMA).iter_errors(loaded)) == []
    for spoiled in ({**loaded, "score": 3}, {**loaded, "verdict": "clean"}, {**loaded, "exit_code": 1}):
        assert list(Draft202012Validator(SCHEMA).iter_errors(spoiled))


def test_undecodable_bytes_stand_escaped_beside_the_exact_ones() -> None:
    loaded = json.loads((GOLDEN / "compromised.json").read_bytes())
    assert loaded["findings"][0]["text"].endswith(r"2>&1 \xe3\x81")
    assert loaded["findings"][2]["details_base64"][0] is None
    assert loaded["coverage"]["holes"][1]["path"] == r"/etc/cron.d/\xffodd"
    assert loaded["coverage"]["holes"][1]["path_base64"] == "L2V0Yy9jcm9uLmQv/29kZA=="


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case["name"])
def test_a_spoiled_document_is_refused_with_its_place(case: dict[str, Any]) -> None:
    loaded = json.loads((GOLDEN / "compromised.json").read_bytes())
    *way, last = case["at"]
    owner = loaded
    for step in way:
        owner = owner[step]
    if case.get("remove"):
        del owner[last]
    else:
        owner[last] = case["put"]
    with pytest.raises(AssessmentError) as caught:
        document.parse(json.dumps(loaded))
    assert caught.value.place == case["place"]
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "line 1, column 2"),
        ("", "line 1, column 1"),
        ("[]", "the document"),
        ("[" * 100_000, "the document"),
        ('{"line": ' + "9" * 5_000 + "}", "the document"),
    ],
)
def test_what_is_no_document_is_refused(text: str, place: str) -> None:
    with pytest.raises(AssessmentError) as caught:
        document.parse(text)
    assert caught.value.place == place


def test_unknown_members_and_a_later_minor_version_are_read() -> None:
    loaded = json.loads((GOLDEN / "no_evidence.json").read_bytes())
    assert document.parse(json.dumps({**loaded, "schema_version": "1.7", "new": 1})).schema_version == "1.7"


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_any_other_json_is_refused(value: object) -> None:
    with pytest.raises(AssessmentError):
        document.parse(json.dumps(value))


def test_findings_are_named_to_a_person_by_id_place_and_line() -> None:
    assessment = document.parse((GOLDEN / "compromised.json").read_text("utf-8"))
    found = document.ids(assessment)
    assert list(found) == [one["id"] for one in json.loads(document.render(assessment))["findings"]]
    named = document.shown(found["F-1160d853-2"])
    assert named == "/etc/cron.d/backup:9: 17 4 * * 0 root /opt/backup/prune.sh"
