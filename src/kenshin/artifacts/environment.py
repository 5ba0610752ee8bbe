"""The loader's variables wherever a system sets environment: ld.so(8), environ(7), sudoers(5)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from kenshin.artifacts.cron import CronVariable
from kenshin.artifacts.ld_preload import Library, candidates, limited, wants_for
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Origin, Record
from kenshin.shell.assignments import assignments, expanded, plain_assignment
from kenshin.shell.command import Command

# Only telling lines leave the host: such files hold secrets as well.
SELECT = "|".join(
    (
        r"LD_|PRELOAD|_AUDIT|EnvironmentFile|env_file|env_keep|setenv",
        r"\.so\b|\bsource\s|(^|[;&|\s])\.\s",
        r"""\w=["']?[/~$]""",
    )
)
READ = 1 << 18
LINE_LIMIT = 1 << 14
LIBRARIES_LIMIT = 32  # in one value
RECORDS_LIMIT = 500  # of one file
HOME_FILES = """
.profile .bashrc .bash_profile .bash_login .bash_aliases .zshrc .zshenv .zprofile .zlogin .kshrc .cshrc
.tcshrc .login .xprofile .xsessionrc .pam_environment .ssh/environment .config/environment.d/*
.config/systemd/user/** .config/fish/config.fish .config/fish/conf.d/*
""".split()
FILES = """
/etc/environment /etc/environment.d/* /usr/lib/environment.d/* /usr/local/lib/environment.d/*
/run/environment.d/* /etc/default/* /etc/sysconfig/* /etc/conf.d/* /etc/profile /etc/profile.d/* /etc/skel/*
/etc/bash.bashrc /etc/bashrc /etc/zshenv /etc/zshrc /etc/zprofile /etc/zsh/* /etc/csh.cshrc /etc/csh.login
/etc/fish/config.fish /etc/fish/conf.d/* /etc/X11/Xsession.d/* /etc/security/pam_env.conf
/etc/ssh/sshd_config /etc/ssh/sshd_config.d/* /etc/udev/rules.d/* /etc/rc.local /etc/rc.d/rc.local
/etc/init.d/* /etc/rc.d/init.d/* /etc/init/*.conf /etc/inittab /etc/xinetd.d/* /etc/php/*/fpm/pool.d/*
/etc/php-fpm.d/* /etc/nginx/nginx.conf /etc/apache2/envvars /etc/supervisord.conf /etc/supervisor/*.conf
/etc/supervisor/conf.d/* /etc/kernel/cmdline /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/loader/entries/*
/etc/systemd/*.conf /etc/systemd/*.conf.d/* /usr/lib/systemd/*.conf.d/* /usr/local/lib/systemd/*.conf.d/*
/run/systemd/*.conf.d/* /etc/systemd/system/** /etc/systemd/user/** /run/systemd/system/**
/run/systemd/user/** /usr/local/lib/systemd/system/** /usr/local/lib/systemd/user/**
/usr/lib/systemd/system/* /usr/lib/systemd/system/*.d/* /usr/lib/systemd/user/* /usr/lib/systemd/user/*.d/*
/lib/systemd/system/* /lib/systemd/system/*.d/* /etc/systemd/system-environment-generators/*
/etc/systemd/user-environment-generators/* /usr/lib/systemd/system-environment-generators/*
/usr/lib/systemd/user-environment-generators/* /usr/local/lib/systemd/system-environment-generators/*
/usr/local/lib/systemd/user-environment-generators/* /run/systemd/system-environment-generators/*
/run/systemd/user-environment-generators/*
""".split()
SUDOERS = ("/etc/sudoers", "/etc/sudoers.d/*")
WANTS = (
    *(Want(path, read=READ, select=SELECT, text="-generators/" in path) for path in FILES),
    *(Want(f"/root/{name}", read=READ, select=SELECT) for name in HOME_FILES),
    *(Want(f"/home/*/{name}", read=READ, select=SELECT) for name in HOME_FILES),
    *(Want(path) for path in SUDOERS),
    Want("/proc/cmdline", read=READ, digest=0, live=True),
)
_HOME = re.compile(r"/root(?=/)|/home/[^/]+(?=/)")
_UNIT = re.compile(r"\s*(Default|Manager)?Environment\s*=(.*)", re.DOTALL)
_FURTHER = re.compile(
    r"""\s*EnvironmentFile\s*=\s*-?(/\S+)|.*\benv_file\s*=\s*"?(/[^\s",]+)|\s*(?:\.|source)\s+(["']?[^\s;&|"']+)"""
)
_KEEP = re.compile(r"""env_(?:keep|check)\s*\+?=\s*(?:"([^"]*)"|([^\s",]+))""")
_SETENV = re.compile(r"\bSETENV\s*:|^\s*Defaults\b[^#]*[\s,](setenv)\b|^\s*Defaults\s+(setenv)\b")
_UNKNOWN = re.compile(r"\$(?!(LIB|PLATFORM|ORIGIN)\b|\{(LIB|PLATFORM|ORIGIN)\})|[`%*]")


