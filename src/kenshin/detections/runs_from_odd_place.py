"""A start-up line that runs a program from where no honest program lives."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import Oddity, odd_place, odd_place_of_binary
from kenshin.artifacts.script import directories, modules
from kenshin.evidence.entry import Entry
from kenshin.shell.act import Feed
from kenshin.shell.command import Command

_START_FILE = re.compile(r"(/root|/home/[^/]+)/\.[^/]+")
# Files of settings that a shell reads; what counts is the directory in which they lie.
_SETTINGS = re.compile(r"/\.(env(rc|\.[\w.-]+)?|profile|(bash|zsh)(rc|env|_\w+)|[zkc]shrc|zprofile)$")
# Options that name a file or directory of code.
_CARRIERS = {"java": ("-jar", "-cp", "-classpath"), "make": ("-f", "-C"), "gmake": ("-f", "-C")}
_PATH = re.compile(r"""(?:^|[\s;&|("'])PATH=["']?([^\s;&|"')]*)""")
_COMPILED = b"\x7fELF"


def matches(case: Case) -> Iterator[Match]:
    """Lines that run something in a temporary or hidden place; the strongest place of each line."""
    tools = frozenset(case.indicators["homes.tools"])
    for command in case.commands:
        found = [
            match for path in dict.fromkeys(_started(command)) for match in _odd(case, command, path, tools)
        ]
        if found:
            yield max(found, key=lambda match: match.grade.rank)


def _started(command: Command) -> Iterator[str]:
    """What it runs, by whichever means: programs, modules, whole directories, archives of Java."""
    yield from command.programs
    yield from modules(command)
    yield from directories(command)
    for run in command.runs:
        for option, value in pairwise(run.argv):
            if option in _CARRIERS.get(run.name, ()) and value.startswith("/"):
                yield value
    for given in _PATH.findall(command.text):
        yield from (f"{part}/" for part in given.split(":") if part.startswith("/"))


def _odd(case: Case, command: Command, path: str, tools: frozenset[str]) -> Iterator[Match]:
    entry = case.file(path)
    oddity = _oddity(command, path, entry, tools)
    if oddity is None or case.word_for_file(path) is not None:
        return
    there = "the file is there" if entry is not None else "the file is not there (any more)"
    where = (f"the path leads to {entry.path}",) if entry is not None and entry.path != path else ()
    digest = (f"sha256 {entry.sha256}",) if entry is not None and entry.sha256 else ()
    yield on(command, oddity.grade, f"it runs {path}: {oddity.reason}", there, *where, *digest)


def _oddity(command: Command, path: str, entry: Entry | None, tools: frozenset[str]) -> Oddity | None:
    feeds = (act for act in command.acts if isinstance(act, Feed))
    sourced = any(act.interpreter in (".", "source") and act.path == path for act in feeds)
    if sourced and _START_FILE.fullmatch(path):
        return None
    paths = dict.fromkeys((path, entry.path if entry is not None else path))
    judged = (odd_place(_SETTINGS.sub("/settings", each) if sourced else each, tools) for each in paths)
    found = next(filter(None, judged), None)
    if found is None and entry is not None and entry.data.startswith(_COMPILED):
        found = odd_place_of_binary(entry.path)
    return found


DETECTION = Detection(
    name="runs_from_odd_place",
    question="Does the host start programs from temporary or hidden places?",
    attack=("T1564.001", "T1036.005"),
    remedy="Keep a copy of the program for analysis, do not run it, take a snapshot, and reinstall.",
    matches=matches,
)
