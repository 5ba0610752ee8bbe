"""Jobs that cron and anacron start: crontab(5), anacrontab(5), run-parts(8)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome
from kenshin.shell.act import Run, Unread
from kenshin.shell.acts import Context
from kenshin.shell.command import PROGRAM_DIRECTORIES, Command, job
from kenshin.shell.foreign import acts_of

# What a job is written in where SHELL names no shell.
LANGUAGES = {
    "python": "python",
    "perl": "perl",
    "php": "php",
    "ruby": "ruby",
    "node": "node",
    "nodejs": "node",
    "lua": "lua",
}
PERIODS = ("hourly", "daily", "weekly", "monthly", "yearly")
SPOOLS = ("/var/spool/cron/crontabs/", "/var/spool/cron/tabs/", "/var/spool/cron/", "/etc/crontabs/")
WANTS = (
    Want("/etc/crontab"),
    Want("/etc/anacrontab"),
    Want("/etc/cron.d/**"),
    *(Want(f"/etc/cron.{period}/**", text=True) for period in PERIODS),
    Want("/var/spool/cron/**"),
    Want("/etc/crontabs/**"),
)
NICKNAMES = {
    "@reboot": "at every boot",
    "@yearly": "yearly",
    "@annually": "yearly",
    "@monthly": "monthly",
    "@weekly": "weekly",
    "@daily": "daily",
    "@midnight": "daily",
    "@hourly": "hourly",
    "@every_minute": "every minute",
    "@every_second": "every second",
}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
# lowest, highest, names of the values from the lowest on
FIELDS: tuple[tuple[int, int, list[str]], ...] = (
    (0, 59, []),
    (0, 23, []),
    (1, 31, []),
    (1, 12, MONTHS),
    (0, 7, DAYS),
)
_ITEM = re.compile(r"(\*|[a-z0-9]{1,10})(?:([-~])([a-z0-9]{0,10}))?(?:/(\d{1,4}))?|~")
_VARIABLE = re.compile(r"""(["']?)([A-Za-z_][A-Za-z0-9_]*)\1\s*=(.*)""", re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIELD = re.compile(r"[ \t]*([^ \t]+)")


@dataclass(frozen=True, slots=True)
class CronVariable(Record):
    """A variable that a crontab sets for the jobs below it."""

    name: str
    value: str

    @property
    def shown(self) -> bool:
        """It is no job."""
        return False


@dataclass(frozen=True, slots=True)
class OddLine(Record):
    """A line of a crontab that is no job and holds control characters."""

    @property
    def shown(self) -> bool:
        """It is no job."""
        return False


@dataclass(frozen=True, slots=True)
class _Table:
    """How the lines of one file are to be read: who runs the jobs, and the form of the schedule."""

    user: str  # nothing: the line names the user
    anacron: bool = False
    idle: str = ""


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The jobs of one crontab, or of one file in a directory that run-parts runs."""
    directory, _, name = asked.path.rpartition("/")
    period = directory.removeprefix("/etc/cron.")
    if period in PERIODS:
        yield _run_part(asked, name, period)
        return
    table = _table(asked.path, directory, name)
    if table is not None:
        yield from _lines(asked, replace(table, idle=table.idle or _skipped(asked.entry, table)))


def _skipped(entry: Entry, table: _Table) -> str:
    """Why cron would not read this table, as far as its owner, mode and last byte say."""
    if not table.user and (entry.uid != 0 or entry.writable_by_others):
        return "cron skips a table that others than root may write"
    if entry.outcome is Outcome.READ and not entry.data.endswith(b"\n"):
        return "Debian's cron skips a table without a newline at its end"
    return ""


def _table(path: str, directory: str, name: str) -> _Table | None:
    if path == "/etc/anacrontab":
        return _Table("root", anacron=True)
    if path == "/etc/crontab":
        return _Table("")
    if directory == "/etc/cron.d":
        return _Table(
            "", idle="" if _PLAIN_NAME.fullmatch(name) else "cron skips files of such a name on Debian"
        )
    if directory + "/" in SPOOLS:
        return _Table(name, idle="cron skips files of such a name" if name.startswith(".") else "")
    return None


def _run_part(asked: Asked, name: str, period: str) -> Command:
    path = asked.path
    idle = ""
    if not asked.entry.executable:
        idle = "the file is not executable"
    elif not _PLAIN_NAME.fullmatch(name):
        idle = "run-parts skips files of such a name on Debian"
    run = Run(1, path, (path,), asked.entry.path, name)
    return Command(asked.entry.origin(), path, "cron", period, "root", (run,), idle)


def _lines(asked: Asked, table: _Table) -> Iterator[Record | Unparsed]:
    variables: dict[str, str] = {}
    for number, text in enumerate(asked.entry.text.split("\n"), start=1):
        origin = asked.entry.origin(number)
        line = text.removesuffix("\r").lstrip(" \t")
        found = _VARIABLE.fullmatch(line)
        if not line.strip(" \t\r\f") or line.startswith("#"):
            if _CONTROL.search(line):
                yield OddLine(origin, text)
        elif found:
            name, value = found[2], _unquoted(found[3].strip())
            variables[name] = value
            yield CronVariable(origin, text, name, value)
        else:
            yield from _job(Record(origin, text), line, table, variables)


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _job(record: Record, line: str, table: _Table, variables: dict[str, str]) -> Iterator[Record | Unparsed]:
    when, rest = _schedule(line, table)
    user = table.user
    if when and not user:
        found = _FIELD.match(rest)
        user, rest = (found[1], rest[found.end() :]) if found else ("", "")
    script = rest.strip(" \t")
    if not when or not user or not script:
        reason = "not a schedule that cron knows" if not when else "a schedule without a command"
        if _CONTROL.search(record.text):
            yield OddLine(record.origin, record.text)
        yield Unparsed(record.origin, record.text, reason)
        return
    home = variables.get("HOME", "/root" if user == "root" else f"/home/{user}")
    path = tuple(part for part in variables.get("PATH", "").split(":") if part) or PROGRAM_DIRECTORIES
    context = Context(cwd=home, home=home, path=path, variables=tuple(variables.items()))
    command = Command(record.origin, record.text, "cron", describe(when), user, (), table.idle, path)
    language = LANGUAGES.get(variables.get("SHELL", "").rpartition("/")[2].rstrip("0123456789."), "")
    if language:
        found_acts = acts_of(script.replace("\\%", "%"), language, record.origin.line or 1, script)
        yield replace(command, acts=tuple(act for act in found_acts if not isinstance(act, Unread)))
    else:
        yield from job(command, standard_input(script), context)


def _schedule(line: str, table: _Table) -> tuple[str, str]:
    """The schedule and the rest of the line; nothing where it is none."""
    line = line.removeprefix("-") if not table.anacron else line  # SUSE and Debian: do not log
    fields = 1 if line.startswith("@") and not table.anacron else 3 if table.anacron else 5
    end, parts = 0, []
    for _ in range(fields):
        found = _FIELD.match(line, end)
        if not found:
            return "", ""
        parts.append(found[1])
        end = found.end()
    if table.anacron:
        fits = re.fullmatch(r"@[a-z]+|\d+", parts[0]) and re.fullmatch(r"\d+", parts[1])
        return (
            (f"every {parts[0]} days" if parts[0].isdigit() else parts[0], line[end:]) if fits else ("", "")
        )
    when = " ".join(parts)
    return (when, line[end:]) if is_schedule(when) else ("", "")


def standard_input(command: str) -> str:
    """The command as cron gives it to the shell: what follows the first free `%` is its input."""
    parts = re.split(r"(?<!\\)%", command)
    words = [part.replace("\\%", "%") for part in parts]
    if len(words) == 1:
        return words[0]
    return f"{{ {words[0]}\n}} <<'CRON_INPUT'\n" + "\n".join(words[1:]) + "\nCRON_INPUT\n"


def is_schedule(when: str) -> bool:
    """Whether cron would take it: a nickname, or five fields within their ranges."""
    if when.startswith("@"):
        return when.lower() in NICKNAMES
    fields = when.lower().split(" ")
    return len(fields) == len(FIELDS) and all(
        _is_field(text, *field) for text, field in zip(fields, FIELDS, strict=True)
    )


def _is_field(text: str, low: int, high: int, names: list[str]) -> bool:
    return all(_is_item(item, low, high, names) for item in text.split(","))


def _is_item(text: str, low: int, high: int, names: list[str]) -> bool:
    found = _ITEM.fullmatch(text)
    if found is None:
        return False
    first, dash, last, step = found.groups()
    if step is not None and int(step) == 0:
        return False
    ends = [value for value in (first, last) if value and value != "*"]
    if dash == "-" and (first == "*" or not last):
        return False
    return all(low <= _value(end, low, names) <= high for end in ends)


def _value(text: str, low: int, names: list[str]) -> int:
    if text.isdigit():
        return int(text)
    return names.index(text[:3]) + low if text[:3] in names else -1


def describe(when: str) -> str:
    """The schedule in words, for the common ones; the others as they are written."""
    if when.lower() in NICKNAMES:
        return NICKNAMES[when.lower()]
    minute, _, rest = when.partition(" ")
    if rest == "* * * *":
        if minute in ("*", "*/1"):
            return "every minute"
        step = re.fullmatch(r"\*/(\d{1,4})", minute)
        if step:
            return f"every {step[1]} minutes"
        if minute.isdigit():
            return f"hourly at minute {int(minute)}"
    daily = re.fullmatch(r"(\d{1,2}) (\d{1,2}) \* \* \*", when)
    if daily:
        return f"daily at {int(daily[2]):02}:{int(daily[1]):02}"
    return when if when.startswith(("@", "every ")) else f"at {when}"


ARTIFACT = Artifact("cron", WANTS, parse)
