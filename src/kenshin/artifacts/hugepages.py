"""What reserves huge pages: sysctl.d(5), kernel parameters, tmpfiles.d(5), and what the kernel holds now."""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kenshin.artifacts.environment import numbered
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.command import Command

POOL = "nr_hugepages"
SHM_GROUP = "hugetlb_shm_group"
KNOBS = (POOL, "nr_hugepages_mempolicy", "nr_overcommit_hugepages", SHM_GROUP)
COUNTS = ("free_hugepages", "resv_hugepages", "surplus_hugepages")
SYSCTL_DIRECTORIES = tuple(
    f"{place}/sysctl.d" for place in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
)
SYSCTL = ("/etc/sysctl.conf", "/etc/ufw/sysctl.conf")
TMPFILES_DIRECTORIES = tuple(
    f"{place}/tmpfiles.d"  # noqa: S108
    for place in ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
)
BOOT = (
    Want("/etc/default/grub"),
    Want("/etc/default/grub.d/*"),
    Want("/etc/kernel/cmdline"),
    Want("/etc/cmdline.d/*"),
    Want("/etc/tuned/bootcmdline"),
    Want("/boot/loader/entries/*.conf"),
    Want("/boot/efi/loader/entries/*.conf"),
    Want("/efi/loader/entries/*.conf"),
    Want("/boot/grub/grub.cfg"),
    Want("/boot/grub2/grub.cfg"),
    Want("/boot/efi/EFI/*/grub.cfg"),
    Want("/boot/grub2/grubenv"),
    Want("/boot/grub/grubenv"),
    Want("/boot/grub/menu.lst"),
    Want("/boot/extlinux/extlinux.conf"),
    Want("/proc/cmdline"),
)
LIVE = (
    *(Want(f"/proc/sys/vm/{knob}", read=4096) for knob in KNOBS),
    *(Want(f"/sys/kernel/mm/hugepages/*/{name}", read=4096) for name in (POOL, KNOBS[2], *COUNTS)),
    Want(f"/sys/devices/system/node/*/hugepages/*/{POOL}", read=4096),
    Want("/proc/meminfo", read=65536),
)
WANTS = (
    *(Want(f"{directory}/*.conf") for directory in SYSCTL_DIRECTORIES),
    *(Want(path) for path in SYSCTL),
    Want("/etc/tuned/*/tuned.conf"),
    *(Want(f"{directory}/*.conf") for directory in TMPFILES_DIRECTORIES),
    *BOOT,
    *LIVE,
)
SELECT = r"huge|vm\W+\*"  # of a file that only a command names: it may hold anything
GLOB_LIMIT = 256  # characters of a pattern that we compare
_NUMBER = re.compile(r"\+?(?:0[xX][0-9a-fA-F]{1,16}|[0-9]{1,24})")
_PAGE_DIRECTORY = re.compile(r"hugepages-([0-9]{1,9})kB(?:/|$)")
_LOAD = re.compile(r"-[a-oq-z]*p|-f$|--load\b")
_NODE = re.compile(r"/node/(node[0-9]+)/")
_PARAMETER = re.compile(
    r"(?<![\w.-])(default[_-]hugepagesz|hugepagesz|hugepages|hugetlb[_-]cma|"
    r"sysctl\.vm[./](?:nr_hugepages_mempolicy|nr_hugepages|nr_overcommit_hugepages))=([^\s\"'\\;]+)"
)
_SIZE = re.compile(r"([0-9]{1,15})([kKmMgGtT]?)[bB]?")
_MEMINFO = re.compile(r"(HugePages_(?:Total|Free|Rsvd|Surp)|Hugepagesize):\s*([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class HugePageSetting(Record):
    """One line that sets what the kernel sets aside.

    `value` in pages of `page` KiB (0: the default size), None where it is known only at run time.
    `route` is how it takes effect: `sysctl`, `boot` or `tmpfiles`; `asked` the path by which the
    host finds the file, where `origin` is what that path ends at.
    """

    knob: str
    value: int | None
    route: str
    page: int = 0
    asked: str = ""

    @property
    def reserves(self) -> bool:
        """Whether it sets pages aside, or lets that happen on demand."""
        return self.value != 0 and self.knob != SHM_GROUP

    @property
    def shown(self) -> bool:
        """Zero pages are no setting to show, nor is a group that may use them."""
        return self.reserves


@dataclass(frozen=True, slots=True)
class HugePageState(Record):
    """One number that the kernel gives now; `page` in KiB (0: default), `node` for one node alone."""

    knob: str
    value: int
    page: int = 0
    node: str = ""

    @property
    def shown(self) -> bool:
        """The pages set aside are shown, once."""
        whole_pool = self.origin.path == f"/proc/sys/vm/{self.knob}" or (self.page and not self.node)
        return self.value > 0 and self.knob in (POOL, KNOBS[2]) and bool(whole_pool)


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The settings that one file holds, or the numbers of one file that the kernel makes."""
    path = asked.path
    if path.startswith(("/proc/sys/", "/sys/")):
        yield from _state(asked.entry)
    elif path == "/proc/meminfo":
        yield from _meminfo(asked.entry)
    elif path in SYSCTL or posixpath.dirname(path) in SYSCTL_DIRECTORIES:
        yield from _sysctl(asked)
    elif path.endswith("/tuned.conf"):
        yield from _sysctl(asked)
        yield from _boot(asked)
    elif posixpath.dirname(path) in TMPFILES_DIRECTORIES:
        yield from _tmpfiles(asked)
    elif any(want.matches(path) for want in BOOT):
        yield from _boot(asked)
    else:
        yield from _sysctl(asked)


def more(_evidence: Evidence, records: Sequence[Record]) -> Iterator[Want]:
    """The files that a command gives to sysctl: `sysctl -p FILE`, sysctl(8)."""
    for record in records:
        if isinstance(record, Command):
            for run in record.runs:
                if run.name == "sysctl":
                    yield from (
                        Want(path, select=SELECT) for path in filter(_loadable, _loaded(run.argv[1:]))
                    )


def _loaded(arguments: Sequence[str]) -> Iterator[str]:
    """The files among sysctl's arguments: each one that is no option, where an option says to load."""
    if any(_LOAD.match(argument) for argument in arguments):
        yield from (argument.removeprefix("--load=").removeprefix("-p") for argument in arguments)


def _loadable(path: str) -> bool:
    return path.startswith("/") and not any(character in path for character in "*$\0")


def number(text: str) -> int | None:
    """The number at the start of a text as the kernel reads it (strtoul, any base), or None."""
    word = (text.split(None, 1) or [""])[0]
    if not _NUMBER.fullmatch(word):
        return None
    digits = word.lstrip("+").lower()
    if digits.startswith("0x"):
        return int(digits, 16)
    octal = digits.startswith("0") and not set(digits) & {"8", "9"}
    return int(digits, 8 if octal else 10)


def kibibytes(text: str) -> int | None:
    """A size such as `2M` or `1G` in KiB; without a unit, in bytes."""
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    scale = {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[found[2].lower()]
    return (int(found[1]) << scale) >> 10


def knob_at(path: str) -> tuple[str, int] | None:
    """The knob that a path (perhaps with `*`) stands for, and its page size in KiB or 0."""
    directory, _, name = path.rpartition("/")
    own = directory == "/proc/sys/vm" or "hugepages" in directory
    if not own and not (name in KNOBS and (directory.startswith("/sys/") or "$" in directory)):
        return None  # a bare * elsewhere is no knob
    size = _PAGE_DIRECTORY.search(directory)
    for knob in KNOBS:
        if _fits(knob, name):
            return knob, int(size[1]) if size else 0
    return None


def _fits(word: str, pattern: str) -> bool:
    return word == pattern or (len(pattern) <= GLOB_LIMIT and fnmatchcase(word, pattern))


def _lines(entry: Entry) -> Iterator[tuple[int, str, str]]:
    """Number, whole text and stripped text of each line that is no comment."""
    for index, line in numbered(entry):
        text = line.strip()
        if text and text[0] not in "#;":
            yield index, line.removesuffix("\r"), text


def _sysctl(asked: Asked) -> Iterator[Record | Unparsed]:
    for index, line, text in _lines(asked.entry):
        key, equals, value = text.partition("=")
        key = key.strip()
        origin = asked.entry.origin(index)
        if equals and value.strip():
            for knob, page in _sysctl_knobs(key.removeprefix("-").strip()):
                yield HugePageSetting(origin, line, knob, number(value), "sysctl", page, asked.path)
        elif not equals and "hugepages" in key and not key.startswith(("-", "[")):
            yield Unparsed(origin, line, "a setting of huge pages without a value")


def _sysctl_knobs(key: str) -> Iterator[tuple[str, int]]:
    """The knobs that a key names: by dots, slashes or globs, or (in tuned) by a path below /sys."""
    if key.startswith("/sys/"):
        found = knob_at(key)
        if found:
            yield found
        return
    dot, slash = key.find("."), key.find("/")
    if dot >= 0 and (slash < 0 or dot < slash):
        key = key.translate({ord("."): "/", ord("/"): "."})
    path = posixpath.normpath("/" + key).lstrip("/").removeprefix("proc/sys/")
    directory, _, name = path.partition("/")
    if _fits("vm", directory):
        yield from ((knob, 0) for knob in KNOBS if _fits(knob, name))


def _tmpfiles(asked: Asked) -> Iterator[Record]:
    for index, line, text in _lines(asked.entry):
        fields = text.split(None, 6)
        if len(fields) == 7 and fields[0][0] in "wfF":
            found = knob_at(fields[1].strip("\"'"))
            if found:
                origin = asked.entry.origin(index)
                value = number(fields[6].strip("\"'"))
                yield HugePageSetting(origin, line, found[0], value, "tmpfiles", found[1], asked.path)


def _boot(asked: Asked) -> Iterator[Record]:
    """Kernel parameters on any line; a page size holds for the counts that follow it on the line."""
    for index, line, text in _lines(asked.entry):
        page = 0
        for name, value in _PARAMETER.findall(text):
            word = name.replace("-", "_")
            if word.endswith("hugepagesz"):
                page = kibibytes(value) or 0
                continue
            origin = asked.entry.origin(index)
            if word == "hugetlb_cma":
                yield HugePageSetting(origin, line, word, _per_node(value, kibibytes), "boot", 1, asked.path)
            elif word == "hugepages":
                yield HugePageSetting(origin, line, word, _per_node(value, number), "boot", page, asked.path)
            else:
                yield HugePageSetting(
                    origin, line, word[len("sysctl.vm.") :], number(value), "boot", 0, asked.path
                )


def _per_node(text: str, read: Callable[[str], int | None]) -> int | None:
    """The sum of `N` or `NODE:N,NODE:N`; None where a part is no number."""
    values = [read(part.rpartition(":")[2]) for part in text.split(",")]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _state(entry: Entry) -> Iterator[Record | Unparsed]:
    text = entry.text.strip()
    value = number(text)
    if value is None:
        yield Unparsed(entry.origin(1), text[:80], "not the number that the kernel gives here")
        return
    size, node = _PAGE_DIRECTORY.search(entry.path), _NODE.search(entry.path)
    name = posixpath.basename(entry.path)
    yield HugePageState(
        entry.origin(1), text, name, value, int(size[1]) if size else 0, node[1] if node else ""
    )


def _meminfo(entry: Entry) -> Iterator[Record]:
    for index, line, text in _lines(entry):
        found = _MEMINFO.match(text)
        if found:
            yield HugePageState(entry.origin(index), line, found[1], int(found[2]))


ARTIFACT = Artifact("hugepages", WANTS, parse, more)
