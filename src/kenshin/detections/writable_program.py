"""A program that root starts and others may change."""

import stat
from collections.abc import Collection, Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.evidence.entry import Entry
from kenshin.model.attestation import Scope
from kenshin.model.finding import Grade, Kind
from kenshin.shell.command import Command


def matches(case: Case) -> Iterator[Match]:
    """The first line that runs, as root, each file that the world or a group may write."""
    scripts = _scripts_of_root(case)
    told: set[str] = set()
    for command in case.commands:
        for path, entry in _writable(case, command) if _is_roots(command, scripts) else ():
            if entry.path not in told:
                told.add(entry.path)
                yield _match(case, command, path, entry)


def _scripts_of_root(case: Case) -> Collection[str]:
    """The scripts that root's start-up lines lead to: a script itself does not say who runs it."""
    lines: dict[str, list[Command]] = {}
    for command in case.commands:
        if command.artifact == "script":
            lines.setdefault(command.origin.path, []).append(command)
    found: set[str] = set()
    todo = [
        command for command in case.commands if command.artifact != "script" and _is_roots(command, found)
    ]
    while todo:
        for program in todo.pop().programs:
            entry = case.file(program)
            if entry is not None and entry.path not in found:
                found.add(entry.path)
                todo += lines.get(entry.path, ())
    return found


def _is_roots(command: Command, scripts: Collection[str]) -> bool:
    if command.artifact == "script":
        return command.origin.path in scripts
    return command.user in ("root", "")


def _writable(case: Case, command: Command) -> Iterator[tuple[str, Entry]]:
    for path in dict.fromkeys((command.origin.path, *command.programs)):
        entry = case.file(path)
        if entry is not None and entry.is_file and entry.writable_by_others:
            yield path, entry


def _match(case: Case, command: Command, path: str, entry: Entry) -> Match:
    mode = f"{path} has mode {stat.S_IMODE(entry.mode):04o}, owner {entry.uid}:{entry.gid}"
    if not entry.mode & stat.S_IWOTH:
        summary = f"root runs {path}, which group {entry.gid} may rewrite"
        return on(command, Grade.WEAK, summary, mode, kind=Kind.EXPOSURE)
    word = case.word_for_file(entry.path)
    untouched = word is not None and word.scope is Scope.CONTENT
    kind = Kind.EXPOSURE if untouched else Kind.COMPROMISE  # a door, but nobody went through it
    return on(
        command, Grade.WEAK, f"root runs {path}, which anybody on the host may rewrite", mode, kind=kind
    )


DETECTION = Detection(
    name="writable_program",
    question="Does root start something that others may change?",
    attack=("T1222.002", "T1574.010"),
    remedy="Look whether its content is still yours; then let nobody else write it (chmod go-w).",
    matches=matches,
    overrules=True,
)
