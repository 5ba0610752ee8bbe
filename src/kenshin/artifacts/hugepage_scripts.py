"""Units, udev rules, start and login scripts that set huge pages or the processor's registers."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kenshin.artifacts import script
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Origin, Record
from kenshin.shell.act import Act, Run, Write
from kenshin.shell.acts import Context
from kenshin.shell.command import Command, job

OWN_UNITS = ("/etc/systemd/system/", "/run/systemd/system/", "/usr/local/lib/systemd/system/")
PACKAGED_UNITS = ("/usr/lib/systemd/system/", "/lib/systemd/system/")
UNITS = tuple(Want(f"{directory}**") for directory in (*OWN_UNITS, *PACKAGED_UNITS))
RULES = tuple(f"{place}/udev/rules.d/" for place in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"))
LOGIN = (
    "/etc/profile",
    "/etc/profile.d/*",
    "/etc/bash.bashrc",
    "/etc/bashrc",
    "/etc/zsh/*",
    *(f"/root/{name}" for name in (".bashrc", ".profile", ".bash_profile", ".bash_login", ".zshrc")),
)
START = (
    "/etc/init.d/*",
    "/etc/rc.d/init.d/*",
    "/etc/inittab",
    "/etc/network/interfaces",
    "/etc/network/interfaces.d/*",
    "/etc/network/if-*.d/*",
    "/etc/NetworkManager/dispatcher.d/**",
    "/etc/networkd-dispatcher/**",
    "/etc/update-motd.d/*",
    "/etc/systemd/system-generators/*",
    "/etc/systemd/system-sleep/*",
    "/usr/lib/systemd/system-sleep/*",
    "/etc/libvirt/hooks/**",
    "/var/lib/cloud/scripts/**",
)
WANTS = (
    *UNITS,
    *(Want(f"{place}*.rules") for place in RULES),
    *(Want(path, text=True) for path in (*LOGIN, *START)),
)
PROGRAMS = ("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")  # compiled, and their packages answer for them
_TELLING = re.compile(r"nr_(?:overcommit_)?hugepages|hugeadm|\bwrmsr\b|\bmsr\b")
_RUN = re.compile(r'(?:RUN|PROGRAM)(?:\{[a-z]*\})?\s*\+?:?=\s*"((?:[^"\\]|\\.)*)"')
_SYSCTL = re.compile(r'SYSCTL\{([^}"]+)\}\s*:?=\s*"([^"]*)"')
_STARTED = re.compile(r"\s*(?:(?:pre-|post-)?up\s|[^#:\s][^:\s]*:[^:\s]*:[a-z]+:)\s*(.*)")
_ORDER = ("Before", "After", "Wants", "Requires", "BindsTo", "PartOf", "RequiredBy", "WantedBy")


@dataclass(frozen=True, slots=True)
class UnitStart(Record):
    """What one unit outside of the packages' directory starts; `near` are the units it names."""

    unit: str
    programs: tuple[str, ...]
    near: tuple[str, ...]

    @property
    def shown(self) -> bool:
        """It says nothing of huge pages by itself."""
        return False


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of one file that touch huge pages or machine registers, and what a unit starts."""
    entry, path = asked.entry, asked.path
    if path != entry.path and entry.path.startswith((*OWN_UNITS, *PACKAGED_UNITS)):
        return  # a link of one unit to another: the unit itself is read where it stands
    if path.startswith(OWN_UNITS):
        yield from _unit(entry)
    elif not _TELLING.search(entry.text):
        return
    elif path.startswith(PACKAGED_UNITS):
        yield from (item for item in _unit(entry) if not isinstance(item, UnitStart))
    elif path.startswith(RULES):
        yield from _rules(entry)
    elif path.startswith(("/etc/network/interfaces", "/etc/inittab")):
        yield from _started(entry)
    else:
        login = any(Want(pattern).matches(path) for pattern in LOGIN)
        trigger = "at login" if login else "when the system starts it"
        pattern = Command(entry.origin(), "", "hugepages", trigger, "root")
        yield from filter(_tells, script.commands(entry, pattern))


def assignments(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Line, whole text, key and value of each assignment of a unit file: systemd.syntax(7)."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        start = index
        while lines[index].endswith("\\") and index + 1 < len(lines):
            index += 1
        index += 1
        whole = "\n".join(lines[start:index])
        key, equals, value = whole.partition("=")
        if equals and not key.lstrip().startswith(("#", ";", "[")):
            yield start + 1, whole, key.strip(), value.replace("\\\n", " ").strip()


def more(_evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """The scripts that units run."""
    for record in records:
        if isinstance(record, UnitStart):
            for path in record.programs:
                if "*" not in path and not path.startswith((*PROGRAMS, *script.PSEUDO)):
                    yield Want(path, text=True)


def _unit(entry: Entry) -> Iterator[Record | Unparsed]:
    pairs = list(assignments(entry.text))
    unit = posixpath.basename(entry.path)
    user = next((value for _, _, key, value in pairs if key == "User"), "root")
    programs: list[str] = []
    first: Record | None = None
    for line, text, key, value in pairs:
        if not key.startswith("Exec"):
            continue
        record = Command(
            Origin(entry.path, line, entry.view), text, "hugepages", f"when systemd starts {unit}", user
        )
        first = first or record
        code = value.lstrip("-@:+!|").replace("$$", "$").replace("%%", "%")
        for item in job(record, code, Context(cwd="/", home="/root")):
            if isinstance(item, Command):
                programs += (path for path in item.programs if path.startswith("/"))
                if _tells(item):
                    yield item
            elif _TELLING.search(text):
                yield item
    if first is not None:
        near = [name for _, _, key, value in pairs if key in _ORDER for name in value.split()]
        yield UnitStart(first.origin, first.text, unit, tuple(dict.fromkeys(programs)), tuple(near))


def _rules(entry: Entry) -> Iterator[Record | Unparsed]:
    """What udev rules run, and the kernel parameters that they set: udev(7)."""
    for line, text in enumerate(entry.text.split("\n"), start=1):
        if text.lstrip().startswith("#") or not _TELLING.search(text):
            continue
        record = Command(entry.origin(line), text, "hugepages", "when udev sees a device", "root")
        for code in _RUN.findall(text):
            yield from filter(_tells, job(record, code.replace('\\"', '"'), Context(cwd="/", home="/root")))
        for name, value in _SYSCTL.findall(text):
            path = "/proc/sys/" + name.replace(".", "/")
            yield from filter(_tells, (replace(record, acts=(Write(line, text, path, "SYSCTL", value),)),))


def _started(entry: Entry) -> Iterator[Command | Unparsed]:
    """What interfaces(5) and inittab(5) run."""
    for line, text in enumerate(entry.text.split("\n"), start=1):
        found = _STARTED.match(text)
        if found and _TELLING.search(text):
            record = Command(entry.origin(line), text, "hugepages", "when the system starts it", "root")
            yield from filter(_tells, job(record, found[1], Context(cwd="/", home="/root")))


def _tells(item: Record | Unparsed) -> bool:
    """Whether it changes what we look for, or may: reading a knob is nobody's business."""
    return not isinstance(item, Command) or any(map(_changes, item.acts))


def _changes(act: Act) -> bool:
    if isinstance(act, Write):
        return _TELLING.search(f"{act.path} {act.detail}") is not None
    loads = isinstance(act, Run) and act.name in ("modprobe", "insmod") and "msr" in act.argv
    return loads or (isinstance(act, Run) and act.name in ("hugeadm", "wrmsr"))


ARTIFACT = Artifact("hugepage_scripts", WANTS, parse, more)
