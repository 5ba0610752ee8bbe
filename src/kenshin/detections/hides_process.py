"""A start-up line that takes a process out of the sight of ps."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade

_PROCESS = re.compile(r"/proc/([0-9]+|\$.*|self)/?")


def matches(case: Case) -> Iterator[Match]:
    """Lines that mount something over a process's directory in /proc."""
    for command in case.commands:
        for run in command.runs:
            covered = (
                [word for word in run.argv[1:] if _PROCESS.fullmatch(word)] if run.name == "mount" else []
            )
            if covered:
                yield on(command, Grade.STRONG, f"it hides a process: it mounts something over {covered[-1]}")
                break


DETECTION = Detection(
    name="hides_process",
    question="Does the host hide processes from its own administrator?",
    attack=("T1564", "T1014"),
    remedy="See /proc/mounts for what is covered; snapshot with the memory if you can, then reinstall.",
    matches=matches,
)
