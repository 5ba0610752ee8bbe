"""A start-up line that disguises the name of the program it runs."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade

_PATTERN = re.compile(r"\?|\[[^]/]+\]")  # single letters left to the shell: /t?p/x; an asterisk is honest


def matches(case: Case) -> Iterator[Match]:
    """Lines in which a program's name is put together so that a search for it fails."""
    for command in case.commands:
        disguised = [run for run in command.runs if run.quoted_tricks]
        patterns = [path for path in command.programs if _PATTERN.search(path)]
        addresses = [run.argv[0] for run in command.runs if "://" in run.argv[0]]
        found = [run for run in command.runs if run.name == "*" and run.path is not None]
        if disguised:
            yield on(command, Grade.STRONG, f"it disguises what it runs: {' '.join(disguised[0].argv)}")
        elif patterns or addresses:
            yield on(command, Grade.STRONG, f"it disguises what it runs: {(patterns or addresses)[0]}")
        elif found:
            where = (found[0].path or "").removesuffix("*")
            yield on(command, Grade.STRONG, f"it runs whatever a search below {where} finds")


DETECTION = Detection(
    name="obfuscated_command",
    question="Does a start-up line disguise what it runs?",
    attack=("T1027.010",),
    remedy="Nobody writes an honest job so: keep the file, snapshot, and follow what it runs.",
    matches=matches,
)
