"""Real databases against what rpm itself says of them; tampered and damaged ones."""

import base64
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance.rpm import database, file, ndb
from kenshin.provenance.rpm.blob import Blob
from kenshin.provenance.rpm.database import read
from kenshin.provenance.rpm.errors import RpmError
from kenshin.provenance.rpm.header import parse
from kenshin.provenance.rpm.openpgp import read_keys
from kenshin.provenance.rpm.package import Package
from tests.provenance.rpm.forge import NAMED, Value, header, kept, loose, ndb_of

CASES = yaml.safe_load(Path(__file__).with_name("database.yaml").read_bytes())
FORMS = {"sqlite": "rpmdb.sqlite", "ndb": "Packages.db", "bdb": "Packages"}
KEYS = read_keys(kept("rsa.asc"))


def by_name(packages: tuple[Package, ...]) -> dict[str, Package]:
    return {package.name: package for package in packages}


def as_rpm_says(package: Package) -> dict[str, object]:
    """The package in the words of rpm's query format."""
    numbers = {name: str(number) for number, name in file.ALGORITHMS.items()}
    columns = [
        [one.path, one.digest, str(one.mode), one.user, one.group, str(one.flags), str(one.size), one.link_to]
        for one in package.files
    ]
    # Without files rpm still tells the algorithm, which then is of no use to anybody.
    algorithm = numbers[package.files[0].algorithm] if package.files else "any"
    return {
        "name": package.name,
        "epoch": "(none)" if package.epoch is None else str(package.epoch),
        "version": package.version,
        "release": package.release,
        "arch": package.arch or "(none)",
        "vendor": package.vendor or "(none)",
        "installtime": str(package.install_time),
        "filedigestalgo": algorithm,
        "files": columns,
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_database_holds_what_rpm_lists(form: str) -> None:
    expected = json.loads(kept("expected.json"))
    for package in expected:
        if not package["files"]:
            package["filedigestalgo"] = "any"
        elif package["filedigestalgo"] == "(none)":
            package["filedigestalgo"] = "1"
    found = read(kept(FORMS[form]))
    assert found.form == form
    assert found.problems == ()
    assert [as_rpm_says(package) for package in found.packages] == expected


def test_all_formats_give_the_same_packages() -> None:
    sqlite, ndb_form, bdb = (read(kept(name), keys=KEYS).packages for name in FORMS.values())
    assert sqlite == ndb_form == bdb


def test_the_other_byte_order_is_read() -> None:
    found = read(kept("Packages-big-endian"))
    all_of_them = read(kept("Packages")).packages
    assert found.problems == ()
    assert len(found.packages) == 6
    assert set(found.packages) <= set(all_of_them)


@pytest.mark.parametrize("case", CASES["signatures"], ids=lambda case: case["keys"] or "none")
def test_signatures_by_the_keys_given(case: dict[str, object]) -> None:
    keys = read_keys(kept(f"{case['keys']}.asc")) if case["keys"] else ()
    found = by_name(read(kept("rpmdb.sqlite"), keys=keys).packages)
    assert {name: package.signature.state for name, package in found.items()} == case["states"]
    assert {package.header_digest for package in found.values()} == {"match"}


def test_the_log_adds_the_last_package() -> None:
    without = by_name(read(kept("rpmdb.sqlite")).packages)
    found = read(kept("rpmdb.sqlite"), kept("rpmdb.sqlite-wal"), KEYS)
    assert found.problems == ()
    packages = by_name(found.packages)
    assert packages.keys() - without.keys() == {"kenshin-late"}
    assert packages["kenshin-late"].signature.state == "valid"


@pytest.mark.parametrize("form", FORMS)
def test_one_changed_file_digest_shows(form: str) -> None:
    data = kept(FORMS[form])
    digest = by_name(read(data).packages)["kenshin-md5"].files[0].digest.encode()
    assert data.count(digest) == 1
    found = read(data.replace(digest, digest[::-1]), keys=KEYS)
    packages = by_name(found.packages)
    tampered = packages.pop("kenshin-md5")
    assert tampered.files[0].digest.encode() == digest[::-1]
    assert (tampered.header_digest, tampered.signature.state) == ("mismatch", "bad")
    assert {package.header_digest for package in packages.values()} == {"match"}
    assert bool(found.problems) == (form == "ndb"), "only ndb keeps a checksum of its own"


def test_a_forger_who_mends_the_digest_still_lacks_the_key() -> None:
    """The blob of a signed package, its file list exchanged and every digest made to fit."""
    honest = by_name(read(kept("Packages.db")).packages)["kenshin-full"]
    signature = signature_of("kenshin-full")
    forged = header(NAMED | {1027: (8, ["/usr/bin/evil"])}, {268: (7, signature)})
    found = read(ndb_of(forged), keys=KEYS).packages[0]
    assert honest.signature.key_id == found.signature.key_id
    assert (found.header_digest, found.signature.state) == ("match", "bad")


def signature_of(name: str) -> bytes:
    """The bytes of an RSA signature out of the real database."""
    for blob in ndb.blobs(kept("Packages.db")):
        assert isinstance(blob, Blob)
        found = parse(blob.content)
        if found.content.text(1000) == name:
            return found.added.binary(268) or b""
    raise AssertionError(name)


def test_entries_outside_the_region_are_reported_and_not_believed() -> None:
    added: dict[int, Value] = {1117: (8, ["evil"]), 1116: (4, [0]), 1118: (8, ["/usr/bin/"]), 1008: (4, 99)}
    whole = ndb_of(header(NAMED, added), header(NAMED | {1027: (8, ["/a/b"])}, {1117: (8, ["b"])}))
    found = read(whole)
    assert found.problems == ("package 1: tags outside the signed region of demo: 1116, 1117, 1118",)
    assert [[one.path for one in package.files] for package in found.packages] == [["/a/b"], []]
    assert {package.install_time for package in found.packages} == {None, 99}


def test_a_header_without_region_has_no_valid_digest_or_signature() -> None:
    plain, claiming = (
        loose(NAMED),
        loose(NAMED | {269: (6, "0" * 40), 268: (7, signature_of("kenshin-full"))}),
    )
    found = read(ndb_of(plain, claiming), keys=KEYS).packages
    states = {(package.header_digest, package.signature.state) for package in found}
    assert states == {("absent", "absent"), ("mismatch", "bad")}


def test_signatures_as_rpm_6_keeps_them_are_read() -> None:
    armoured = base64.b64encode(signature_of("kenshin-full")).decode()
    for made, state in ((armoured, "bad"), ("", "bad"), ("A", None)):
        found = read(ndb_of(header(NAMED, {278: (8, [made])})), keys=KEYS)
        assert [package.signature.state for package in found.packages] == ([state] if state else [])
        assert bool(found.problems) == (state is None)


def test_a_signature_over_the_payload_cannot_be_checked() -> None:
    (package,) = read(ndb_of(header(NAMED, {259: (7, b"x")})), keys=KEYS).packages
    assert package.signature.state == "unverified"
    assert "payload" in package.signature.reason


def test_a_broken_header_leaves_the_others() -> None:
    found = read(ndb_of(header(NAMED), b"\0" * 40, header({1000: (6, "nameless")}), header(NAMED)))
    assert len(found.packages) == 2
    assert [problem.split(":")[0] for problem in found.problems] == ["package 2", "package 3"]


def test_too_many_files_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MAX_FILES", 3)
    one = header(NAMED | {1027: (8, ["/a", "/b"]), 1004: (6, "summary " * 9)})
    found = read(ndb_of(one, one))
    assert len(found.packages) == 1
    assert found.problems == ("package 2: 2 files are more than it has room for",)


def test_many_problems_are_counted() -> None:
    slots = b"RpmP" + b"\0\0\0\0" * 2 + (5).to_bytes(4, "little") + bytes(5 * 4096 - 16)
    problems = read(slots).problems
    assert len(problems) == database.MAX_PROBLEMS + 1
    assert problems[-1] == "and 278 more problems"


@pytest.mark.parametrize(
    "data", [b"", b"hello", bytes(600), b"SQLite format 2\0", b"x" * 12 + b"\x62\x31\5\0"]
)
def test_another_format_is_our_error(data: bytes) -> None:
    with pytest.raises(RpmError, match="not an rpm database"):
        read(data)


@settings(max_examples=40, deadline=None)
@given(
    data=st.binary(max_size=2000),
    form=st.sampled_from([b"SQLite format 3\0", b"RpmP", b"\0" * 12 + b"\x61\x15\6\0"]),
)
def test_random_bytes_are_only_problems(data: bytes, form: bytes) -> None:
    found = read(form + data, data)
    assert found.packages == ()
    assert found.problems


WHOLE = {form: kept(name) for form, name in FORMS.items()} | {"wal": kept("rpmdb.sqlite-wal")}


@settings(max_examples=60, deadline=None)
@given(form=st.sampled_from(sorted(FORMS)), part=st.floats(0, 0.999), keep=st.booleans())
def test_what_is_cut_off_is_missed(form: str, part: float, keep: bool) -> None:
    whole = WHOLE[form]
    size = max(16, int(len(whole) * part))
    found = read(whole[:size] + (bytes(len(whole) - size) if keep else b""))
    assert found.problems or found.packages == read(whole).packages or (keep and form == "bdb")
    assert {package.header_digest for package in found.packages} <= {"match", "mismatch"}


@settings(max_examples=80, deadline=None)
@given(
    form=st.sampled_from(sorted(FORMS)),
    flips=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), min_size=1, max_size=20),
    near=st.booleans(),
)
def test_flipped_bytes_raise_nothing(form: str, flips: list[tuple[float, int]], near: bool) -> None:
    damaged = {"data": bytearray(WHOLE[form]), "wal": bytearray(WHOLE["wal"])}
    for content in damaged.values():
        reach = 600 if near else len(content)
        for part, bits in flips:
            content[16 + int(part * (reach - 16))] ^= bits
    found = read(bytes(damaged["data"]), bytes(damaged["wal"]), KEYS)
    assert found.form == form
