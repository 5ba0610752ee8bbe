"""A program whose name or title passes it off as something else."""

import re
from collections.abc import Collection, Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import misleading
from kenshin.model.finding import Grade
from kenshin.shell.act import Run
from kenshin.shell.command import Command

_LIBRARY = re.compile(r"lib(?!c\.so)[\w+-]+\.so(\.[\d.]+)?")
_TITLE = re.compile(r"\[[\w/:.+-]+\]")


def matches(case: Case) -> Iterator[Match]:
    """Lines that run a look-alike, a `kernel thread`, or a program under another's title."""
    threads = frozenset(case.indicators["kernel.threads"])
    for command in case.commands:
        reason = _deceit(command, threads)
        if reason:
            yield on(command, Grade.STRONG, reason)


def _deceit(command: Command, threads: Collection[str]) -> str:
    for path in command.programs:
        trick = misleading(path)
        if trick:
            return f"it runs {path!r}: {trick}"
    for run in command.runs:
        if run.title is not None and run.title.strip("-").rpartition("/")[2] != run.name:
            return f"it runs {run.name} under the title {run.title!r}"
        if run.path is not None and _LIBRARY.fullmatch(run.name):
            return f"it runs {run.path}, which is named like a library"
        if _is_thread(run, threads):
            return f"it runs a program that is named like the kernel thread {run.name}"
        if any(_TITLE.fullmatch(word) and _bare(word[1:-1]) in threads for word in run.argv[1:]):
            return f"it gives {run.name} the title of a kernel thread"
    return ""


def _is_thread(run: Run, threads: Collection[str]) -> bool:
    """A title in brackets, or a name that no honest program has: `migration` may be one's own."""
    bare = _bare(run.name.strip("[]"))
    telling = run.name.startswith(("[", "k")) or "_" in bare
    return run.path is not None and telling and (bare in threads or bare.rstrip("0123456789") in threads)


def _bare(name: str) -> str:
    return name.partition("/")[0].partition(":")[0]


DETECTION = Detection(
    name="misleading_name",
    question="Does the host start something that passes itself off as something else?",
    attack=("T1036.004", "T1036.005"),
    remedy="Honest programs do not disguise themselves: keep it, snapshot, and look for what it started.",
    matches=matches,
)
