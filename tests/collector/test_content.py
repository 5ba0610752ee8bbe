"""How much of a file comes along, and that what does not is said."""

import hashlib
import os
import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kenshin.evidence.request import Want
from kenshin.model.outcome import Outcome
from tests.collector.harness import as_root, entry_of, evidence_of, loaded, told

MIB = 1 << 20


def test_content_attributes_and_digests(tmp_path: Path) -> None:
    data = b"caf\xe9 \0 \x1b" * 100_000  # several chunks, none of it UTF-8
    (tmp_path / "file").write_bytes(data)
    (tmp_path / "file").chmod(0o4711)
    os.utime(tmp_path / "file", (0, 1234567890))
    found = entry_of(tmp_path, "/file")
    assert (found.outcome, found.data, found.mode, found.mtime) == (Outcome.READ, data, 0o104711, 1234567890)
    assert (found.md5, found.sha256) == (hashlib.md5(data).hexdigest(), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    "size", [0, 1, 4095, 4096, 4097, 128 << 10, (128 << 10) + 1, 256 << 10, (256 << 10) + 1]
)
@pytest.mark.parametrize("limit", [1, 4096, 128 << 10, 256 << 10])
@pytest.mark.parametrize("digest", [0, MIB])
def test_a_file_beyond_the_limit_is_cut_and_no_other(
    tmp_path: Path, size: int, limit: int, digest: int
) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    asked = [Want("/file", read=limit, digest=digest)]
    line = told(tmp_path, "openat2", asked)[-1]
    assert line["outcome"] == ("cut" if size > limit else "read")
    assert ("sha256" in line) == (size <= digest)
    found = entry_of(tmp_path, "/file", asked[0]) if size > limit else None
    assert found is None or found.data == data[:limit]


def test_a_sparse_file_of_a_tebibyte_costs_nothing(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    found = entry_of(tmp_path, "/sparse")
    assert (found.outcome, found.size, len(found.data), found.sha256) == (Outcome.CUT, 1 << 40, MIB, "")
    searched = entry_of(tmp_path, "/sparse", Want("/sparse", select="x"), patch="SEARCH_LIMIT = 1 << 22")
    assert (searched.outcome, searched.data) == (Outcome.CUT, b"")


@pytest.mark.parametrize(
    ("head", "is_binary"),
    [
        (b"\x7fELF\x02\0\n", True),
        (b"plain\0\n", True),
        (b"#!/bin/sh\0\n", False),
        (b"#!/bin/sh\n# \0\n", False),
        (b"PATH=/tmp\n\0\n", False),
    ],
)
def test_of_a_binary_file_only_the_head_is_text(tmp_path: Path, head: bytes, is_binary: bool) -> None:
    data = head + b"x" * 5000
    (tmp_path / "file").write_bytes(data)
    found = entry_of(tmp_path, "/file", Want("/file", text=True))
    assert found.outcome is Outcome.READ
    assert found.data == (data[:1024] if is_binary else data)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.is_binary == is_binary == loaded().is_binary(data[:1024])


def test_selected_lines_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no\nyes 1\n\xff yes\r\n" + b"no\n" * 100_000 + b"last yes")
    found = entry_of(tmp_path, "/file", Want("/file", select="yes|\udcfe"))
    assert (found.data, found.selected) == (b"2:yes 1\n3:\xff yes\r\n100004:last yes\n", True)
    assert found.outcome is Outcome.READ


@given(
    some.lists(some.sampled_from([b"yes", b"x" * 100, b"y" * 70_000, b"", b"\n", b"\n\n"]), max_size=12),
    some.data(),
)
def test_selection_does_not_depend_on_how_a_stream_comes(pieces: list[bytes], data: some.DataObject) -> None:
    collector = loaded()
    stream = b"".join(pieces)
    whole, parts = collector.Lines(("yes",)), collector.Lines(("yes",))
    once = whole.feed(stream) + whole.end()
    cuts = sorted(data.draw(some.lists(some.integers(0, len(stream)), max_size=5)))
    bits = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert b"".join(map(parts.feed, bits)) + parts.end() == once
    assert (whole.number, whole.long) == (parts.number, parts.long)
    lines = stream.split(b"\n")
    simple = [b"%d:%s\n" % (at, line[:65536]) for at, line in enumerate(lines, 1) if b"yes" in line[:65536]]
    assert once == b"".join(simple)
    assert whole.long == any(len(line) >= 65536 for line in lines)


def test_a_line_too_long_to_search_is_a_hole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"yes" + b"x" * 10 * MIB + b"\nyes\n" + b"x" * MIB + b"yes\n")
    found = entry_of(tmp_path, "/file", Want("/file", select="yes"))
    assert found.outcome is Outcome.CUT
    assert found.data == b"1:yes" + b"x" * (65536 - 3) + b"\n2:yes\n"


