from dataclasses import replace
from typing import Any

import pytest

from kenshin.evidence.evidence import Evidence
from kenshin.model.attestation import Scope, Strength
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome
from kenshin.provenance.packages import RpmFiles, packages
from kenshin.provenance.rpm import database as rpm
from kenshin.provenance.rpm.openpgp import read_keys
from tests.beside import cases
from tests.fakes import host
from tests.provenance.rpm.forge import kept
from tests.provenance.rpm_host import NOWHERE, encoded, package, rpm_host

DEMO = Record(Origin("/etc/demo.conf"), "")


def evidence_of(case: dict[str, Any]) -> Evidence:
    if "rpm" not in case:
        return host(case["host"])
    shipped = {
        name: {path: text.encode() if text is not None else None for path, text in files.items()}
        for name, files in case["rpm"].items()
    }
    headers = (package(name, files, case.get("algorithm", "sha256")) for name, files in shipped.items())
    return rpm_host(case["host"], *headers)


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    authority = packages(evidence_of(case))
    record = Record(Origin(case.get("path", "/etc/job"), case.get("line")), case.get("text", ""))
    word = authority.vouch(record)
    if "word" in case:
        who, strength, scope, note = case["word"]
        assert word is not None
        assert (word.authority, word.who) == ("packages", who)
        assert (word.strength.value, word.scope.value) == (strength, scope)
        assert note in word.note
    else:
        assert word is None
    doubt = authority.doubt(record)
    assert case["doubt"] in doubt if case.get("doubt") else doubt == ""
    assert authority.problems == ()


@pytest.mark.parametrize("form", ["rpmdb.sqlite", "Packages.db"])
def test_a_real_database_vouches(form: str) -> None:
    shipped, changed = (
        packages(rpm_host({"/etc/demo.conf": text}, database=form)) for text in ("hello\n", "hallo\n")
    )
    word = shipped.vouch(DEMO)
    assert word is not None
    assert (word.who, word.strength) == ("package kenshin-full 1.2-3.el9", Strength.WEAK)
    assert changed.vouch(DEMO) is None
    assert shipped.owned("/etc/demo.conf")
    assert not shipped.owned("/etc/other.conf")


def test_a_log_beside_the_database_is_read() -> None:
    files = {"/var/lib/rpm/rpmdb.sqlite-wal": encoded(kept("rpmdb.sqlite-wal"))}
    found = packages(rpm_host(files, database="rpmdb.sqlite"))
    assert found.owned("/opt/plain")


def test_a_verified_signature_is_strong() -> None:
    found = rpm.read(kept("rpmdb.sqlite"), keys=read_keys(kept("rsa.asc")))
    full = next(package for package in found.packages if package.name == "kenshin-full")
    files = RpmFiles({"/etc/demo.conf": [(full, next(f for f in full.files if f.path == "/etc/demo.conf"))]})
    (claim,) = files.claims("/etc/demo.conf")
    assert claim.strength is Strength.STRONG
    assert claim.note == "by SHA256 in its package's signed header"


@pytest.mark.parametrize("lie", ["digest", "signature"])
def test_a_forged_header_vouches_for_nothing(lie: str) -> None:
    (demo,) = rpm.read(_ndb({"/etc/demo.conf": b"hello\n"})).packages
    bad = replace(demo.signature, state="bad")
    forged = replace(demo, header_digest="mismatch") if lie == "digest" else replace(demo, signature=bad)
    assert list(RpmFiles({"/etc/demo.conf": [(forged, demo.files[0])]}).claims("/etc/demo.conf")) == []


def test_a_header_without_digest_says_so() -> None:
    (demo,) = rpm.read(_ndb({"/etc/demo.conf": b"hello\n"})).packages
    files = RpmFiles({"/etc/demo.conf": [(replace(demo, header_digest="absent"), demo.files[0])]})
    assert [claim.note for claim in files.claims("/etc/demo.conf")] == [
        "by SHA256 in a header without a digest, signature not verified"
    ]


def _ndb(files: dict[str, bytes | None]) -> bytes:
    return rpm_host({}, package("demo", files)).entries[("/usr/lib/sysimage/rpm/Packages.db", "libc")].data


def test_a_changed_header_is_a_hole_and_no_voucher() -> None:
    """One byte of the header: the name of the file that the package ships."""
    data = _ndb({"/etc/demo.conf": b"hello\n"}).replace(b"demo.conf", b"demo.cron")
    found = packages(
        host({**NOWHERE, "/var/lib/rpm/Packages.db": encoded(data), "/etc/demo.cron": "hello\n"})
    )
    assert found.vouch(Record(Origin("/etc/demo.cron"), "")) is None
    assert {hole.outcome for hole in found.problems} == {Outcome.FAILED}
    assert "the header of demo fails its own digest or signature: it was changed" in [
        hole.reason for hole in found.problems
    ]


def test_a_database_that_is_none_is_told_and_the_next_is_read() -> None:
    good = _ndb({"/etc/demo.conf": b"hello\n"})
    files = {"/var/lib/rpm/rpmdb.sqlite": "nonsense", "/usr/lib/sysimage/rpm/Packages.db": encoded(good)}
    found = packages(host({**NOWHERE, **files, "/etc/demo.conf": "hello\n"}))
    word = found.vouch(DEMO)
    assert word is not None
    assert word.scope is Scope.CONTENT
    assert [(hole.path, hole.reason) for hole in found.problems] == [
        ("/var/lib/rpm/rpmdb.sqlite", "not an rpm database in SQLite, ndb or Berkeley DB hash format")
    ]


def test_no_database_at_all_is_a_hole() -> None:
    found = packages(host(NOWHERE))
    assert [hole.reason for hole in found.problems] == [
        "no package database was found: no package can vouch for anything"
    ]
    assert found.vouch(DEMO) is None


def test_problems_of_dpkg_are_those_of_packages() -> None:
    found = packages(host({"/var/lib/dpkg/status": "garbage\n"}))
    assert [(hole.path, hole.line) for hole in found.problems] == [("/var/lib/dpkg/status", 1)]
