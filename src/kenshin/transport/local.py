"""A channel to this machine: a Python of its own, apart from ours."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass
from typing import IO

from kenshin.model.errors import CollectorError
from kenshin.transport.channel import ARGUMENTS, LINE_LIMIT

DEADLINE = 900.0  # seconds for one round of collection
LAST_WORDS = 4096  # bytes of standard error that are kept


@dataclass(frozen=True, slots=True)
class LocalChannel:
    """Runs a program with `python3 -I -S -E -B -` on this machine; it is killed after `deadline` seconds."""

    python: str = sys.executable
    deadline: float = DEADLINE

    def run(self, program: bytes) -> Generator[bytes, None, None]:
        """See Channel.run."""
        try:
            process = subprocess.Popen(
                [self.python, *ARGUMENTS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                start_new_session=True,  # so that its children can be ended with it
            )
        except OSError as error:
            raise CollectorError(f"cannot start {self.python}: {error}") from error
        watch = threading.Timer(self.deadline, _end, (process,))
        watch.start()
        try:
            yield from _lines(process, program, watch)
        finally:
            watch.cancel()
            _end(process)
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                with contextlib.suppress(OSError):  # what was still to be written, to one that is gone
                    _there(stream).close()


def _lines(
    process: subprocess.Popen[bytes], program: bytes, watch: threading.Timer
) -> Generator[bytes, None, None]:
    last_words = bytearray()
    threads = (
        threading.Thread(target=_feed, args=(_there(process.stdin), program), daemon=True),
        threading.Thread(target=_drain, args=(_there(process.stderr), last_words), daemon=True),
    )
    for thread in threads:
        thread.start()
    stdout, printed = _there(process.stdout), False
    while line := stdout.readline(LINE_LIMIT):
        printed = True
        yield line
    code = process.wait()
    for thread in threads:
        thread.join(timeout=1.0)
    if printed:
        return
    words = bytes(last_words).decode("utf-8", "replace").strip().splitlines()
    how = "was killed, it took too long" if watch.finished.is_set() else f"ended with code {code}"
    raise CollectorError(f"the collector printed nothing and {how}: {words[-1] if words else 'no message'}")


def _there(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _feed(stream: IO[bytes], program: bytes) -> None:
    with contextlib.suppress(OSError):  # it ended before it had read all; its exit code tells why
        stream.write(program)
        stream.close()


def _drain(stream: IO[bytes], kept: bytearray) -> None:
    with contextlib.suppress(ValueError):  # closed under us, when it is over
        while block := stream.read(LAST_WORDS):
            kept += block
            del kept[:-LAST_WORDS]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
