"""A start-up line that disguises the name of the program it runs."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.command import Command

_PATTERN = re.compile(r"\?|\[[^]/]+\]")  # single letters left to the shell: /t?p/x; an asterisk is honest

_SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", ".", "source"))


def matches(case: Case) -> Iterator[Match]:
    """Lines in which a program's name is put together so that a search for it fails."""
    for command in case.commands:
        disguised = [run for run in command.runs if run.quoted_tricks]
        patterns = [path for path in _expanded(command) if _PATTERN.search(path)]
        addresses = [run.argv[0] for run in command.runs if "://" in run.argv[0]]
        found = [run for run in command.runs if run.name == "*" and run.path is not None]
        if disguised:
            yield on(command, Grade.STRONG, f"it disguises what it runs: {' '.join(disguised[0].argv)}")
        elif patterns or addresses:
            yield on(command, Grade.STRONG, f"it disguises what it runs: {(patterns or addresses)[0]}")
        elif found:
            where = (found[0].path or "").removesuffix("*")
            yield on(command, Grade.STRONG, f"it runs whatever a search below {where} finds")


def _expanded(command: Command) -> Iterator[str]:
    """The paths that a shell runs, as they are written."""
    for run in command.runs:
        if run.path is not None:
            yield run.path
        if run.name in _SHELLS:
            yield from (word for word in run.argv[1:2] if word.startswith("/"))


DETECTION = Detection(
    name="obfuscated_command",
    question="Does a start-up line disguise what it runs?",
    attack=("T1027.010",),
    remedy="Nobody writes an honest job so: keep the file, snapshot, and follow what it runs.",
    matches=matches,
)
