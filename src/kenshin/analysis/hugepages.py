"""Huge pages of one host: what reserves them, which line of several wins, and what scripts do to them."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kenshin.analysis.case import Case
from kenshin.artifacts.hugepage_scripts import UnitStart
from kenshin.artifacts.hugepages import (
    KNOBS,
    POOL,
    SHM_GROUP,
    SYSCTL,
    SYSCTL_DIRECTORIES,
    TMPFILES_DIRECTORIES,
    HugePageSetting,
    HugePageState,
    knob_at,
    number,
)
from kenshin.artifacts.kernel_module_options import ModuleOption
from kenshin.model.attestation import Scope
from kenshin.model.origin import Record
from kenshin.shell.act import Run, Write
from kenshin.shell.command import Command

DEFAULT_PAGE = 2048  # KiB, on x86-64 and on arm64 with small pages
SYSCTL_FILES = ("/etc/sysctl.conf", "/etc/sysctl.d/", "/usr/lib/sysctl.d/", "/run/sysctl.d/")
NO_CONTENT = ("touch", "chmod", "chown", "chgrp", "chattr", "rm", "unlink", "mkdir", "ln")
_BOOT_ORDER = ("/etc/", "/boot/loader/", "/boot/", "/efi/", "/proc/")
_ASSIGNMENT = re.compile(rf"\bvm[./]({'|'.join(KNOBS[:3])})\s*=\s*(\S+)")
_POOL_OPTION = re.compile(r"--pool-pages-(?:min|max)(?:=|$)")


@dataclass(frozen=True, slots=True)
class Reservation:
    """A line that reserves pages, and further lines that say the same (`also`)."""

    record: Record
    knob: str
    kib: int | None
    also: tuple[Record, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class Pool:
    """What the kernel holds now, in pages of `page` KiB."""

    total: int = 0
    free: int = 0
    page: int = DEFAULT_PAGE
    others: int = 0  # KiB in pools of other page sizes

    @property
    def used(self) -> int:
        """KiB that somebody holds."""
        return max(0, self.total - self.free) * self.page


@dataclass(frozen=True, slots=True)
class Written:
    """A knob that a command sets; value None where it is known only when it runs."""

    knob: str
    value: int | None
    page: int


@dataclass(frozen=True, slots=True)
class HugePages:
    """Everything about huge pages that detections share."""

    reservations: tuple[Reservation, ...]
    losing: tuple[HugePageSetting, ...]
    scripted: Mapping[Command, tuple[Written, ...]] = field(default_factory=dict)
    live: tuple[HugePageState, ...] = ()
    pool: Pool = field(default_factory=Pool)

    @property
    def kib(self) -> int:
        """The most that is reserved, configured or live, as far as it is known."""
        known = [reservation.kib for reservation in self.reservations if reservation.kib is not None]
        scripted = [
            (w.value or 0) * (w.page or self.pool.page) for found in self.scripted.values() for w in found
        ]
        return max((self.pool.total * self.pool.page + self.pool.others, *known, *scripted))

    @property
    def any(self) -> bool:
        """Whether anything reserves pages."""
        return bool(self.reservations or self.scripted or self.live)


def huge_pages(case: Case) -> HugePages:
    """What reserves huge pages on a host."""
    pool = _pool(case)
    settings = _unmasked(case)
    winners = _winners(settings)
    others = [setting for setting in settings if setting.route != "sysctl"]
    active = [setting for setting in (*winners, *others) if setting.reserves]
    return HugePages(
        reservations=tuple(_folded(active, pool.page)),
        losing=tuple(s for s in settings if s.reserves and s.origin not in {a.origin for a in active}),
        scripted={
            command: written
            for command in case.commands
            if (written := tuple(knobs_set(command))) and not _vouched(case, command)
        },
        live=tuple(state for state in case.of(HugePageState) if state.shown),
        pool=pool,
    )


def _vouched(case: Case, command: Command) -> bool:
    word = case.attestation(command)
    return word is not None and word.scope is Scope.CONTENT


def _pool(case: Case) -> Pool:
    states = list(case.of(HugePageState))
    named = {state.knob: state.value for state in states if not state.node and not state.page}
    page = named.get("Hugepagesize", 0) or DEFAULT_PAGE
    total = max(named.get("HugePages_Total", 0), named.get(POOL, 0))
    others = sum(
        s.value * s.page for s in states if s.knob == POOL and s.page not in (0, page) and not s.node
    )
    own = [s.value for s in states if s.knob == POOL and s.page == page and not s.node]
    total = max(total, *own, 0)
    return Pool(total, named.get("HugePages_Free", total), page, others)


def _unmasked(case: Case) -> list[HugePageSetting]:
    """The settings without those in files that one of the same name in an earlier directory replaces."""
    first: dict[tuple[int, str], str] = {}
    families = (SYSCTL_DIRECTORIES, TMPFILES_DIRECTORIES)
    ranks = {
        directory: (which, rank)
        for which, family in enumerate(families)
        for rank, directory in enumerate(family)
    }
    for entry in case.evidence:
        directory, _, name = entry.path.rpartition("/")
        if directory in ranks and entry.type is not None:
            which, rank = ranks[directory]
            known = first.get((which, name))
            if known is None or rank < ranks[posixpath.dirname(known)][1]:
                first[(which, name)] = entry.path
    shadows = set(first.values())
    return [
        setting
        for setting in case.of(HugePageSetting)
        if posixpath.dirname(setting.asked) not in ranks or setting.asked in shadows
    ]


def _winners(settings: Iterable[HugePageSetting]) -> list[HugePageSetting]:
    """The last line for each knob, by file name, as systemd has it and as procps has it.

    They differ in /etc/sysctl.conf: by the name of a link to it (99-sysctl.conf), or behind all others.
    """
    lines = [setting for setting in settings if setting.route == "sysctl"]

    def by_name(setting: HugePageSetting) -> tuple[int, str, int]:
        directory, _, name = setting.asked.rpartition("/")
        later = 0 if directory in SYSCTL_DIRECTORIES else 1 if setting.asked in SYSCTL else 2
        return later, name, setting.origin.line or 0

    linked = {setting.origin for setting in lines if setting.asked not in SYSCTL}
    systemd = [setting for setting in lines if setting.asked not in SYSCTL or setting.origin not in linked]
    won: dict[HugePageSetting, None] = {}
    for order in (lines, systemd):
        last = {(setting.knob, setting.page): setting for setting in sorted(order, key=by_name)}
        won.update(dict.fromkeys(last.values()))
    seen: dict[object, HugePageSetting] = {}
    for setting in won:
        seen.setdefault((setting.origin, setting.knob), setting)
    return list(seen.values())


def _folded(active: Iterable[HugePageSetting], page: int) -> Iterator[Reservation]:
    """Kernel parameters stand in several files, of which one makes the others: told once, by the first."""
    boot: dict[tuple[str, int | None, int], list[HugePageSetting]] = {}
    for setting in active:
        if setting.route == "boot":
            boot.setdefault((setting.knob, setting.value, setting.page), []).append(setting)
        else:
            yield Reservation(setting, setting.knob, _kib(setting, page))
    for lines in boot.values():
        lines.sort(
            key=lambda s: next((i for i, p in enumerate(_BOOT_ORDER) if s.origin.path.startswith(p)), 9)
        )
        yield Reservation(lines[0], lines[0].knob, _kib(lines[0], page), tuple(lines[1:]))


def _kib(setting: HugePageSetting, page: int) -> int | None:
    return None if setting.value is None else setting.value * (setting.page or page)


def knobs_set(command: Command) -> Iterator[Written]:
    """What a command sets aside, other than nothing: a knob, a line of sysctl's files, hugeadm's pools."""
    for act in command.acts:
        if isinstance(act, Write) and act.how not in NO_CONTENT:
            found = knob_at(act.path)
            if found and found[0] != SHM_GROUP and number(act.detail) != 0:
                yield Written(found[0], number(act.detail), found[1])
            elif act.path.startswith(SYSCTL_FILES):
                for knob, value in _ASSIGNMENT.findall(act.detail):
                    if number(value) != 0:
                        yield Written(knob, number(value), 0)
        elif isinstance(act, Run) and act.name == "hugeadm" and any(map(_POOL_OPTION.match, act.argv)):
            yield Written(POOL, None, 0)


def registers_written(command: Command) -> Iterator[str]:
    """What a command does to let programs write machine registers, or that it writes them itself."""
    for act in command.acts:
        if (isinstance(act, Run) and act.name == "wrmsr") or (
            isinstance(act, Run) and act.name in ("modprobe", "insmod") and "msr" in act.argv[1:]
        ):
            yield " ".join(act.argv)
        elif isinstance(act, Write) and act.path == "/sys/module/msr/parameters/allow_writes":
            yield f"{act.detail} > {act.path}"


def writes_allowed(case: Case) -> Iterator[ModuleOption]:
    """The options by which the msr module lets programs write machine registers."""
    for option in case.of(ModuleOption):
        if (
            option.module == "msr"
            and option.option == "allow_writes"
            and option.value.lower() in ("on", "1", "y")
        ):
            yield option


def started_near(case: Case, command: Command) -> list[UnitStart]:
    """The units before or after which a unit with this command starts: for whom the pages may be meant."""
    units = list(case.of(UnitStart))
    mine = [unit for unit in units if unit.origin.path == command.origin.path]
    names = {name for unit in mine for name in unit.near}
    own = {unit.unit for unit in mine}
    return [unit for unit in units if unit not in mine and (unit.unit in names or own & set(unit.near))]
