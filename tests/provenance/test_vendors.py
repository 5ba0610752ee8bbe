from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenshin import catalog
from kenshin.evidence.entry import Entry
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome
from kenshin.provenance.vendors import Vendor, vendor_from, vendors
from tests.beside import cases
from tests.fakes import host

TABLE: dict[str, object] = {
    "title": "Acme",
    "makers": ["Acme"],
    "install": ["/opt/acme", "/srv/acme"],
    "places": ["{install}/bin/*"],
    "mark": [{"path": "/etc/acme", "holds": r"\Azone-\d+\s*\Z"}],
    "line": [{"paths": ["/etc/cron.d/acme"], "text": "@reboot {install}/start", "runs": ["{install}/start"]}],
}
ACME = vendor_from("acme", TABLE)
MACHINE = "/sys/class/dmi/id/sys_vendor"


@pytest.mark.parametrize("case", cases(__file__, "owns"))
def test_owns(case: dict[str, Any]) -> None:
    assert ACME.owns(host(case["host"])) is case["owns"]


def test_a_vendor_without_marks_is_at_home_on_any_host() -> None:
    assert Vendor("linux", "the distribution").owns(host({}))


@pytest.mark.parametrize("case", cases(__file__, "vouches"))
def test_vouches(case: dict[str, Any]) -> None:
    files = {MACHINE: case.get("machine", "Acme"), **case.get("host", {})}
    evidence = host(files)
    unseen = case.get("unseen", "/nothing")
    denied = {(unseen, "libc"): Entry(unseen, Outcome.DENIED)}
    authority = vendors(replace(evidence, entries={**evidence.entries, **denied}), (ACME,))
    record = Record(Origin(case.get("path", "/etc/cron.d/acme"), 1), case["text"])
    word = authority.vouch(record)
    if "word" in case:
        who, strength, scope, note = case["word"]
        assert word is not None
        assert (word.who, word.strength.value, word.scope.value) == (who, strength, scope)
        assert note in word.note
    else:
        assert word is None
        doubt = authority.doubt(record)
        assert case["doubt"] in doubt if "doubt" in case else doubt == ""


@given(st.text(max_size=60))
def test_no_other_line_is_the_vendors(text: str) -> None:
    authority = vendors(host({MACHINE: "Acme"}), (ACME,))
    word = authority.vouch(Record(Origin("/etc/cron.d/acme", 1), text))
    assert (word is not None) == (text.strip(" \t") in {line.text for line in ACME.lines})


def test_each_directory_of_installation_is_spelled_out() -> None:
    assert [line.text for line in ACME.lines] == ["@reboot /opt/acme/start", "@reboot /srv/acme/start"]
    assert [line.runs for line in ACME.lines] == [("/opt/acme/start",), ("/srv/acme/start",)]
    assert ACME.places == ("/opt/acme/bin/*", "/srv/acme/bin/*")


@pytest.mark.parametrize(
    "slip",
    [
        {"maker": ["Acme"]},
        {"line": [{"path": "/etc/crontab", "text": "x"}]},
        {"mark": [{"path": "/etc/acme", "hold": "x"}]},
    ],
)
def test_a_slip_in_a_list_is_an_error(slip: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"lists/acme\.toml: unknown"):
        vendor_from("acme", TABLE | slip)


def test_a_table_may_leave_out_what_it_does_not_say() -> None:
    assert vendor_from("acme", {"line": "no list", "mark": [1]}) == Vendor("acme", "acme")


def test_the_lists_that_are_shipped_hold_nothing_unread() -> None:
    assert {vendor.name for vendor in catalog.known_vendors()} >= {"tencent", "linux"}
