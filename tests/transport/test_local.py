"""The channel to this machine bears whatever the other end does."""

import os
import sys
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from kenshin.model.errors import CollectorError
from kenshin.transport.channel import LINE_LIMIT
from kenshin.transport.local import LocalChannel


def run(program: str, deadline: float = 20.0) -> Generator[bytes, None, None]:
    return LocalChannel(deadline=deadline).run(program.encode())


def gone(process: int) -> bool:
    """Whether a process ends within a second; one that is dead and not waited for has ended."""
    for _ in range(100):
        try:
            if " Z " in Path(f"/proc/{process}/stat").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_lines_come_as_they_are_printed() -> None:
    program = "import time\nprint('a', flush=True)\ntime.sleep(60)"
    with closing(run(program)) as lines:
        assert next(lines) == b"a\n"


def test_the_other_end_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/tmp")
    program = """
import os, sys
os.environ.pop("LC_CTYPE", "")  # which Python may set for itself
print(dict(os.environ), sys.flags.isolated, sys.flags.no_site, os.getsid(0) == os.getpid())
"""
    assert list(run(program)) == [b"{} 1 1 True\n"]


def test_a_line_without_end_comes_in_pieces() -> None:
    pieces = list(run("import sys\nsys.stdout.write('x' * 3_000_000)"))
    assert [len(piece) for piece in pieces] == [LINE_LIMIT, LINE_LIMIT, 3_000_000 - 2 * LINE_LIMIT]


def test_endless_output_ends_when_nobody_reads_on() -> None:
    with closing(run("import os\nwhile True: print(os.getpid())")) as lines:
        process = int(next(lines))
    assert gone(process)


def test_its_children_end_with_it() -> None:
    program = "import os, time\nos.fork()\nprint(os.getpid(), flush=True)\ntime.sleep(60)"
    with closing(run(program)) as lines:
        processes = [int(next(lines)), int(next(lines))]
    assert all(map(gone, processes))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("", "ended with code 0: no message"),
        ("raise SystemExit(3)", "ended with code 3: no message"),
        ("raise SystemExit('mount /proc')", "ended with code 1: mount /proc"),
        ("1 / 0", "ended with code 1: ZeroDivisionError"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "ended with code -11"),
        ("this is no Python", "SyntaxError"),
    ],
)
def test_nothing_printed_is_an_error_that_says_why(program: str, said: str) -> None:
    with pytest.raises(CollectorError, match=said):
        list(run(program))


def test_what_was_printed_before_a_crash_comes_out() -> None:
    assert list(run("print('a', flush=True)\n1 / 0")) == [b"a\n"]


def test_a_flood_of_complaints_blocks_nothing() -> None:
    program = (
        "import sys\nfor _ in range(200): sys.stderr.write('x' * 100_000)\nraise SystemExit('\\nlast words')"
    )
    with pytest.raises(CollectorError, match="last words") as caught:
        list(run(program))
    assert len(str(caught.value)) < 5000


def test_it_is_killed_when_it_takes_too_long() -> None:
    started = time.monotonic()
    with pytest.raises(CollectorError, match="too long"):
        list(run("import time\ntime.sleep(60)", 0.5))
    assert list(run("import time\nprint('a', flush=True)\ntime.sleep(60)", 0.5)) == [b"a\n"]
    assert list(run("import time\nprint('a', flush=True)\nimport os\nos.close(1)\ntime.sleep(60)", 0.5)) == [
        b"a\n"
    ]
    assert time.monotonic() - started < 20


def test_one_that_does_not_read_is_no_deadlock(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!{sys.executable}\nimport os\nos.close(0)\nfor _ in range(9999): print('x' * 999)\n")
    python.chmod(0o755)
    lines = LocalChannel(str(python), 20.0).run(b"#" * 10_000_000)
    assert sum(map(len, lines)) == 9999 * 1000


@pytest.mark.parametrize("python", ["/nonexistent/python", "/etc/hostname", ""])
def test_without_a_python_it_says_so(python: str) -> None:
    with pytest.raises(CollectorError, match="cannot start"):
        list(LocalChannel(python).run(b""))


def test_nothing_stays_open(tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        list(run("print(1)"))
        with pytest.raises(CollectorError):
            list(run("1 / 0"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
