"""A preloaded library that no package, vendor, baseline or manifest knows, or that was changed."""

from collections.abc import Iterator, Sequence

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import in_system_directory, odd_place
from kenshin.analysis.preloads import (
    Concern,
    Setting,
    described,
    is_vouched,
    settings,
    standing,
    unseen,
    worst,
)
from kenshin.artifacts.ld_preload import Library
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.finding import Grade

NO_LIBRARIES = ("/etc/", "/var/", "/run/", "/root/", "/home/", "/usr/bin/", "/usr/sbin/")


def matches(case: Case) -> Iterator[Match]:
    """One match for each line that loads such a library, by its most telling one."""
    for setting in settings(case):
        concerns = [concern for library in setting.libraries for concern in _concerns(case, setting, library)]
        if concerns:
            found = worst(concerns)
            summary = f"{setting.source} loads {found.reason}"
            details = tuple(line for library in setting.libraries for line in described(case, library))
            yield Match(setting.origin, setting.text, setting.artifact, found.grade, summary, details)


def _concerns(case: Case, setting: Setting, library: Library) -> Iterator[Concern]:
    # What could not be read is a hole in the coverage: nobody can say what it is.
    files = [entry for entry in standing(case, library) if entry.is_file and not entry.outcome.is_hole]
    for entry in files:
        concern = _of_file(case, setting, entry)
        if concern is not None:
            yield concern
    if not files and library.candidates and not unseen(case, library):
        concern = _of_missing(case, setting, library)
        if concern is not None:
            yield concern


def _of_file(case: Case, setting: Setting, entry: Entry) -> Concern | None:
    path = entry.path
    if is_vouched(case, entry):
        return None
    doubt = case.doubt_of_file(path)
    if doubt:
        return Concern(Grade.STRONG, f"{path}: {doubt}")
    if case.word_for_file(path) is not None:
        return None  # its place is known: a question for the owner
    if setting.home and path.startswith(f"{setting.home}/"):
        return Concern(Grade.WEAK, f"{path} of that very home, which nobody vouches for")
    if _is_odd(case, path):
        if _is_agents(case, path):
            return None
        grade = Grade.STRONG if case.knows_packages else Grade.WEAK
        return Concern(grade, f"{path}, which no package put there ({case.asked})")
    if path.count("/") < 3:
        return Concern(Grade.WEAK, f"{path}, in a directory where nothing is installed")
    if path.startswith("/usr/local/") and path.rpartition("/")[2] not in case.indicators["preload.tools"]:
        grade = Grade.STRONG if setting.everywhere else Grade.WEAK
        return Concern(grade, f"{path}, which nobody vouches for ({case.asked})")
    return None


def _of_missing(case: Case, setting: Setting, library: Library) -> Concern | None:
    said = f"{library.name}, which is not there (any more), or hidden"
    if "/" not in library.name:
        return Concern(Grade.WEAK, said) if setting.everywhere else None
    if any(_is_odd(case, path) for path in library.candidates):
        return Concern(Grade.STRONG if setting.everywhere else Grade.WEAK, said)
    if setting.everywhere and library.name.startswith("/usr/local/"):
        return Concern(Grade.WEAK, said)
    return None


def _is_odd(case: Case, path: str) -> bool:
    """Whether no library lies there that its owner installed by hand."""
    tools = case.indicators["homes.tools"]
    return in_system_directory(path) or path.startswith(NO_LIBRARIES) or odd_place(path, tools) is not None


def _is_agents(case: Case, path: str) -> bool:
    """Whether it is named like the library of an agent whose installation stands beside it."""
    agents: Sequence[str] = case.indicators["preload.agents"]
    for agent in agents:
        name, _, place = agent.partition(" ")
        installed = case.file(place)
        if path.rpartition("/")[2] == name and installed is not None and installed.type is FileType.DIRECTORY:
            return installed.uid == 0 and not installed.writable_by_others
    return False


DETECTION = Detection(
    name="preload_library_unowned",
    question="Is a library loaded into programs that nobody put there?",
    attack=("T1574.006",),
    remedy=(
        "Take a snapshot first: such a library may hide files and processes from every program on the host. "
        "Keep a copy of the library and of this line, look at the disk from another machine, then reinstall; "
        "do not delete it by hand first."
    ),
    matches=matches,
)
