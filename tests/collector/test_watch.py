"""A place that gives no answer, or ends whoever reads it, costs that place and no other."""

import ctypes
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kenshin.evidence import bundle
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.outcome import Outcome
from tests.collector.harness import as_root, evidence_of, lines_of

# Each stands still or dies at a file named bad, without a FUSE to do it.
AT_BAD = """
PATIENCE = 0.6
LEAST_PATIENCE = 0.1
class Bad(LibcView):
    def reopen(self, number, extra=0):
        if os.readlink(b"/proc/self/fd/%%d" %% number).endswith(b"bad"):
            %s
        return LibcView.reopen(self, number, extra)
    def read(self, number, length):
        if os.readlink(b"/proc/self/fd/%%d" %% number).endswith(b"drip"):
            time.sleep(0.2)
            return os.read(number, 1)
        return LibcView.read(self, number, length)
VIEWS = {"libc": Bad}
"""
SLEEPS = AT_BAD % "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32)); time.sleep(60)"
DIES = AT_BAD % "os.kill(os.getpid(), signal.SIGSEGV)"
RUNS_OUT_OF_MEMORY = AT_BAD % "raise MemoryError"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a/bad", "a/good", "b/bad", "b/good", "z"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "large").write_bytes(b"x" * 400_000)
    return tmp_path


def holes(evidence: Evidence) -> dict[str, str]:
    return {entry.path: entry.error for entry in evidence if entry.outcome is Outcome.FAILED}


@pytest.mark.parametrize("patch", [SLEEPS, DIES])
def test_every_other_place_still_comes_out(tree: Path, patch: str) -> None:
    evidence = evidence_of(tree, "/large", "/a/*", "/b/bad", "/b/*", "/**", "/z", patch=patch)
    assert set(holes(evidence)) == {"/a/bad", "/b/bad"}
    assert {"/a/*", "/b/*", "/**", "/z"} <= evidence.asked
    for path in ("/a/good", "/b/good", "/z", "/large"):
        found = evidence.entries[(path, "libc")]
        assert found.data == (tree / path[1:]).read_bytes()


def test_patience_wears_out(tree: Path) -> None:
    for number in range(6):
        (tree / f"a/{number}bad").touch()
    started = time.monotonic()
    evidence = evidence_of(tree, "/a/*", patch=SLEEPS.replace("PATIENCE = 0.6", "PATIENCE = 1"))
    assert len(holes(evidence)) == 7
    assert 1 + 0.5 + 0.25 < time.monotonic() - started < 7 * 2


def test_what_was_read_before_it_stood_still_is_kept(tmp_path: Path) -> None:
    (tmp_path / "drip").write_text("a drop now and then")
    (tmp_path / "z").write_text("z")
    evidence = evidence_of(tmp_path, "/*", patch=SLEEPS)
    assert set(holes(evidence)) == {"/drip"}
    assert evidence.entries[("/z", "libc")].data == b"z"


def test_chunks_of_a_place_that_failed_go_to_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a" * 300_000)
    (tmp_path / "b").write_bytes(b"b" * 300_000)
    patch = """
class Bad(LibcView):
    def read(self, number, length):
        block = os.read(number, length)
        if block[:1] == b"a" and os.lseek(number, 0, 1) > 270000:
            os.kill(os.getpid(), signal.SIGKILL)
        return block
VIEWS = {"libc": Bad}
"""
    evidence = evidence_of(tmp_path, "/*", patch=patch)
    failed, fine = evidence.entries[("/a", "libc")], evidence.entries[("/b", "libc")]
    assert (failed.outcome, set(failed.data)) == (Outcome.FAILED, set(failed.data) & {ord("a")})
    assert (fine.outcome, fine.data) == (Outcome.READ, b"b" * 300_000)


def test_a_reader_out_of_memory_costs_one_want(tree: Path) -> None:
    evidence = evidence_of(tree, "/a/*", "/z", patch=RUNS_OUT_OF_MEMORY)
    assert evidence.entries[("/z", "libc")].data == b"z"
    assert evidence.entries[("/a/*", "libc")].outcome is Outcome.FAILED


def test_a_reader_that_cannot_even_begin_is_told_for_every_want(tree: Path) -> None:
    patch = "def begin(*_): os._exit(3)\nNote.begin = begin"
    found = bundle.read(lines_of(tree, "/z", "/a/*", patch=patch))
    assert found.asked == frozenset()
    assert any(entry.outcome is Outcome.FAILED for entry in found)


def test_a_lease_on_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (tmp_path / "file").open("r+") as held:
        try:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError:
            pytest.skip("no leases on this file system")
        import signal

        before = signal.signal(signal.SIGIO, signal.SIG_IGN)
        try:
            evidence = evidence_of(tmp_path, "/file")
        finally:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            signal.signal(signal.SIGIO, before)
    assert evidence.entries[("/file", "libc")].outcome is Outcome.FAILED


@contextmanager
def silent_mount(directory: Path) -> Iterator[None]:
    """A FUSE file system whose server never says a word."""
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError as error:
        pytest.skip(f"no FUSE here: {error}")
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    try:
        if libc.mount(b"silent", os.fsencode(directory), b"fuse", 0, options):
            pytest.skip(f"nothing can be mounted here: {errno.errorcode[ctypes.get_errno()]}")
        try:
            yield
        finally:
            libc.umount2(os.fsencode(directory), 2)
    finally:
        os.close(device)


@as_root
def test_a_file_system_that_never_answers_is_a_hole(tmp_path: Path) -> None:
    (tmp_path / "etc/cron.d").mkdir(parents=True)
    (tmp_path / "etc/crontab").write_text("@reboot root /bin/true\n")
    (tmp_path / "etc/link").symlink_to("cron.d/job")
    with silent_mount(tmp_path / "etc/cron.d"):
        wants = [Want("/etc/cron.d/**"), Want("/etc/cron.d/job"), Want("/etc/link"), Want("/etc/crontab")]
        evidence = evidence_of(tmp_path, *wants, patch="PATIENCE = 1; LEAST_PATIENCE = 0.2")
    assert {"/etc/cron.d", "/etc/cron.d/job", "/etc/link"} <= set(holes(evidence))
    assert evidence.entries[("/etc/crontab", "libc")].data == b"@reboot root /bin/true\n"
