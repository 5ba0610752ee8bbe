"""Measures kenshin against its peers in one run, and writes the table into docs/performance.md.

    make bench                  what this machine lacks is installed first
    python bench/run.py [--runs 3] [--peers chkrootkit,debsums,lynis] [--print]

Every figure is a median. Runs of kenshin and of the peers take turns, so that a busy minute hurts them alike.
Memory is the resident peak of the largest process that a command and its children came to.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for when this file is run as a script
from tests.roots import build

PROJECT = Path(__file__).resolve().parents[1]
KENSHIN = Path(sys.executable).with_name("kenshin")
VERDICTS = (0, 10, 20, 30, 40)
PAGE = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- make bench writes from here -->", "<!-- to here -->"
STARTS = 20
GIBIBYTE = 1 << 30
# How each peer examines a root that is not running.
PEERS = {
    "chkrootkit": ("chkrootkit", "-q", "-r", "{root}"),
    "debsums": ("debsums", "-c", "-r", "{root}"),
    "lynis": ("lynis", "audit", "system", "--quick", "--quiet", "--rootdir", "{root}/"),
}
LIMITS = {"wall": 2.0, "memory": 300.0, "start": 0.15, "crontab": 64.0}  # seconds, MiB


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: seconds of wall clock, MiB of its largest process, exit code."""

    wall: float
    memory: float
    code: int


def measure(command: Sequence[str]) -> Run:
    """Runs a command with its output thrown away."""
    begun = time.perf_counter()
    process = (
        subprocess.Popen(  # wait4 below gives what subprocess.run would lose: the peak of the whole tree
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(wall, usage.ru_maxrss / 1024, process.returncode)


def shown_memory(run: Run) -> str:
    """MiB; a child never shows less than the process that started it, so that much is all that is known."""
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{run.memory:.0f}" if run.memory > floor + 2 else f"at most {run.memory:.0f}"


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure; the worst of the exit codes."""
    wall = statistics.median(run.wall for run in runs)
    return Run(wall, statistics.median(run.memory for run in runs), max(abs(run.code) for run in runs))


def examine(root: Path, peers: Sequence[str], rounds: int) -> dict[str, Run]:
    """The examination of one root by kenshin and each peer that is here, in turns after a warm-up."""
    commands: dict[str, tuple[str, ...]] = {
        "kenshin": (str(KENSHIN), "scan", f"root:{root}", "--format", "json")
    }
    for peer in peers:
        if shutil.which(peer):
            commands[peer] = tuple(part.format(root=root) for part in PEERS[peer])
        else:
            say(f"{peer} is not installed: left out (scripts/setup bench installs it)")
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            say(f"{name}, run {number} of {rounds}" if number else f"{name}, to warm up")
            run = measure(command)
            if name == "kenshin" and run.code not in VERDICTS:
                raise SystemExit(f"kenshin failed (exit {run.code}): {' '.join(command)}")
            if number:
                runs[name].append(run)
    return {name: median(found) for name, found in runs.items()}


def start_up() -> tuple[Run, Run]:
    """`kenshin --version`, and the interpreter doing nothing."""
    versions, bares = [], []
    for _ in range(STARTS):
        versions.append(measure((str(KENSHIN), "--version")))
        bares.append(measure((sys.executable, "-c", "pass")))
    return median(versions), median(bares)


def one_line_crontab() -> Run:
    """Collecting a root whose crontab is one line of 1 GiB, written out in full, nothing sparse."""
    with tempfile.TemporaryDirectory(prefix="kenshin-bench-", dir=build.cache_directory()) as place:
        crontab = Path(place, "root/var/spool/cron/crontabs/root")
        crontab.parent.mkdir(parents=True)
        with crontab.open("wb") as file:
            file.write(b"* * * * * echo ")
            for _ in range(GIBIBYTE >> 20):
                file.write(b"A" * (1 << 20))
        output = Path(place, "host.evidence")
        return measure((str(KENSHIN), "collect", f"root:{place}/root", "-o", str(output)))


def machine() -> str:
    """The machine in one line."""
    cpuinfo = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), "?")
    return f"{os.cpu_count()} x {model}, Linux {platform.release()}, Python {platform.python_version()}"


def package_count(root: Path) -> int:
    """How many packages dpkg knows in a root."""
    status = (root / "var/lib/dpkg/status").read_text("utf-8", "replace")
    return sum(line.startswith("Package: ") for line in status.splitlines())


def table(root: Path, examined: dict[str, Run], rounds: int) -> list[str]:
    """Peers beside kenshin, with what they take as multiples of what it takes."""
    ours = examined["kenshin"]
    lines = [
        f"A Debian 12 server root of {package_count(root)} packages, page cache warm, medians of {rounds}:",
        "",
        "| command | wall, s | of kenshin's | memory, MiB |",
        "|---|---:|---:|---:|",
    ]
    for name, run in examined.items():
        shown = f"kenshin scan root:ROOT (limit {LIMITS['wall']} s, {LIMITS['memory']:.0f} MiB)"
        if name != "kenshin":
            shown = " ".join(PEERS[name]).format(root="ROOT")
        lines.append(f"| `{shown}` | {run.wall:.2f} | {run.wall / ours.wall:.1f} x | {shown_memory(run)} |")
    return lines


def page(root: Path, examined: dict[str, Run], rounds: int) -> str:
    """Everything measured, as Markdown."""
    say("start-up")
    version, bare = start_up()
    say("a crontab of one line of 1 GiB")
    crontab = one_line_crontab()
    hostile = f"`kenshin collect`, a crontab of one line of 1 GiB (limit {LIMITS['crontab']:.0f} MiB)"
    lines = [
        f"Made by `make bench` on {machine()}.",
        "",
        *table(root, examined, rounds),
        "",
        f"| start-up, medians of {STARTS} | wall, s |",
        "|---|---:|",
        f"| `kenshin --version` | {version.wall:.3f} |",
        f"| `python3 -c pass` | {bare.wall:.3f} |",
        f"| the difference (limit {LIMITS['start']} s) | {version.wall - bare.wall:.3f} |",
        "",
        "| hostile input, one run | wall, s | memory, MiB |",
        "|---|---:|---:|",
        f"| {hostile} | {crontab.wall:.2f} | {shown_memory(crontab)} |",
        "",
    ]
    return "\n".join(lines)


def write(text: str) -> None:
    """Puts the text between the markers of docs/performance.md."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", "utf-8")
    say(f"written to {PAGE.relative_to(PROJECT)}")


def say(text: str) -> None:
    """Progress, beside the output."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated")
    parser.add_argument(
        "--print", action="store_true", help="print the table, leave docs/performance.md alone"
    )
    given = parser.parse_args(arguments)
    try:
        root = build.build("server", build.cache_directory())
    except build.BuildError as error:
        say(f"no server root to examine: {error}")
        return 1
    examined = examine(root, [peer for peer in given.peers.split(",") if peer in PEERS], given.runs)
    text = page(root, examined, given.runs)
    if given.print:
        print(text)
    else:
        write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
