"""Who holds huge pages now, asked only where there are some: proc_pid_smaps(5), hugetlbfs, segments."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kenshin.artifacts.hugepages import HugePageState
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

SELECT = r"_Hugetlb:\s+[1-9]"
ROLLUP = "/proc/self/smaps_rollup"
MOUNTS = "/proc/self/mountinfo"
SEGMENTS = "/proc/sysvipc/shm"
FIRST = (
    Want(ROLLUP, read=0, digest=0, live=True),
    Want("/proc/*/smaps_rollup", digest=0, select=SELECT, live=True),
    Want(MOUNTS, digest=0, live=True),
    Want(SEGMENTS, digest=0, live=True),
)
WITHOUT_ROLLUP = Want("/proc/*/smaps", digest=0, select=SELECT, live=True)  # before Linux 4.14
_HELD = re.compile(r"(?:Private|Shared)_Hugetlb:\s+([0-9]{1,15}) kB")
_PROCESS = re.compile(r"/proc/([0-9]{1,10})/smaps(?:_rollup)?")
_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class HugePageUser(Record):
    """A process with the huge pages that it has mapped, in KiB; who it is stands below /proc/`process`."""

    process: int
    held: int

    @property
    def exe(self) -> str:
        """The link to its program."""
        return f"/proc/{self.process}/exe"


@dataclass(frozen=True, slots=True)
class HugePageMount(Record):
    """A hugetlbfs mount, whose files hold pages."""

    directory: str


@dataclass(frozen=True, slots=True)
class SharedSegment(Record):
    """A System V segment, perhaps of huge pages: who made it, and what of it is in memory, in bytes."""

    size: int
    resident: int
    user: int
    process: int


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """What one file of /proc says of huge pages."""
    if asked.path == MOUNTS:
        yield from _mounts(asked)
    elif asked.path == SEGMENTS:
        yield from _segments(asked)
    else:
        found = _PROCESS.fullmatch(asked.entry.path)
        held = sum(map(int, _HELD.findall(asked.entry.text)))
        if found and held:
            yield HugePageUser(asked.entry.origin(), f"{held} kB of huge pages", int(found[1]), held)


def more(evidence: Evidence, records: Sequence[Record]) -> Iterator[Want]:
    """Nothing where the kernel has no huge pages; else who maps them, and then who these processes are."""
    if not any(isinstance(record, HugePageState) and held(record) for record in records):
        return
    yield from FIRST
    rollup = evidence.entries.get((ROLLUP, "libc"))
    if rollup is not None and rollup.outcome is Outcome.ABSENT:
        yield WITHOUT_ROLLUP
    for record in records:
        if isinstance(record, HugePageUser):
            yield from _identity(record, evidence)
        elif isinstance(record, HugePageMount) and "*" not in record.directory:
            yield Want(f"{record.directory}/**", read=0, digest=0, live=True)


def held(state: HugePageState) -> bool:
    """Whether a number says that the kernel holds pages, used or free."""
    return state.value > 0 and state.knob in ("nr_hugepages", "HugePages_Total", "surplus_hugepages")


def _identity(user: HugePageUser, evidence: Evidence) -> Iterable[Want]:
    for name in ("comm", "cmdline"):
        yield Want(f"/proc/{user.process}/{name}", read=65536, digest=0, live=True)
    yield Want(user.exe, read=0, live=True)
    link = evidence.entries.get((user.exe, "libc"))
    program = link.link.removesuffix(" (deleted)") if link else ""
    if program.startswith("/") and "*" not in program:
        yield Want(program, read=0, live=True)


def _mounts(asked: Asked) -> Iterator[Record]:
    for line, text in enumerate(asked.entry.text.split("\n"), start=1):
        before, dash, after = text.partition(" - ")
        fields = before.split(" ")
        if dash and after.split(" ")[0] == "hugetlbfs" and len(fields) > 4:
            directory = _ESCAPE.sub(lambda found: chr(int(found[1], 8)), fields[4])
            yield HugePageMount(asked.entry.origin(line), text, directory)


def _segments(asked: Asked) -> Iterator[Record | Unparsed]:
    lines = asked.entry.text.split("\n")
    names = lines[0].split()
    wanted = ("size", "rss", "uid", "cpid")
    for line, text in enumerate(lines[1:], start=2):
        fields = dict(zip(names, text.split(), strict=False))
        if all(fields.get(name, "").isdecimal() for name in wanted):
            size, rss, user, process = (int(fields[name]) for name in wanted)
            yield SharedSegment(asked.entry.origin(line), text, size, rss, user, process)
        elif text.strip():
            yield Unparsed(asked.entry.origin(line), text, "not a line of shared memory segments")


ARTIFACT = Artifact("hugepage_users", (), parse, more)
