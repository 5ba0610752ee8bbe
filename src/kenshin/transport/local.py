"""A channel to this machine: a Python of its own, apart from ours."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from kenshin.model.errors import CollectorError
from kenshin.transport.channel import ARGUMENTS

DEADLINE = 900.0  # seconds for one round of collection


@dataclass(frozen=True, slots=True)
class LocalChannel:
    """Runs a program with `python3 -I -S -E -B -` on this machine; it is killed after `deadline` seconds."""

    python: str = sys.executable
    deadline: float = DEADLINE

    def run(self, program: bytes) -> Iterator[bytes]:
        """See Channel.run."""
        try:
            process = subprocess.Popen(
                [self.python, *ARGUMENTS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},
                close_fds=True,
            )
        except OSError as error:
            raise CollectorError(f"cannot start {self.python}: {error}") from error
        timer = threading.Timer(self.deadline, process.kill)
        timer.start()
        try:
            yield from _lines(process, program)
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def _lines(process: subprocess.Popen[bytes], program: bytes) -> Iterator[bytes]:
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    assert stdin is not None and stdout is not None and stderr is not None
    complaints: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(stderr, complaints), daemon=True)
    reader.start()
    with contextlib.suppress(BrokenPipeError):  # the exit code below tells why
        stdin.write(program)
        stdin.close()
    printed = 0
    for line in stdout:
        printed += 1
        yield line
    code = process.wait()
    reader.join(timeout=1.0)
    if code != 0 and not printed:
        said = b"".join(complaints).decode("utf-8", "replace").strip().splitlines()
        raise CollectorError(f"it ended with code {code}: {said[-1] if said else 'no message'}", "collector")


def _drain(stream: IO[bytes], kept: list[bytes]) -> None:
    for number, line in enumerate(stream):
        if number < 100:
            kept.append(line[:1000])
