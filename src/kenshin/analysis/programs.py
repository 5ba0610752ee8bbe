"""The files that a line makes the host run."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.artifacts.script import directories, modules
from kenshin.evidence.entry import Entry
from kenshin.evidence.request import Want
from kenshin.shell.command import Command


def programs(case: Case, command: Command) -> Iterator[Entry]:
    """Those that were seen: by path, in a directory that is run as a whole, by name as the line finds it."""
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