@dataclass(frozen=True, slots=True)
class LoaderVariable(Record):
    """One setting of an LD_ variable, with what it makes the loader load or search.

    `home` is the home directory in which the file stands, or nothing; `computed` says that a part
    of the value is only known when the line runs.
    """

    variable: str
    value: str
    libraries: tuple[Library, ...] = ()
    directories: tuple[str, ...] = ()
    home: str = ""
    computed: bool = False

    @property
    def shown(self) -> bool:
        """Whether it has a say in what is loaded."""
        return bool(self.libraries or self.directories)


@dataclass(frozen=True, slots=True)
class SudoKeeps(Record):
    """Loader variables that sudo hands on to programs; none where it hands on whatever it is given."""

    names: tuple[str, ...]

    @property
    def shown(self) -> bool:
        """Whether it names one of them."""
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class EnvironmentFile(Record):
    """A further file from which variables are read."""

    path: str

    @property
    def shown(self) -> bool:
        """It preloads nothing itself."""
        return False


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The loader's variables in one file; nothing for a link to another of these files."""
    entry = asked.entry
    linked = asked.path != entry.path and any(want.matches(entry.path) for want in WANTS)
    if linked or entry.is_binary:
        return
    if asked.path == SUDOERS[0] or asked.path.startswith("/etc/sudoers.d/"):
        yield from limited(_sudoers(entry), RECORDS_LIMIT)
    else:
        yield from limited(_Reader(entry, _home(asked.path)).records(), RECORDS_LIMIT)


@dataclass(slots=True)
class _Reader:
    """Reads one file from its first line on, keeping the variables that hold paths."""

    entry: Entry
    home: str
    known: dict[str, str] = field(default_factory=dict)

    def records(self) -> Iterator[Record | Unparsed]:
        self.known["HOME"] = self.home or "~"
        for number, text in numbered(self.entry):
            line = text.removesuffix("\r")
            if line.lstrip().startswith(("#", ";")):
                continue
            if len(line) > LINE_LIMIT:
                if "LD_" in line:
                    yield Unparsed(self.entry.origin(number), text, "a line of this length is not read")
                continue
            yield from self._line(number, text, line)

    def _line(self, number: int, text: str, line: str) -> Iterator[Record | Unparsed]:
        origin = self.entry.origin(number)
        further = _FURTHER.match(line)
        if further is not None:
            path = expanded((further[1] or further[2] or further[3]).strip("\"'"), self.known)
            if path.startswith("/") and not _UNKNOWN.search(path.rpartition("/")[0]):
                yield EnvironmentFile(origin, text, path)
        unit = _UNIT.fullmatch(line)
        for found in assignments(unit[2] if unit else line):
            record = setting(origin, text, found.name, expanded(found.value, self.known), self.home)
            yield record
            if LIBRARIES_LIMIT in (len(record.libraries), len(record.directories)):
                yield Unparsed(origin, text, f"it names {LIBRARIES_LIMIT} places or more")
        name, value = plain_assignment(line)
        if name:
            self.known[name] = expanded(value, self.known)


