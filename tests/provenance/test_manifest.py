import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kenshin.model.errors import ManifestError
from kenshin.model.origin import Origin, Record
from kenshin.provenance.manifest import LONGEST, Manifest, declared
from tests.beside import cases
from tests.fakes import host

TODAY = date(2026, 11, 23)
CASES = yaml.safe_load(Path(__file__).with_name("manifest.yaml").read_bytes())


def pattern(matches: str) -> dict[str, object]:
    return {"pattern": [{"path": "/a", "matches": matches, "owner": "ops", "reason": "ours"}]}


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    path, line, text = case["record"]
    evidence = host({path: case.get("now", "a\n")})
    manifest = Manifest(evidence, declared(case["table"], "kenshin.toml"), TODAY)
    record = Record(Origin(path, line), text)
    word = manifest.vouch(record)
    if "word" in case:
        assert word is not None
        assert [word.strength.value, word.who, word.note] == case["word"]
        assert (word.authority, word.scope.value) == ("manifest", "content")
    else:
        assert word is None
        doubt = manifest.doubt(record)
        assert case["doubt"] in doubt if case["doubt"] else doubt == ""


@pytest.mark.parametrize("case", cases(__file__, "refused"))
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ManifestError, match=re.escape(case["says"])) as raised:
        declared(case["table"], "kenshin.toml")
    assert raised.value.place == case["place"]


@pytest.mark.parametrize("expression", CASES["patterns_refused"])
def test_a_pattern_that_fits_anything_is_refused(expression: str) -> None:
    with pytest.raises(ManifestError, match="would vouch for anything"):
        declared(pattern(expression), "kenshin.toml")


@pytest.mark.parametrize("expression", CASES["patterns_slow"])
def test_a_pattern_that_may_take_for_ever_is_refused(expression: str) -> None:
    with pytest.raises(ManifestError, match="for ever"):
        declared(pattern(expression), "kenshin.toml")


def test_a_pattern_is_not_tried_on_a_very_long_line() -> None:
    (entry,) = declared(pattern("5 [a-z]+"), "kenshin.toml")
    fits, too_long = ("5 " + "a" * length for length in (LONGEST - 2, LONGEST - 1))
    assert entry.covers(Record(Origin("/a", 1), fits), "")
    assert not entry.covers(Record(Origin("/a", 1), too_long), "")


def test_entries_that_nothing_fits_are_known() -> None:
    about = {"owner": "ops", "reason": "ours"}
    table = {
        "line": [{"path": "/a", "text": "x", **about}, {"path": "/a", "text": "gone", **about}],
        "pattern": [
            {"path": "/b*", "matches": "y[0-9]+", **about},
            {"path": "/c*", "matches": "y[0-9]+", **about},
        ],
    }
    manifest = Manifest(host({}), declared(table, "m"), TODAY)
    records = [Record(Origin("/a", 1), "x"), Record(Origin("/b1", 1), "y1"), Record(Origin("/z", 1), "y1")]
    assert [entry.place for entry in manifest.unmatched(records)] == ["m: line 2", "m: pattern 2"]


VALUES = st.none() | st.integers() | st.text(max_size=8) | st.dates() | st.datetimes()
ENTRY = st.dictionaries(
    st.sampled_from(["path", "text", "sha256", "matches", "owner", "reason", "until", "x"]), VALUES
)


@given(
    st.dictionaries(
        st.sampled_from(["line", "file", "pattern", "x"]), ENTRY | st.lists(ENTRY, max_size=2) | VALUES
    )
)
def test_any_table_is_a_manifest_or_an_error_of_ours(table: dict[str, object]) -> None:
    with suppress(ManifestError):
        declared(table, "kenshin.toml")
