"""The collector leaves nothing behind and needs little: no write, no program, bounded memory."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kenshin.evidence.request import Request, Want
from kenshin.sources.collected import program
from tests.collector import hostile
from tests.collector.harness import as_root, entry_of, evidence_of, lines_of

MIB = 1 << 20
HIGH_WATER = """
def told(*_, act=os._exit):
    with open("/proc/self/status") as status, open("{0}", "a") as out:
        out.write("".join(line for line in status if line.startswith("VmHWM")))
    if _: act(*_)
os._exit = told
Seal.close = lambda self, close=Seal.close: (close(self), told())
"""
WRITES = re.compile(
    r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|^(unlink|rename|mkdir|rmdir|link|symlink|mknod|f?chmod|[fl]?chown|utime|"
    r"f?truncate|[fl]?setxattr|u?mount|socket|connect|ptrace|f?init_module)\w*\("
)


def test_it_is_plain_ascii_and_says_what_it_is() -> None:
    source = program("/", False, Request(()))
    assert source.isascii()
    assert source.startswith(b'"""Reads from one host')


@as_root
def test_no_time_in_the_tree_changes(tmp_path: Path) -> None:
    hostile.plant(tmp_path)
    paths = [
        path for path in tmp_path.rglob("*") if not path.is_symlink()
    ]  # readlink(2) cannot leave atime alone
    for path in [*paths, tmp_path]:
        os.utime(path, (1, 2))

    def state() -> dict[Path, tuple[int, ...]]:
        return {
            p: (s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns, s.st_size) for p in paths for s in [p.lstat()]
        }

    before = state()
    assert len(evidence_of(tmp_path, "/**").entries) > len(paths)
    assert state() == before


def peaks(tmp_path: Path, *wants: Want, patch: str = "") -> list[int]:
    """The most memory that the watchman and its reader had, in KiB."""
    out = tmp_path.parent / f"{tmp_path.name}-peaks"
    lines_of(tmp_path, *wants, patch=HIGH_WATER.format(out) + patch)
    return [int(line.split()[1]) for line in out.read_text().splitlines()]


def one_line(path: Path, size: int) -> None:
    with path.open("wb") as crontab:
        for _ in range(size // MIB):
            crontab.write(b"x" * MIB)


@pytest.mark.parametrize("size", [64 * MIB, pytest.param(1 << 30, marks=pytest.mark.slow)])
def test_one_endless_line_fits_into_64_mib(tmp_path: Path, size: int) -> None:
    one_line(tmp_path / "crontab", size)
    found = peaks(tmp_path, Want("/crontab"), Want("/crontab", select="y"), Want("/crontab", digest=1 << 31))
    (tmp_path / "crontab").unlink()
    assert len(found) == 2
    assert max(found) < 64 * 1024


def test_a_large_file_wanted_whole_fits_into_64_mib(tmp_path: Path) -> None:
    one_line(tmp_path / "status", 32 * MIB)
    assert max(peaks(tmp_path, Want("/status", read=32 * MIB))) < 64 * 1024
    assert len(entry_of(tmp_path, "/status", Want("/status", read=32 * MIB)).data) == 32 * MIB


@pytest.mark.slow
def test_a_flood_of_names_is_bounded(tmp_path: Path) -> None:
    for number in range(120_000):
        os.close(os.open(tmp_path / (f"{number:06}" + "x" * 200), os.O_CREAT | os.O_WRONLY))
    found = peaks(tmp_path, Want("/*"))
    shutil.rmtree(tmp_path)
    assert max(found) < 256 * 1024


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_strace_sees_no_write_and_no_program(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    hostile.plant(root)
    log = tmp_path / "log"
    task = program(str(root), False, Request((Want("/**"), Want("/etc/cron.daily/*"))))
    trace = ["strace", "-f", "-o", str(log), "-e", "trace=file,desc,process,network"]
    command = [*trace, sys.executable, "-I", "-S", "-E", "-B", "-"]
    done = subprocess.run(command, input=task, capture_output=True, env={}, check=False)
    if done.returncode and b"PTRACE" in done.stderr:
        pytest.skip("nothing can be traced here")
    assert done.returncode == 0
    calls = [line.split(maxsplit=1)[1] for line in log.read_text("utf-8", "replace").splitlines()]
    assert [call for call in calls if WRITES.search(call)] == []
    assert sum(call.startswith("execve(") for call in calls) == 1
    for name in ("fifo", "socket", "zero", "disk"):
        opened = [call for call in calls if f'"{name}"' in call and call.startswith("open")]
        assert opened
        assert all("O_PATH" in call for call in opened)
