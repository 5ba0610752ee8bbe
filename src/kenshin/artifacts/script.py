"""The programs and scripts that the host's jobs run, as far down as they lead."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kenshin.artifacts.cron import LANGUAGES, PERIODS, CronVariable
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.act import Run
from kenshin.shell.acts import Context
from kenshin.shell.command import INTERPRETERS, Command, lines, program

# What these hold belongs to packages, which answer for it by digest: we do not follow them further.
SYSTEM = (
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/libexec/",
    "/usr/share/",
    "/bin/",
    "/sbin/",
    "/lib/",
)
USUAL = ("/bin", "/usr/bin", "/usr/local/bin", "/sbin", "/usr/sbin", "/usr/libexec")
SUFFIXES = {
    "py": "python",
    "pl": "perl",
    "pm": "perl",
    "php": "php",
    "rb": "ruby",
    "js": "node",
    "lua": "lua",
}
OF_CRON = frozenset(f"/etc/cron.{period}" for period in PERIODS)
# Variables of a crontab by which every job below runs a further file: crontab(5), bash(1), sh(1p).
RUN_BY_VARIABLE = frozenset(("SHELL", "BASH_ENV", "ENV", "PYTHONSTARTUP"))
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "busybox"))
PSEUDO = ("/proc/", "/sys/", "/dev/null", "/dev/tcp/", "/dev/udp/", "/dev/fd/", "/dev/std", "/dev/tty")
_SHEBANG = re.compile(r"#![ \t]*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*([^\s-]\S*))?")


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of a script that start code; nothing for a compiled program."""
    yield from commands(asked.entry, Command(asked.entry.origin(), "", "script"))


def commands(entry: Entry, pattern: Command) -> Iterator[Command | Unparsed]:
    """The lines of a file that start code, each after the pattern, by the file's language.

    A file that is no text, or in a language that we do not read, is one record: it starts itself.
    """
    text = entry.text
    language = "" if entry.is_binary else language_of(text, entry.path)
    interpreter = _odd_interpreter(text)
    if interpreter:
        yield _whole(entry, pattern, interpreter)
    if language == "sh":
        home = "/root" if pattern.user in ("root", "") else f"/home/{pattern.user}"
        yield from lines(pattern, text, Context(cwd="/", home=home, path=pattern.path))
    elif language:
        yield from program(pattern, text, language)
    elif pattern.artifact != "script" and text and not interpreter:
        yield _whole(entry, pattern, entry.path)


def _whole(entry: Entry, pattern: Command, program: str) -> Command:
    """The record of a file whose first line, or which itself, is what starts."""
    first = "" if entry.is_binary else entry.text.partition("\n")[0]
    run = Run(1, first or entry.path, (program,), program, program.rpartition("/")[2])
    return replace(pattern, origin=entry.origin(1 if first else None), text=first or entry.path, acts=(run,))


def _odd_interpreter(text: str) -> str:
    """The interpreter that the first line names, where it is not one of the usual places."""
    found = _SHEBANG.match(text)
    if found is None:
        return ""
    program = found[2] if found[1].endswith("/env") and (found[2] or "").startswith("/") else found[1]
    return "" if program.rpartition("/")[0] in USUAL else program


def language_of(text: str, path: str) -> str:
    """`sh`, another language that we read, or nothing: by the first line, else by the name."""
    found = _SHEBANG.match(text)
    if found is None:
        return SUFFIXES.get(path.rpartition(".")[2], "sh")
    name = found[1].rpartition("/")[2]
    if name == "env" and found[2]:
        name = found[2].rpartition("/")[2]
    name = name.rstrip("0123456789.")
    return "sh" if name in SHELLS else LANGUAGES.get(name, "")


def more(evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """What the commands run: by their paths, and by name in each directory where they look."""
    wants: dict[str, Want] = {}
    for record in records:
        for path in _paths(record, evidence):
            if path.startswith("/") and not path.startswith(PSEUDO) and "*" not in path and "$" not in path:
                wants.setdefault(path, Want(path, text=True))
        for directory in directories(record):
            wants.setdefault(f"{directory}/*", Want(f"{directory}/*", text=True))
    return wants.values()


def _paths(record: Record, evidence: Evidence) -> Iterator[str]:
    if isinstance(record, CronVariable) and record.name in RUN_BY_VARIABLE:
        yield record.value
    elif isinstance(record, Command) and not _is_systems_own(record):
        yield from record.programs
        yield from modules(record)
        yield from _looked_up(record, evidence)


def _is_systems_own(command: Command) -> bool:
    return command.artifact == "script" and command.origin.path.startswith(SYSTEM)


def modules(command: Command) -> Iterator[str]:
    """The kernel modules that a command loads by their path: insmod(8)."""
    for run in command.runs:
        if run.name == "insmod":
            yield from (word for word in run.argv[1:2] if word.startswith("/"))


def directories(record: Record) -> Iterator[str]:
    """The directories of which a command runs every program, besides cron's own: run-parts(8)."""
    for run in record.runs if isinstance(record, Command) else ():
        named = [word for word in run.argv[1:] if word.startswith("/") and not set("*$") & set(word)]
        if run.name == "run-parts" and named and named[-1].rstrip("/") not in OF_CRON:
            yield named[-1].rstrip("/")


def _looked_up(command: Command, evidence: Evidence) -> Iterator[str]:
    for name in command.names:
        if name in INTERPRETERS and name in (".", "source"):
            continue
        for directory in command.path:
            path = f"{directory.rstrip('/')}/{name}"
            yield path
            entry = evidence.file(path)
            if entry is not None and entry.is_file:
                break  # this is the one that runs


ARTIFACT = Artifact("script", (), parse, more)
