"""A program that root starts and others may change."""

import stat
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade, Kind
from kenshin.shell.command import Command


def matches(case: Case) -> Iterator[Match]:
    """Lines that run, as root, a file that the world or a group may write."""
    for command in case.commands:
        if command.user not in ("root", ""):
            continue
        yield from _writable(case, command)


def _writable(case: Case, command: Command) -> Iterator[Match]:
    for path in dict.fromkeys((command.origin.path, *command.programs)):
        entry = case.file(path)
        if entry is None or not entry.is_file or not entry.writable_by_others:
            continue
        mode = f"{path} has mode {stat.S_IMODE(entry.mode):04o}, owner {entry.uid}:{entry.gid}"
        if entry.mode & stat.S_IWOTH:
            yield on(command, Grade.WEAK, f"root runs {path}, which anybody on the host may rewrite", mode)
        else:
            yield on(command, Grade.WEAK, f"root runs {path}, which group {entry.gid} may rewrite", mode, kind=Kind.EXPOSURE)
        return


DETECTION = Detection(
    name="writable_program",
    question="Does root start something that others may change?",
    attack=("T1222.002", "T1574.010"),
    remedy="Look whether its content is still yours; then take the right to write from group and world (chmod go-w).",
    matches=matches,
    overrules=True,
)