def setting(origin: Origin, text: str, name: str, value: str, home: str = "") -> LoaderVariable:
    """The record for one LD_ variable with its expanded value."""
    loads = name in ("LD_PRELOAD", "LD_AUDIT")
    separators = {"LD_PRELOAD": "[ :]", "LD_AUDIT": ":"}.get(name, "[:;]")
    words = [word for word in re.split(separators, value) if word]
    if loads and " " in value:
        words = [word for word in words if "/" in word or ".so" in word] or words  # words of a sentence
    libraries = tuple(_library(word, home) for word in words[:LIBRARIES_LIMIT]) if loads else ()
    searched = words[:LIBRARIES_LIMIT] if name == "LD_LIBRARY_PATH" else []
    directories = tuple(word for word in searched if word.startswith("/") and not _UNKNOWN.search(word))
    computed = any(_UNKNOWN.search(word) for word in words)
    return LoaderVariable(origin, text, name, value, libraries, directories, home, computed)


def of_others(record: Record) -> Iterator[LoaderVariable]:
    """What a record of other artifacts sets: a job's line for its programs, a crontab for its jobs."""
    found: list[tuple[str, str]] = []
    if isinstance(record, CronVariable):
        found = [(record.name, record.value)]
    elif isinstance(record, Command):
        found = [pair for run in record.runs for pair in run.environment]
    for name, value in found:
        if name.startswith("LD_") and value:
            yield setting(record.origin, record.text, name, value)


def _library(word: str, home: str) -> Library:
    if word.startswith("~/") and home:
        word = home + word[1:]
    known = not word.startswith("~") and not _UNKNOWN.search(word)
    return Library(word, candidates(word) if known else ())


def numbered(entry: Entry) -> Iterator[tuple[int, str]]:
    """The lines of an entry with their numbers in the file, whether all or only some were read."""
    for count, line in enumerate(entry.text.split("\n"), start=1):
        if not entry.selected:
            yield count, line
            continue
        number, colon, rest = line.partition(":")
        if colon and number.isdecimal() and len(number) < 10:
            yield int(number), rest


def _home(path: str) -> str:
    found = _HOME.match(path)
    return found[0] if found else ""


def _sudoers(entry: Entry) -> Iterator[Record]:
    lines = entry.text.split("\n")
    number = 0
    while number < len(lines):
        first = number
        while lines[number].endswith("\\") and number + 1 < len(lines):
            number += 1
        number += 1
        text = "\n".join(lines[first:number])
        line = text.replace("\\\n", " ")
        if line.lstrip().startswith("#"):
            continue
        kept = [name for found in _KEEP.finditer(line) for name in (found[1] or found[2] or "").split()]
        names = tuple(name for name in kept if _is_loaders(name))
        if names or _SETENV.search(line):
            yield SudoKeeps(entry.origin(first + 1), text, names)
        further = _FURTHER.match(line)
        if further is not None and further[2]:
            yield EnvironmentFile(entry.origin(first + 1), text, further[2])


def _is_loaders(pattern: str) -> bool:
    name = pattern.partition("=")[0]
    return any(fnmatchcase(variable, name) for variable in ("LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH"))


def more(evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """The files named, the places of each library, and the directories searched."""
    del evidence
    for record in records:
        if isinstance(record, EnvironmentFile):
            yield Want(re.sub(r"[?\[\]*]+", "*", record.path), read=READ, select=SELECT)
        elif isinstance(record, LoaderVariable):
            for library in record.libraries:
                yield from wants_for(library)
            yield from (Want(directory, read=0) for directory in record.directories)
        for variable in of_others(record):
            for library in variable.libraries:
                yield from wants_for(library)


ARTIFACT = Artifact("environment", WANTS, parse, more)
