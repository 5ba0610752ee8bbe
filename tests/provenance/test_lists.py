"""The lines of official images: vouched for as they stand, on their vendor's hosts, and in no other form."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kenshin import catalog
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.origin import Origin, Record
from kenshin.provenance.vendors import Vendors, vendors
from tests.fakes import host

VENDORS: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("lists.yaml").read_bytes())[
    "vendors"
]
PROGRAM = re.compile(r"/usr/(?:sbin|local)/[\w/.-]+|/var/lib/qcloud/[\w/.-]+")


@dataclass(frozen=True)
class Sample:
    vendor: str
    path: str
    text: str
    programs: tuple[str, ...]


def samples() -> Iterator[Sample]:
    for name, vendor in VENDORS.items():
        for group in vendor["lines"]:
            for text in group["texts"]:
                for install in vendor.get("installs", [""]) if "{install}" in text else [""]:
                    written = text.replace("{install}", install)
                    programs = group.get("programs") or PROGRAM.findall(written)[:1]
                    for path in group["paths"]:
                        yield Sample(name, path, written, tuple(programs))


SAMPLES = list(samples())


def authority(files: Mapping[str, Any]) -> Vendors:
    return vendors(host(files), catalog.known_vendors())


def on_host(sample: Sample, sign: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """A host with the line, what it runs, and the vendor's sign; `changed` are fields of what it runs."""
    programs = {path: {"content": "#!/bin/sh\n", "mode": 0o100755, **changed} for path in sample.programs}
    return {**sign, **programs, sample.path: f"{sample.text}\n"}


def word(files: Mapping[str, Any], sample: Sample, text: str | None = None) -> Attestation | None:
    found = authority(files).vouch(Record(Origin(sample.path, 1), sample.text if text is None else text))
    return found if found and found.scope is Scope.CONTENT else None


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.path}: {s.text}")
def test_a_line_holds_on_its_vendors_hosts(sample: Sample) -> None:
    for sign in VENDORS[sample.vendor]["signs"]:
        found = word(on_host(sample, sign), sample)
        assert found is not None
        assert (found.who, found.strength) == (VENDORS[sample.vendor]["title"], Strength.FAIR)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.path}: {s.text}")
def test_a_line_with_one_byte_changed_holds_nowhere(sample: Sample) -> None:
    files = on_host(sample, VENDORS[sample.vendor]["signs"][0])
    asked = authority(files)
    for position in range(len(sample.text)):
        before, old, after = sample.text[:position], sample.text[position], sample.text[position + 1 :]
        for new in {"x", "\r", "\0", ";", old.swapcase(), f"{old}x", ""} - {old}:
            changed = Record(Origin(sample.path, 1), f"{before}{new}{after}")
            if changed.text.strip(" \t") not in {s.text for s in SAMPLES if s.path == sample.path}:
                found = asked.vouch(changed)
                assert found is None or found.scope is Scope.PLACE, changed.text


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.path}: {s.text}")
def test_a_line_holds_on_no_other_host(sample: Sample) -> None:
    is_sign = any(path.startswith("/usr/local/qcloud/") for path in sample.programs)
    for foreign in VENDORS[sample.vendor]["foreign"]:
        if is_sign and foreign.get("/sys/class/dmi/id/sys_vendor") != "Amazon EC2\n":
            continue  # the agent's own directory is one, where the machine's maker is unknown
        files = on_host(sample, foreign)
        assert word(files, sample) is None
        doubt = authority(files).doubt(Record(Origin(sample.path, 1), sample.text))
        assert doubt.endswith(f"shows no sign of being {VENDORS[sample.vendor]['title']}'s")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.path}: {s.text}")
def test_a_line_does_not_hold_where_others_may_change_it(sample: Sample) -> None:
    sign = VENDORS[sample.vendor]["signs"][0]
    for changed in ({"mode": 0o100757}, {"uid": 1000}, {"mode": 0o100775, "gid": 100}):
        if sample.programs:
            files = on_host(sample, sign, **changed)
            assert word(files, sample) is None
            assert "written by others" in authority(files).doubt(Record(Origin(sample.path, 1), sample.text))
        own = {**on_host(sample, sign), sample.path: {"content": sample.text, **changed}}
        assert word(own, sample) is None


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.path}: {s.text}")
def test_a_line_does_not_hold_in_another_file(sample: Sample) -> None:
    files = on_host(sample, VENDORS[sample.vendor]["signs"][0])
    for path in ("/etc/cron.d/other", "/var/spool/cron/crontabs/ubuntu", "/etc/profile"):
        assert authority(files).vouch(Record(Origin(path, 1), sample.text)) is None


@pytest.mark.parametrize("name", VENDORS)
def test_a_vendor_is_known_by_its_signs_alone(name: str) -> None:
    for sign in VENDORS[name]["signs"]:
        assert name in {vendor.name for vendor in authority(sign).mine}
    for foreign in VENDORS[name]["foreign"]:
        assert name not in {vendor.name for vendor in authority(foreign).mine}


@pytest.mark.parametrize(("name", "place"), [(n, p) for n, v in VENDORS.items() for p in v.get("places", ())])
def test_an_agents_place_says_only_that_it_belongs_there(name: str, place: str) -> None:
    for sign in VENDORS[name]["signs"]:
        found = authority({**sign, place: "x"}).vouch(Record(Origin(place), ""))
        assert found is not None
        assert (found.who, found.scope) == (VENDORS[name]["title"], Scope.PLACE)
        assert (
            authority({**sign, place: {"content": "x", "uid": 1000}}).vouch(Record(Origin(place), "")) is None
        )


def test_every_line_of_the_lists_has_a_case() -> None:
    shipped = {
        (v.name, path, line.text) for v in catalog.known_vendors() for line in v.lines for path in line.paths
    }
    assert shipped == {(sample.vendor, sample.path, sample.text) for sample in SAMPLES}
    assert set(VENDORS) == {vendor.name for vendor in catalog.known_vendors()}
