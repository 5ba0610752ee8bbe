"""A preloaded library whose place, name or rights no honest library has."""

import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import misleading, odd_place
from kenshin.analysis.preloads import (
    Concern,
    Setting,
    described,
    directory_of,
    is_vouched,
    settings,
    standing,
    worst,
    writable_directory,
)
from kenshin.artifacts.ld_preload import Library
from kenshin.evidence.entry import Entry
from kenshin.model.finding import Grade

SET_ID = 0o6000
_LIBRARY = re.compile(r".*\.so(\.[0-9A-Za-z_.-]+)?", re.DOTALL)
_HOME = re.compile(r"/root/|/home/[^/]+/")
_PLACES = (
    ("/run/", Grade.STRONG, "it lies in /run, which is empty after every start of the host"),
    ("/etc/", Grade.STRONG, "it lies in /etc, where no libraries are kept"),
    ("/var/", Grade.WEAK, "it lies in /var, where no libraries are kept"),
    ("/media/", Grade.WEAK, "it lies on a medium that may be taken away"),
    ("/mnt/", Grade.WEAK, "it lies on a file system that is mounted for a time"),
)


def matches(case: Case) -> Iterator[Match]:
    """One match for each line that loads such a library, with all that is odd about it."""
    tools = case.indicators["homes.tools"]
    for setting in settings(case):
        concerns: list[Concern] = []
        for library in setting.libraries:
            concerns += _of_name(library)
            concerns += _of_place(case, setting, library, tools)
            for entry in standing(case, library):
                concerns += _of_rights(case, setting, entry)
        if concerns:
            found = worst(concerns)
            others = tuple(dict.fromkeys(each.reason for each in concerns if each.reason != found.reason))
            details = (*others, *(line for library in setting.libraries for line in described(case, library)))
            names = ", ".join(library.name for library in setting.libraries)
            summary = f"{setting.source} loads {names}: {found.reason}"
            yield Match(setting.origin, setting.text, setting.artifact, found.grade, summary, details)


def _of_name(library: Library) -> Iterator[Concern]:
    name = library.name
    trick = misleading(name)
    if trick:
        yield Concern(Grade.STRONG, trick)
    if any(unicodedata.category(character) == "Cc" for character in name):
        yield Concern(Grade.STRONG, "its name holds control characters")
    if "*" in name:
        yield Concern(Grade.STRONG, "its name holds a `*`, which stands for nothing here")
    if name.startswith("~/"):
        yield Concern(Grade.STRONG, "it lies in the home of whoever runs a program")
    elif library.candidates and "/" in name and not name.startswith(("/", "$")):
        yield Concern(Grade.STRONG, "it is looked up from wherever a program happens to be started")
    if library.candidates and not _LIBRARY.fullmatch(name):
        yield Concern(Grade.WEAK, "its name is not that of a library")


def _of_place(case: Case, setting: Setting, library: Library, tools: Collection[str]) -> Iterator[Concern]:
    entries = standing(case, library)
    if entries and all(is_vouched(case, entry) for entry in entries):
        return
    paths = [entry.path for entry in entries if not is_vouched(case, entry)] or list(library.candidates)
    for path in dict.fromkeys((*paths, *map(posixpath.normpath, (library.name, *paths)))):
        oddity = odd_place(path, tools)
        home = _HOME.match(path)
        own = bool(setting.home) and path.startswith(f"{setting.home}/")
        if oddity is not None:
            yield Concern(oddity.grade, oddity.reason)
        elif home is not None:
            yield Concern(Grade.WEAK if own else Grade.STRONG, f"it lies in the home {home[0].rstrip('/')}")
        for place, grade, reason in _PLACES:
            if path.startswith(place) and oddity is None:
                yield Concern(grade, reason)


def _of_rights(case: Case, setting: Setting, entry: Entry) -> Iterator[Concern]:
    path = entry.path
    own = bool(setting.home) and path.startswith(f"{setting.home}/")
    if not entry.is_file:
        yield Concern(Grade.WEAK, f"{path} is no file but a {entry.type}")
        return
    if entry.immutable:
        yield Concern(Grade.STRONG, f"{path} is protected by chattr against being removed")
    if entry.writable_by_others and not own:
        yield Concern(Grade.STRONG, f"{path} can be changed by others than its owner")
    directory = directory_of(case, entry)
    if directory is not None and writable_directory(directory) and not own:
        yield Concern(Grade.STRONG, f"{directory.path} can be written by others, who may replace the library")
    if is_vouched(case, entry):
        return
    if entry.mode & SET_ID:
        yield Concern(Grade.STRONG, f"{path} is set-user-id: privileged programs load it too")
    if entry.uid != 0 and not own:
        yield Concern(Grade.WEAK, f"{path} belongs to user {entry.uid}, not to root")


DETECTION = Detection(
    name="preload_from_odd_place",
    question="Is a library loaded from a place, or under a name, that no honest library has?",
    attack=("T1574.006", "T1564.001", "T1036.005"),
    remedy=(
        "Take a snapshot first and keep a copy of the library and of this line. Programs started on the host "
        "cannot be believed while it is loaded: look at the disk from another machine, then reinstall."
    ),
    matches=matches,
)
