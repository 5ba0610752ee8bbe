"""A program outside the system's directories that somebody knows, and that is not as he knows it."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import in_system_directory
from kenshin.analysis.programs import programs
from kenshin.model.finding import Grade, Kind


def matches(case: Case) -> Iterator[Match]:
    """Files that a line runs, also one that is vouched for, and that their package, the baseline or the
    manifest knows with another content; those in the system's directories are another question's.
    """
    for command in case.commands:
        for entry in programs(case, command):
            if in_system_directory(entry.path) or case.word_for_file(entry.path) is not None:
                continue
            if entry.path != command.origin.path and case.doubt_of_file(entry.path):
                details = (f"run by {command.origin}: {command.text.strip()}", f"sha256 {entry.sha256}")
                summary = f"it is run, and it is not what it was known as: {case.doubt_of_file(entry.path)}"
                yield Match(
                    entry.origin(),
                    entry.path,
                    command.artifact,
                    Grade.WEAK,
                    summary,
                    details,
                    Kind.UNEXPLAINED,
                )


DETECTION = Detection(
    name="known_program_changed",
    question="Does the host run a program that was changed since somebody vouched for it?",
    attack=("T1554",),
    remedy="If the change is yours: kenshin trust ID --reason '…'. If not, treat it as the intruder's.",
    matches=matches,
)
