"""The programs and scripts that the host's jobs run, as far down as they lead."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.acts import Context
from kenshin.shell.command import INTERPRETERS, Command, lines, program

# What these hold belongs to packages, which answer for it by digest: we do not follow them further.
SYSTEM = ("/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/usr/share/", "/bin/", "/sbin/", "/lib/")
LANGUAGES = {"python": "python", "perl": "perl", "php": "php", "ruby": "ruby", "node": "node", "nodejs": "node", "lua": "lua"}
SUFFIXES = {"py": "python", "pl": "perl", "pm": "perl", "php": "php", "rb": "ruby", "js": "node", "lua": "lua"}
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "busybox"))
PSEUDO = ("/proc/", "/sys/", "/dev/null", "/dev/tcp/", "/dev/udp/", "/dev/fd/", "/dev/std", "/dev/tty")
_SHEBANG = re.compile(r"#!\s*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*([^\s-]\S*))?")


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of a script that start code; nothing for a compiled program."""
    yield from commands(asked.entry, Command(asked.entry.origin(), "", "script"))


def commands(entry: Entry, pattern: Command) -> Iterator[Command | Unparsed]:
    """The lines of a file that start code, each after the pattern, by the file's language."""
    text = entry.text
    if "\0" in text[:1024]:
        return
    language = language_of(text, entry.path)
    if language == "sh":
        home = "/root" if pattern.user in ("root", "") else f"/home/{pattern.user}"
        yield from lines(pattern, text, Context(cwd="/", home=home, path=pattern.path))
    elif language:
        yield from program(pattern, text, language)


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
        if not isinstance(record, Command) or (record.artifact == "script" and record.origin.path.startswith(SYSTEM)):
            continue
        for path in (*record.programs, *_looked_up(record, evidence)):
            if path.startswith("/") and not path.startswith(PSEUDO) and "*" not in path and "$" not in path:
                wants.setdefault(path, Want(path, text=True))
    return wants.values()


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
