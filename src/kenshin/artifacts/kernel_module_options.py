"""Which kernel modules are loaded at boot and with which options: modprobe.d(5), modules-load.d(5)."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kenshin.artifacts.hugepages import BOOT
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.request import Want
from kenshin.model.origin import Origin, Record
from kenshin.shell.acts import Context
from kenshin.shell.command import Command, job

PLACES = ("/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib")
MODPROBE = tuple(f"{place}/modprobe.d" for place in PLACES)
LOAD = tuple(f"{place}/modules-load.d" for place in PLACES)
LISTS = ("/etc/modules", "/etc/modprobe.conf", "/etc/conf.d/modules")
WANTS = (
    *(Want(f"{directory}/*.conf") for directory in (*MODPROBE, *LOAD)),
    *(Want(path) for path in LISTS),
    *BOOT,
)
_PARAMETER = re.compile(r"(?<![\w.-])(\w{1,56})\.(\w{1,56})=([^\s\"']+)")
_LOADED = re.compile(r"(?:^|[\s=\"])(?:modules[_-]load|rd\.driver\.pre)=([\w,-]+)")


@dataclass(frozen=True, slots=True)
class ModuleOption(Record):
    """One option with which a module is loaded; the name of a module with no option, that it is loaded."""

    module: str
    option: str = ""
    value: str = ""

    @property
    def shown(self) -> bool:
        """Whether a file sets it outside of the running kernel's own command line."""
        return self.origin.path != "/proc/cmdline"


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """What one file says of modules, `_` for `-` in names as the kernel has it."""
    directory = posixpath.dirname(asked.path)
    for line, text in _logical_lines(asked.entry.text):
        origin = asked.entry.origin(line)
        words = text.split()
        if directory in LOAD or asked.path == "/etc/modules":
            yield ModuleOption(origin, text, _module(words[0]))
            yield from _options(origin, text, words[0], words[1:])
        elif directory in MODPROBE or asked.path == "/etc/modprobe.conf":
            yield from _modprobe(origin, text, words)
        elif asked.path in LISTS:
            yield from (
                ModuleOption(origin, text, _module(name))
                for name in re.findall(r"[\w-]+", text.partition("=")[2])
            )
        else:
            for module, option, value in _PARAMETER.findall(text):
                yield ModuleOption(origin, text, _module(module), option, value)
            for names in _LOADED.findall(text):
                yield from (ModuleOption(origin, text, _module(name)) for name in names.split(",") if name)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is no comment, with those that a backslash continues it by."""
    pending, start = "", 0
    for number, line in enumerate((*text.split("\n"), ""), start=1):
        start = start if pending else number
        if line.endswith("\\"):
            pending += line[:-1] + " "
            continue
        whole, pending = (pending + line).strip(), ""
        if whole and whole[0] not in "#;":
            yield start, whole


def _module(name: str) -> str:
    return name.replace("-", "_")


def _options(origin: Origin, text: str, module: str, words: list[str]) -> Iterator[Record]:
    for word in words:
        option, _, value = word.partition("=")
        yield ModuleOption(origin, text, _module(module), option, value)


def _modprobe(origin: Origin, text: str, words: list[str]) -> Iterator[Record | Unparsed]:
    if words[0] == "options" and len(words) > 2:
        yield from _options(origin, text, words[1], words[2:])
    elif words[0] in ("install", "remove") and len(words) > 2:
        record = Command(origin, text, "kernel_module_options", f"when module {words[1]} is loaded", "root")
        yield from job(record, text.split(None, 2)[2], Context(cwd="/", home="/root"))


ARTIFACT = Artifact("kernel_module_options", WANTS, parse)
