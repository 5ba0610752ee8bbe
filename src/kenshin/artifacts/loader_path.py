"""The directories in which libraries are looked up before the system's own: ldconfig(8), ld.so.conf."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kenshin.artifacts.ld_preload import limited
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record

CONFIGURATION = "/etc/ld.so.conf"
RECORDS_LIMIT = 1000  # of one file
WANTS = (
    Want(CONFIGURATION),
    Want(f"{CONFIGURATION}.d/*.conf"),
    Want("/etc/ld-musl-*.path"),
    Want("/usr/lib/glibc-hwcaps/*/*", read=0, digest=0),
    Want("/usr/lib/*/glibc-hwcaps/*/*", read=0, digest=0),
    Want("/usr/lib64/glibc-hwcaps/*/*", read=0, digest=0),
)
# Whoever replaces one of these sees every password, or sits inside of every program.
CRITICAL = re.compile(
    r"(libpam(_misc|c)?|libc|libcrypt|libnss_[a-z0-9_]+|libdl|libpthread|librt|libresolv|libkeyutils|libaudit)"
    r"\.so(\.[0-9.]+)?|ld-(linux[a-z0-9_-]*|musl-[a-z0-9_]+)\.so(\.[0-9.]+)?"
)
# People build some of these themselves.
BUILT_BY_HAND = re.compile(
    r"lib(ssl|crypto|gcrypt|gnutls|selinux|systemd|curl|z|gssapi_krb5|krb5|ssh2?|stdc\+\+|gcc_s)\.so(\.[0-9.]+)?"
)
_SYSTEM = re.compile(r"(/usr)?/(lib|lib32|lib64|libx32)(/[a-z0-9_]+-linux-(gnu|musl)[a-z0-9_]*)?")
_KEYWORD = re.compile(r"(include|hwcap)[ \t]+(.*)", re.DOTALL)
_WILDCARDS = re.compile(r"[*?]+|\[[^]]*\]")
_SPACE = " \t\n\v\f\r"


@dataclass(frozen=True, slots=True)
class LoaderDirectory(Record):
    """One directory that ldconfig or musl's loader searches, in the order of reading."""

    directory: str

    @property
    def shown(self) -> bool:
        """It preloads nothing itself."""
        return False

    @property
    def is_system(self) -> bool:
        """Whether it is one that the loader searches anyway."""
        return _SYSTEM.fullmatch(self.directory) is not None


@dataclass(frozen=True, slots=True)
class LoaderInclude(Record):
    """Further files of the configuration; `*` stands for each wildcard."""

    pattern: str

    @property
    def shown(self) -> bool:
        """It preloads nothing itself."""
        return False


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The directories and includes of one file; nothing for the libraries, which are not read."""
    if asked.path != asked.entry.path and any(want.matches(asked.entry.path) for want in WANTS):
        return  # a link to another file of the configuration
    yield from limited(_lines(asked), RECORDS_LIMIT)


def _lines(asked: Asked) -> Iterator[Record | Unparsed]:
    musl = asked.path.startswith("/etc/ld-musl-")
    for number, text in enumerate(asked.entry.text.split("\n"), start=1):
        for part in re.split(r"[:\r]", text) if musl else [text]:
            line = part.partition("\0")[0].partition("#")[0].strip(_SPACE)
            if line:
                yield from _records(asked, number, text, line)


def _records(asked: Asked, number: int, text: str, line: str) -> Iterator[Record | Unparsed]:
    origin = asked.entry.origin(number)
    keyword = _KEYWORD.fullmatch(line)
    if keyword is not None and keyword[1] == "hwcap":
        return  # without effect since glibc 2.33
    if keyword is not None:
        for pattern in keyword[2].split():
            whole = posixpath.join(posixpath.dirname(asked.path), pattern)
            directory, _, name = whole.rpartition("/")
            if re.search(r"[*?\[]", directory):
                yield Unparsed(origin, text, "it includes files from directories that it names by wildcards")
            else:
                yield LoaderInclude(origin, text, f"{directory}/{_WILDCARDS.sub('*', name)}")
        return
    directory = line.partition("=")[0].rstrip(_SPACE).rstrip("/") or "/"
    if directory.startswith("/"):
        yield LoaderDirectory(origin, text, "/" + "/".join(filter(None, directory.split("/"))))
    else:
        yield Unparsed(origin, text, "no absolute directory")


def more(evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """What is included, the names in each directory of its own, and more of the telling ones."""
    for record in records:
        if isinstance(record, LoaderInclude):
            yield Want(record.pattern)
        elif isinstance(record, LoaderDirectory) and "*" not in record.directory:
            yield Want(record.directory, read=0)
            if not record.is_system:
                yield Want(f"{record.directory}/*", read=0, digest=0)
                yield Want(f"{record.directory}/glibc-hwcaps/*/*", read=0, digest=0)
    for path in shadowing(evidence, records):
        yield Want(path, read=0)


def shadowing(evidence: Evidence, records: Iterable[Record]) -> Iterator[str]:
    """The paths in loader directories that have the name of a library of the system's, in order."""
    directories = set()
    for record in records:
        if isinstance(record, LoaderDirectory) and not record.is_system:
            entry = evidence.file(record.directory)
            directories |= {record.directory, entry.path if entry is not None else record.directory}
    for path in sorted({entry.path for entry in evidence}):
        directory, _, name = path.rpartition("/")
        if (directory in directories or "/glibc-hwcaps/" in directory) and is_telling(name):
            yield path


def is_telling(name: str) -> bool:
    """Whether a library of this name is one that programs trust with secrets."""
    return CRITICAL.fullmatch(name) is not None or BUILT_BY_HAND.fullmatch(name) is not None


ARTIFACT = Artifact("loader_path", WANTS, parse, more)
