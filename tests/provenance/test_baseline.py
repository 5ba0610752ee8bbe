from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kenshin.evidence.evidence import Evidence
from kenshin.model.errors import BaselineError
from kenshin.model.origin import Origin, Record
from kenshin.provenance import baseline
from tests.beside import cases
from tests.fakes import host

GOLDEN = yaml.safe_load(Path(__file__).with_name("baseline.yaml").read_bytes())["golden"]
PATH = "/etc/crontab"
ODD = "/etc/cron.d/\udcff\u202e"


def written() -> list[str]:
    evidence = host({PATH: GOLDEN, ODD: "x\n", "/proc/version": "now\n"})
    records = [Record(Origin(PATH, number), line) for number, line in enumerate(GOLDEN.splitlines(), start=1)]
    return list(baseline.write("web-1", "2026-11-23T00:00:00+00:00", evidence, records))


def asked(evidence: Evidence) -> baseline.Baseline:
    return baseline.read(written(), "golden.baseline", evidence)


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    path = case.get("path", PATH)
    authority = asked(host({path: case["now"]}))
    record = Record(Origin(path, case.get("line")), case["text"])
    word = authority.vouch(record)
    if "word" in case:
        assert word is not None
        assert (word.authority, word.strength.value, word.note) == ("baseline", *case["word"])
        assert word.who.startswith("baseline of web-1 (2026-11-23T00:00:00+00:00, sha256 ")
    else:
        assert word is None
        doubt = authority.doubt(record)
        assert case["doubt"] in doubt if case["doubt"] else doubt == ""


def test_what_was_written_is_read_again() -> None:
    found = asked(host({}))
    assert set(found.files) - {"/var/lib/dpkg/status"} == {PATH, ODD}, (
        "what the kernel makes up is no file of the golden host"
    )
    assert set(found.lines) == {PATH}
    assert found.digest == yaml.safe_load(written()[-1])["sha256"]
    assert asked(host({ODD: "x\n"})).vouch(Record(Origin(ODD), "")) is not None


def test_the_same_host_gives_the_same_baseline() -> None:
    assert written() == written()


@given(st.data())
def test_any_changed_byte_is_refused(data: st.DataObject) -> None:
    text = "".join(written())
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda character: character != text[place]))
    with pytest.raises(BaselineError):
        baseline.read((text[:place] + other + text[place + 1 :]).splitlines(keepends=True), "x", host({}))


@pytest.mark.parametrize("part", [slice(0, 0), slice(1, None), slice(0, -1), slice(0, 1)])
def test_a_part_is_refused(part: slice) -> None:
    with pytest.raises(BaselineError):
        baseline.read(written()[part], "x", host({}))


@pytest.mark.parametrize("end", ["\n", " ", "\r\n", "{}\n", '{"line": "/etc/crontab", "sha256": "0"}\n'])
def test_what_stands_behind_the_trailer_is_refused(end: str) -> None:
    with pytest.raises(BaselineError):
        baseline.read("".join([*written(), end]).splitlines(keepends=True), "x", host({}))


@pytest.mark.parametrize(
    ("lines", "place", "says"),
    [
        ([], "x", "it is not a baseline"),
        (["{}\n"], "x", "it is not a baseline"),
        (['{"kenshin_baseline": 2}\n'], "x", "it is not a baseline"),
        (["not json\n"], "x:1", "not a line of a baseline"),
        ([*written()[:1], "[1]\n"], "x:2", "not a line of a baseline"),
        ([*written()[:1], "[" * 100_000 + "\n"], "x:2", "not a line of a baseline"),
        (written()[:-1], "x", "it was cut or changed after it was written"),
    ],
)
def test_an_error_names_file_and_line(lines: list[str], place: str, says: str) -> None:
    with pytest.raises(BaselineError) as raised:
        baseline.read(lines, "x", host({}))
    assert (raised.value.place, raised.value.message) == (place, says)


@given(
    st.lists(
        st.text(max_size=40) | st.sampled_from(['{"kenshin_baseline": 1}\n', '{"sha256": "0"}\n']), max_size=4
    )
)
def test_any_text_is_refused_with_an_error_of_ours(lines: list[str]) -> None:
    with pytest.raises(BaselineError):
        baseline.read(lines, "x", host({}))
