"""A program among the system's own that no package put there, or that was changed."""

import re
from collections.abc import Collection, Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import in_system_directory
from kenshin.analysis.programs import programs
from kenshin.evidence.entry import Entry
from kenshin.model.attestation import Scope
from kenshin.model.finding import Grade
from kenshin.shell.command import Command

# Directories where owners put no scripts of their own: what starts from there passes for the system's.
_FOR_THE_SYSTEM = re.compile(
    r"(/usr)?/lib(32|64|exec)?(/(systemd|udev|init|modules|[a-z0-9_]+-linux-gnu)(/.*)?)?"
    r"|/usr/share|/usr/(include|games)(/.*)?"
)


def matches(case: Case) -> Iterator[Match]:
    """Lines that run a file of a system directory which nobody vouches for."""
    known = case.knows_packages
    for command in case.commands:
        for entry in programs(case, command):
            if not in_system_directory(entry.path) or case.word_for_file(entry.path) is not None:
                continue
            stranger = f"it lies among the system's programs, but no package put it there ({case.asked})"
            owners = not known or _may_be_owners(entry, case.indicators["installers.programs"])
            why = case.doubt_of_file(entry.path) or ("" if owners else stranger)
            if why:
                yield _match(case, command, entry, why)
                break


def _match(case: Case, command: Command, entry: Entry, why: str) -> Match:
    """On the line; or on the file, where the line is as its maker wrote it: he never meant this program."""
    word = case.attestation(command)
    if word is None or word.scope is Scope.PLACE:
        return on(command, Grade.STRONG, f"it runs {entry.path}: {why}", f"sha256 {entry.sha256}")
    details = (f"run by {command.origin}: {command.text.strip()}", f"sha256 {entry.sha256}")
    return Match(entry.origin(), entry.path, command.artifact, Grade.STRONG, f"{entry.path}: {why}", details)


def _may_be_owners(entry: Entry, installed: Collection[str]) -> bool:
    """Whether owners put such things there: scripts, which are judged by what they do, and known tools."""
    directory, _, name = entry.path.rpartition("/")
    is_script = entry.data.startswith(b"#!") and not _FOR_THE_SYSTEM.fullmatch(directory)
    return is_script or (name in installed and directory.endswith("/bin"))


DETECTION = Detection(
    name="unpackaged_system_program",
    question="Does the host start something in the system's directories that no package shipped?",
    attack=("T1036.005", "T1554"),
    remedy="Compare the file with the distribution's own copy; keep it; if it is not yours, reinstall.",
    matches=matches,
)
