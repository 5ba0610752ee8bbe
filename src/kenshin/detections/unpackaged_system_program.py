"""A program among the system's own that no package put there, or that was changed."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import in_system_directory
from kenshin.artifacts.script import directories, modules
from kenshin.evidence.entry import Entry
from kenshin.evidence.request import Want
from kenshin.model.finding import Grade
from kenshin.shell.command import Command


def matches(case: Case) -> Iterator[Match]:
    """Lines that run a file of a system directory which nobody vouches for."""
    if not _has_packages(case):
        return
    for command in case.commands:
        for entry in _programs(case, command):
            if not in_system_directory(entry.path) or case.word_for_file(entry.path) is not None:
                continue
            doubt = case.doubt_of_file(entry.path)
            why = doubt or f"it lies among the system's programs, but no package put it there ({case.asked})"
            yield on(command, Grade.STRONG, f"it runs {entry.path}: {why}", f"sha256 {entry.sha256}")
            break


def _programs(case: Case, command: Command) -> Iterator[Entry]:
    for path in dict.fromkeys((*command.programs, *modules(command))):
        entry = case.file(path)
        if entry is not None and entry.is_file:
            yield entry
    for directory in directories(command):
        yield from (entry for _, entry in case.evidence.matching(Want(f"{directory}/*")) if entry.is_file)
    for name in dict.fromkeys(command.names):
        found = (case.file(f"{directory.rstrip('/')}/{name}") for directory in command.path)
        first = next((entry for entry in found if entry is not None and entry.is_file), None)
        if first is not None:
            yield first


def _has_packages(case: Case) -> bool:
    """Whether the package database was read whole: without one, nothing is packaged."""
    status = case.evidence.file("/var/lib/dpkg/status")
    if status is not None and status.outcome.is_hole:
        return False
    return any(not authority.problems for authority in case.authorities if authority.name == "packages")


DETECTION = Detection(
    name="unpackaged_system_program",
    question="Does the host start something in the system's directories that no package shipped?",
    attack=("T1036.005", "T1554"),
    remedy="Compare the file with the distribution's own copy; keep it; if it is not yours, reinstall.",
    matches=matches,
)
