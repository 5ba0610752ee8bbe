"""Jobs that at and batch start once: at(1), atd(8)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from kenshin.artifacts import script
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.command import Command

WANTS = (
    Want("/var/spool/cron/atjobs/*"),
    Want("/var/spool/at/*"),
    Want("/var/spool/atjobs/*"),
)
# queue (`=` while it runs), job number and minutes since 1970, both hexadecimal
_NAME = re.compile(r"[=a-zA-Z][0-9a-f]{5}([0-9a-f]{8})")
_USER = re.compile(r"^# atrun uid=(\d{1,10}) gid=\d+", re.MULTILINE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = int(timedelta(days=365 * 8000).total_seconds() / 60)  # a year that a calendar still has


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of one job that start code."""
    name = asked.path.rpartition("/")[2]
    if name in (".SEQ", ".lockfile"):
        return
    entry = asked.entry
    found, owner = _NAME.fullmatch(name), _USER.search(entry.text)
    if found is None:
        yield Unparsed(entry.origin(), name, "not the name of an at job")
    user = "root" if owner and int(owner[1]) == 0 else f"uid {owner[1] if owner else entry.uid}"
    trigger = f"once, at {_moment(found[1])}" if found else "once"
    idle = "" if entry.executable else "atd starts no file that is not executable"
    yield from script.commands(entry, Command(entry.origin(), "", "at", trigger, user, (), idle))


def _moment(minutes: str) -> str:
    moment = min(int(minutes, 16), _LAST)
    return (_EPOCH + timedelta(minutes=moment)).strftime("%Y-%m-%d %H:%M UTC")


ARTIFACT = Artifact("at", WANTS, parse)
