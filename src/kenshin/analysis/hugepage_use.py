"""Who uses the huge pages of one host: by configuration, and by what the processes hold now."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kenshin.analysis.case import Case
from kenshin.analysis.hugepages import HugePages
from kenshin.artifacts.hugepage_consumers import HugePageConsumer
from kenshin.artifacts.hugepage_databases import DatabaseSetting
from kenshin.artifacts.hugepage_users import HugePageMount, HugePageUser, SharedSegment
from kenshin.artifacts.hugepages import SHM_GROUP, HugePageSetting
from kenshin.model.attestation import Scope
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

SLACK_PAGES = 256  # more than its need that nobody would call odd
POSTGRESQL_DEFAULT = 128 << 10  # shared_buffers, in KiB
MYSQL_DEFAULT = 128 << 10  # innodb_buffer_pool_size
ODD_PLACES = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/", "/memfd:", "/dev/fd/", "/proc/")  # noqa: S108
DELETED = " (deleted)"
OPTIONS = ("--huge-dir", "--socket-mem", "--socket-limit")  # of programs that process packets
OFF = ("off", "false", "no", "0")
_AMOUNT = re.compile(r"([0-9]{1,15})\s*([kmgtb]{0,2})")
_SCALE = {"b": -10, "k": 0, "kb": 0, "m": 10, "mb": 10, "g": 20, "gb": 20, "t": 30, "tb": 30}


@dataclass(frozen=True, slots=True)
class Consumer:
    """A program that may rightly use the pages: the line that says so, its need in KiB where known."""

    who: str
    because: str
    need: int | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds pages: its program, why it is odd (or nothing), who vouches (or nothing)."""

    user: HugePageUser
    program: str
    command: str
    odd: str
    voucher: str

    def __str__(self) -> str:
        """One line for a reader."""
        said = self.odd or (
            f"vouched for by {self.voucher}" if self.voucher else "nobody vouches for its program"
        )
        return (
            f"process {self.user.process} holds {self.user.held} KiB: {self.program} [{self.command}]: {said}"
        )


@dataclass(frozen=True, slots=True)
class Use:
    """All consumers and holders, what was looked at in vain, and what of the used pages nobody shows."""

    consumers: tuple[Consumer, ...]
    holders: tuple[Holder, ...]
    rejected: tuple[str, ...]
    gap: int

    @property
    def strangers(self) -> tuple[Holder, ...]:
        """Who holds pages and has no business to: an odd place, or a program that nobody knows."""
        lone = not self.consumers
        return tuple(h for h in self.holders if h.odd or (lone and not h.voucher))

    @property
    def known(self) -> tuple[Holder, ...]:
        """Who holds pages with a program that somebody vouches for."""
        return tuple(holder for holder in self.holders if holder.voucher and not holder.odd)

    def excess(self, reserved: int, page: int) -> int:
        """What is reserved where that is far beyond all needs, else 0, also where a need is unknown (KiB)."""
        needs = [consumer.need for consumer in self.consumers]
        if self.known or not needs or None in needs:
            return 0
        need = sum(need for need in needs if need is not None)
        return reserved if reserved > 2 * need + SLACK_PAGES * page else 0

    @property
    def explains(self) -> bool:
        """Whether anybody has business with huge pages."""
        return bool(self.consumers or self.known)


def use(case: Case, pages: HugePages) -> Use:
    """Who uses the pages, configured and live."""
    rejected: list[str] = []
    databases = (*_postgresql(case, pages, rejected), *_mysql(case, rejected), *_oracle(case, rejected))
    consumers = (*_plain(case), *_started(case), *databases)
    holders = tuple(_holder(case, user) for user in case.of(HugePageUser))
    return Use(consumers, holders, tuple(rejected), _gap(case, pages, holders))


def explanation(case: Case, pages: HugePages) -> str:
    """Who uses the pages, as the end of a sentence; nothing where nobody does."""
    found = use(case, pages)
    names = [f"{c.who} ({c.because})" for c in found.consumers] + [f"{h.program}" for h in found.known]
    return "used by " + ", ".join(dict.fromkeys(names)) if names else ""


def _said(record: Record) -> str:
    return f"{record.origin}: {record.text.strip()}"


def _started(case: Case) -> Iterator[Consumer]:
    """What a start-up line runs with the options of packet processing, from no odd place."""
    for command in case.commands:
        for run in command.runs:
            options = any(word.startswith(OPTIONS) for word in run.argv)
            if (options or run.name.startswith("dpdk-")) and not (run.path or "").startswith(ODD_PLACES):
                yield Consumer("DPDK", _said(command))


def _plain(case: Case) -> Iterator[Consumer]:
    groups = [s for s in case.of(HugePageSetting) if s.knob == SHM_GROUP and s.value]
    for record in case.of(HugePageConsumer):
        if record.sure:
            yield Consumer(record.who, _said(record), record.need)
        elif groups:
            yield Consumer(record.who, f"{_said(record)}; {_said(groups[0])}")


