"""A bundle in a file: plain or packed, whole or damaged."""

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request, Want
from kenshin.model.errors import BundleError, TargetError
from kenshin.model.outcome import Outcome
from kenshin.sources.archive import ArchiveSource
from tests.evidence.strategies import BUNDLES, HEADER, sealed

LINES = sealed(
    [
        b'{"path":"/etc/crontab","view":"libc","outcome":"read","type":"file","data":"x"}\n',
        b'{"asked":"/etc/crontab"}\n',
        b'{"asked":"/etc/cron.d/**"}\n',
    ]
)
PACKED = gzip.compress(b"".join(LINES))
ANY = Request((Want("/etc/crontab"), Want("/etc/cron.d/**")))
damaging = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(path: Path, data: bytes, request: Request = ANY) -> Evidence:
    (path / "host.evidence").write_bytes(data)
    return ArchiveSource(path / "host.evidence").collect(request)


@pytest.mark.parametrize(
    "data", [b"".join(LINES), PACKED, gzip.compress(b"".join(LINES), 0), PACKED + b"\0" * 512]
)
def test_plain_and_packed_are_the_same(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, data)
    assert (len(found.entries), found.problems) == (1, ())


def test_a_bundle_packed_in_parts_is_one(tmp_path: Path) -> None:
    parts = b"".join(gzip.compress(line) for line in LINES)
    assert read(tmp_path, parts).problems == ()


def test_two_bundles_are_not_one(tmp_path: Path) -> None:
    found = read(tmp_path, PACKED + PACKED)
    assert all("behind the trailer" in hole.reason for hole in found.problems)
    assert found.problems


@damaging
@given(some.data())
def test_a_cut_archive_is_noticed(tmp_path: Path, data: some.DataObject) -> None:
    at = data.draw(some.integers(2, len(PACKED) - 1))
    try:
        found = read(tmp_path, PACKED[:at])
    except BundleError:
        return  # not even the header came out
    assert any(hole.outcome is Outcome.CUT for hole in found.problems)


@damaging
@given(BUNDLES, some.data())
def test_a_damaged_archive_is_noticed_or_holds_the_same(
    tmp_path: Path, lines: list[bytes], data: some.DataObject
) -> None:
    whole = bytearray(gzip.compress(b"".join(lines)))
    before = read(tmp_path, bytes(whole))
    whole[data.draw(some.integers(0, len(whole) - 1))] ^= data.draw(some.integers(1, 255))
    try:
        found = read(tmp_path, bytes(whole))
    except BundleError:
        return
    assert found.problems or found == before  # gzip's own header has bytes that mean nothing


@damaging
@given(some.binary(max_size=200))
def test_any_file_is_a_bundle_or_refused(tmp_path: Path, data: bytes) -> None:
    for file in (data, b"\x1f\x8b" + data, gzip.compress(data)):
        with pytest.raises(BundleError, match=r"it is not an evidence bundle"):
            read(tmp_path, file)
    assert read(tmp_path, HEADER + data).problems


def test_what_an_older_collector_did_not_ask_for_is_a_hole(tmp_path: Path) -> None:
    request = Request((Want("/etc/crontab"), Want("/etc/cron.d/**"), Want("/etc/new.d/*"), Want("/etc/new")))
    found = read(tmp_path, PACKED, request)
    holes = {entry.path: entry.error for entry in found if entry.outcome is Outcome.FAILED}
    assert set(holes) == {"/etc/new.d/*", "/etc/new"}
    assert "older" in holes["/etc/new"]


def test_a_later_round_gives_only_what_is_missing(tmp_path: Path) -> None:
    source = ArchiveSource(tmp_path / "host.evidence")
    (tmp_path / "host.evidence").write_bytes(PACKED)
    assert len(source.collect(ANY).entries) == 1
    (tmp_path / "host.evidence").unlink()  # it is read once
    later = source.collect(Request((Want("/etc/crontab"), Want("/later"))))
    assert [entry.path for entry in later] == ["/later"]


def test_an_endless_line_needs_no_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "host.evidence", "wb", 1) as stream:
        stream.write(HEADER)
        for _ in range(64):
            stream.write(b"x" * (1 << 20))
    found = ArchiveSource(tmp_path / "host.evidence").collect(ANY)
    assert found.problems


@pytest.mark.parametrize("name", ["none", ""])
def test_what_cannot_be_read_is_an_error_of_the_target(tmp_path: Path, name: str) -> None:
    with pytest.raises(TargetError):
        ArchiveSource(tmp_path / name).collect(ANY)
