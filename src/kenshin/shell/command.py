"""A line by which a host starts code, with what that line does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kenshin.evidence.artifact import Unparsed
from kenshin.model.origin import Origin, Record
from kenshin.shell.act import Act, Feed, Run, Unread
from kenshin.shell.acts import Context, acts
from kenshin.shell.foreign import acts_of
from kenshin.shell.read import read
from kenshin.shell.syntax import Script

INTERPRETERS = frozenset(
    """
    sh bash dash ash zsh ksh mksh rbash python python2 python3 perl ruby php node lua tclsh expect awk .
    source
    """.split()
)
# What these do is over when the line is: a line of nothing else starts no code.
HARMLESS = frozenset(
    """
    : true false test [ [[ exit return set unset export local shift cd umask echo printf sleep wait
    break continue
    """.split()
)
PROGRAM_DIRECTORIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


@dataclass(frozen=True, slots=True)
class Command(Record):
    """One line that starts code.

    `artifact` is the kind of file it stands in, `trigger` when it runs (`every minute`), `user` as
    whom, where that is known; `idle` says why it would not run as things stand. `path` are the
    directories in which programs are looked up.
    """

    artifact: str
    trigger: str = ""
    user: str = ""
    acts: tuple[Act, ...] = ()
    idle: str = ""
    path: tuple[str, ...] = PROGRAM_DIRECTORIES

    @property
    def runs(self) -> Iterator[Run]:
        """The programs that it runs, wherever they are nested."""
        return (act for act in self.acts if isinstance(act, Run))

    @property
    def programs(self) -> Iterator[str]:
        """The absolute paths of the programs and scripts that it runs."""
        for act in self.acts:
            if isinstance(act, Run):
                if act.path is not None:
                    yield act.path
                if act.name in INTERPRETERS:
                    yield from _script_argument(act.argv)
            elif isinstance(act, Feed) and act.path is not None and act.path.startswith("/"):
                yield act.path

    @property
    def names(self) -> Iterator[str]:
        """The programs that it runs by name alone."""
        return (
            act.name for act in self.runs if act.path is None and "/" not in act.name and "$" not in act.name
        )


def _script_argument(argv: tuple[str, ...]) -> Iterator[str]:
    for argument in argv[1:]:
        if argument.startswith("/"):
            yield argument
        if not argument.startswith("-"):
            return


def job(record: Command, script: str, context: Context) -> Iterator[Command | Unparsed]:
    """The record with what its own shell text does (a cron job: one line, one script)."""
    text = read(script, record.origin.line or 1)
    found = acts(text, context)
    yield replace(record, acts=tuple(act for act in found if not isinstance(act, Unread)))
    yield from _unread(record.origin, text, found)


def lines(record: Command, script: str, context: Context) -> Iterator[Command | Unparsed]:
    """One record for each line of a shell file that starts code, after the pattern of `record`."""
    text = read(script)
    found = acts(text, context)
    source = script.split("\n")
    by_line: dict[int, list[Act]] = {}
    for act in found:
        by_line.setdefault(act.line, []).append(act)
    for number in sorted(by_line):
        does = tuple(act for act in by_line[number] if not isinstance(act, Unread))
        if any(not isinstance(act, Run) or act.name not in HARMLESS for act in does):
            origin = Origin(record.origin.path, number, record.origin.view)
            yield replace(record, origin=origin, text=_logical_line(source, number), acts=does)
    yield from _unread(record.origin, text, found)


def program(record: Command, code: str, language: str) -> Iterator[Command | Unparsed]:
    """One record for a file in another language (python, perl, php …), by its telling calls."""
    first = code.partition("\n")[0]
    found = acts_of(code, language, 1, first)
    does = tuple(act for act in found if not isinstance(act, Unread))
    if does:
        yield replace(record, origin=Origin(record.origin.path, 1, record.origin.view), text=first, acts=does)


def _logical_line(source: list[str], number: int) -> str:
    """The line of that number and those that a backslash continues it with."""
    last = number - 1
    while last < len(source) - 1 and source[last].endswith("\\"):
        last += 1
    return "\n".join(source[number - 1 : last + 1]).removesuffix("\r")


def _unread(origin: Origin, script: Script, found: tuple[Act, ...]) -> Iterator[Unparsed]:
    for problem in script.problems:
        yield Unparsed(Origin(origin.path, problem.line, origin.view), "", f"shell: {problem.message}")
    for act in found:
        if isinstance(act, Unread):
            yield Unparsed(Origin(origin.path, act.line, origin.view), act.text, f"shell: {act.reason}")