def _settings(case: Case, program: str) -> dict[str, dict[str, DatabaseSetting]]:
    """The last setting of each name by instance."""
    found: dict[str, dict[str, DatabaseSetting]] = {}
    for record in case.of(DatabaseSetting):
        if record.program == program:
            found.setdefault(record.instance, {})[record.name] = record
    return found


def _postgresql(case: Case, pages: HugePages, rejected: list[str]) -> Iterator[Consumer]:
    for cluster, named in _settings(case, "PostgreSQL").items():
        if "cluster" not in named and "huge_pages" not in named:
            continue
        asked = named.get("huge_pages")
        word = asked.value if asked else "try"
        buffers = named.get("shared_buffers")
        size = _kib(buffers.value, 8) if buffers else POSTGRESQL_DEFAULT
        need = size + size // 16 + (64 << 10)  # shared memory besides the buffers
        line = _said(asked or buffers or named["cluster"])
        if word in OFF:
            rejected.append(f"PostgreSQL {cluster} does not use huge pages ({line})")
        elif word != "try" or (2 * need >= pages.kib and (asked or size > POSTGRESQL_DEFAULT)):
            yield Consumer(f"PostgreSQL {cluster}", line, need)
        else:
            needs = f"it needs at most {need >> 10} MiB"
            rejected.append(f"PostgreSQL {cluster} would try huge pages, but {needs} ({line})")


def _mysql(case: Case, rejected: list[str]) -> Iterator[Consumer]:
    for named in _settings(case, "MySQL").values():
        large = named.get("large_pages")
        buffers = named.get("innodb_buffer_pool_size")
        size = _kib(buffers.value, 0) if buffers else MYSQL_DEFAULT
        if large is not None and large.value not in OFF:
            yield Consumer("MySQL", _said(large), size + size // 4 + (64 << 10))
        elif large is not None:
            rejected.append(f"MySQL does not use huge pages ({_said(large)})")


def _oracle(case: Case, rejected: list[str]) -> Iterator[Consumer]:
    for instance, named in _settings(case, "Oracle").items():
        large = named.get("use_large_pages")
        home = named.get("home")
        if large is not None and large.value in OFF:
            rejected.append(f"Oracle {instance} does not use huge pages ({_said(large)})")
        elif home is not None:
            sizes = [_kib(named[name].value, 0) for name in ("sga_max_size", "sga_target") if name in named]
            yield Consumer(f"Oracle {instance}", _said(home), max(sizes) + (64 << 10) if any(sizes) else None)


def _kib(text: str, block: int) -> int:
    """An amount as databases write it, in KiB; without a unit in blocks of so many KiB, or in bytes."""
    found = _AMOUNT.match(text.lower())
    if found is None:
        return 0
    if not found[2]:
        return int(found[1]) * block if block else int(found[1]) >> 10
    scale = _SCALE.get(found[2], 0)
    return int(found[1]) << scale if scale >= 0 else int(found[1]) >> -scale


def _holder(case: Case, user: HugePageUser) -> Holder:
    link = case.evidence.entries.get((user.exe, "libc"))
    program = link.link if link else ""
    shown = case.evidence.file(f"/proc/{user.process}/cmdline")
    command = " ".join(shown.text.split("\0")).strip() if shown else ""
    name = program.removesuffix(DELETED)
    word = case.word_for_file(name) if name else None
    vouched = word is not None and word.scope is Scope.CONTENT
    odd = ""
    if name.rpartition("/")[2].lower() in case.indicators.get("malware.programs", ()):
        odd = "its program has the name of a miner or of malware"
    elif not vouched and (name.startswith(ODD_PLACES) or "/." in name):
        odd = "its program stands in a temporary or hidden place"
    elif program.endswith(DELETED) and word is None:
        odd = "its program was deleted"
    return Holder(user, program or "(unknown program)", command, odd, word.who if word and vouched else "")


def _gap(case: Case, pages: HugePages, holders: Sequence[Holder]) -> int:
    """KiB that are used, but by nobody who shows himself; 0 where not every process could be asked."""
    evidence = case.evidence
    asked = [entry for entry in evidence if entry.path.startswith("/proc/") and "/smaps" in entry.path]
    if not evidence.header.live or not asked or any(e.outcome is Outcome.DENIED for e in asked):
        return 0
    roots = tuple(f"{mount.directory}/" for mount in case.of(HugePageMount))
    files = sum(e.size >> 10 for e in evidence if e.is_file and roots and e.path.startswith(roots))
    page = pages.pool.page << 10
    segments = sum(s.resident >> 10 for s in case.of(SharedSegment) if s.size % page == 0)
    return max(0, pages.pool.used - sum(holder.user.held for holder in holders) - files - segments)
