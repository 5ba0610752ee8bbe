"""Settings by which PostgreSQL, MySQL and Oracle use huge pages, and how much memory they ask for."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kenshin.artifacts.hugepage_consumers import any_matches, telling_lines
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record

POSTGRESQL = (
    "/etc/postgresql/*/*/postgresql.conf",
    "/etc/postgresql/*/*/conf.d/*.conf",
    "/var/lib/pgsql/data/postgresql.conf",
    "/var/lib/pgsql/*/data/postgresql.conf",
    "/var/lib/pgsql/*/data/conf.d/*.conf",
    "/var/lib/postgresql/*/*/postgresql.auto.conf",
    "/var/lib/pgsql/data/postgresql.auto.conf",
    "/var/lib/pgsql/*/data/postgresql.auto.conf",
)
MYSQL = (
    "/etc/my.cnf",
    "/etc/mysql/my.cnf",
    "/etc/mysql/mariadb.cnf",
    "/etc/mysql/conf.d/*.cnf",
    "/etc/mysql/mysql.conf.d/*.cnf",
    "/etc/mysql/mariadb.conf.d/*.cnf",
    "/etc/my.cnf.d/*.cnf",
)
ORATAB = ("/etc/oratab", "/var/opt/oracle/oratab")
_ASSIGNED = re.compile(r"([a-z_]+)\s*(?:=\s*|\s)(.*)")
_POSTGRESQL_NAMES = ("huge_pages", "shared_buffers", "huge_page_size")
_ORACLE_PARAMETER = re.compile(
    r"(?i)(?:^|\W)(sga_target|sga_max_size|use_large_pages)\s*=\s*'?([0-9a-z]{1,20})"
)
_ORACLE_FILE = re.compile(r"/dbs/(?:init|spfile)[^/]*\.ora")
_POSTGRESQL = tuple(Want(path, select="huge_page|shared_buffers") for path in POSTGRESQL)
_MYSQL = tuple(Want(path, select=r"^\s*\[|large[-_]pages|innodb[-_]buffer[-_]pool[-_]size") for path in MYSQL)
WANTS = (
    *_POSTGRESQL,
    *_MYSQL,
    *(Want(path) for path in ORATAB),
)


@dataclass(frozen=True, slots=True)
class DatabaseSetting(Record):
    """One setting of a database server by which it may use huge pages; the last one of a name wins."""

    program: str
    instance: str
    name: str
    value: str


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The settings that one file holds."""
    path = asked.path
    if any_matches(_POSTGRESQL, path):
        yield from _postgresql(asked)
    elif any_matches(_MYSQL, path):
        yield from _mysql(asked)
    elif path in ORATAB or _ORACLE_FILE.search(path):
        yield from _oracle(asked)


def more(evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """The parameter files of the Oracle databases that oratab names."""
    for record in records:
        if isinstance(record, DatabaseSetting) and record.name == "home" and "*" not in record.value:
            files = (f"{record.value}/dbs/{name}*.ora" for name in ("init", "spfile"))
            yield from (Want(path, select=_ORACLE_PARAMETER.pattern) for path in files)


def _postgresql(asked: Asked) -> Iterator[Record]:
    directory = posixpath.dirname(asked.path).removesuffix("/conf.d")
    cluster = re.sub(r"^/(?:etc/postgresql|var/lib/postgresql|var/lib/pgsql)/", "", directory)
    if posixpath.basename(asked.path) == "postgresql.conf":
        yield DatabaseSetting(asked.entry.origin(), asked.path, "PostgreSQL", cluster, "cluster", "")
    for line, text in telling_lines(asked):
        found = _ASSIGNED.match(text.lower())
        if found and found[1] in _POSTGRESQL_NAMES:
            value = found[2].partition("#")[0].strip().strip("'")
            yield DatabaseSetting(asked.entry.origin(line), text, "PostgreSQL", cluster, found[1], value)


def _mysql(asked: Asked) -> Iterator[Record]:
    section = ""
    for line, text in telling_lines(asked):
        if text.startswith("["):
            section = text.strip("[] ").lower()
            continue
        name, equals, value = text.partition("=")
        name = name.strip().lower().replace("-", "_")
        if section.startswith(("mysqld", "mariadb", "server")) and name in (
            "large_pages",
            "skip_large_pages",
            "innodb_buffer_pool_size",
        ):
            said = value.partition("#")[0].strip().lower() if equals else "on"
            if name.startswith("skip_"):
                name, said = "large_pages", "off"
            yield DatabaseSetting(asked.entry.origin(line), text, "MySQL", "", name, said)


def _oracle(asked: Asked) -> Iterator[Record]:
    for line, text in telling_lines(asked):
        origin = asked.entry.origin(line)
        if asked.path in ORATAB:
            name, _, rest = text.partition(":")
            home = rest.partition(":")[0]
            if name and home.startswith("/"):
                yield DatabaseSetting(origin, text, "Oracle", name, "home", posixpath.normpath(home))
            continue
        found = _ORACLE_PARAMETER.search(text)
        if found:
            file = posixpath.basename(asked.path).removesuffix(".ora")
            instance = file.removeprefix("init").removeprefix("spfile")
            yield DatabaseSetting(origin, text, "Oracle", instance, found[1].lower(), found[2].lower())


ARTIFACT = Artifact("hugepage_databases", WANTS, parse, more)