WANTS = {
    "attributes": Want("/file", read=0, digest=0),
    "digests": Want("/file", read=0),
    "some": Want("/file", read=3, digest=0),
    "whole": Want("/file", digest=0),
    "text": Want("/file", text=True, digest=0),
    "ones": Want("/file", select="1", digest=0),
    "twos": Want("/file", select="2", digest=0),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(some.lists(some.sampled_from(sorted(WANTS)), min_size=1, max_size=4))
def test_a_file_that_several_want_has_what_each_wants(tmp_path: Path, names: list[str]) -> None:
    data = b"head\0\nline 1\nline 2\nline 3\n"
    (tmp_path / "file").write_bytes(data)
    last = told(tmp_path, "openat2", [WANTS[name] for name in names])[-1]
    if "digests" in names:
        assert last["sha256"] == hashlib.sha256(data).hexdigest()
    if "whole" in names:
        assert (last["data"].encode(), last["outcome"]) == (data, "read")
    elif {"some", "text"}.isdisjoint(names):
        wanted = [line for name, line in (("ones", "2:line 1\n"), ("twos", "3:line 2\n")) if name in names]
        assert last.get("data", "") == "".join(wanted)


def test_a_growing_file_comes_to_an_end(tmp_path: Path) -> None:
    path, stop = tmp_path / "log", threading.Event()
    path.write_bytes(b"start\n")

    def grow() -> None:
        with path.open("ab", buffering=0) as log:
            while not stop.is_set() and log.tell() < 256 * MIB:
                log.write(b"x" * 65536)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        found = entry_of(tmp_path, "/log", Want("/log", digest=2 * MIB))
    finally:
        stop.set()
        thread.join()
    assert found.data.startswith(b"start\n")
    assert len(found.data) <= MIB
    assert (found.outcome is Outcome.CUT) == (len(found.data) == MIB)


@as_root
def test_the_immutable_flag_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    if subprocess.run(["chattr", "+i", tmp_path / "file"], capture_output=True, check=False).returncode:
        pytest.skip("this file system has no attributes")
    try:
        assert entry_of(tmp_path, "/file").immutable
    finally:
        subprocess.run(["chattr", "-i", tmp_path / "file"], check=True)
    assert not entry_of(tmp_path, "/file").immutable


def test_files_of_the_kernel_have_no_size_and_are_read(tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    evidence = evidence_of(
        Path("/"), "/proc/version", "/proc/sys/vm/nr_hugepages", Want("/proc/kallsyms", read=5000)
    )
    version, pages = evidence.file("/proc/version"), evidence.file("/proc/sys/vm/nr_hugepages")
    assert version is not None
    assert (version.size, version.data) == (0, Path("/proc/version").read_bytes())
    assert pages is not None
    assert pages.data.strip().isdigit()
    symbols = evidence.file("/proc/kallsyms")
    assert symbols is None or symbols.outcome in (Outcome.CUT, Outcome.ABSENT)
