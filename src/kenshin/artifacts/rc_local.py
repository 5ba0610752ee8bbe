"""What the host starts at boot by rc.local and its kin: systemd-rc-local-generator(8), rc(8)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kenshin.artifacts import script
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.command import Command

BY_SERVICE = ("/etc/rc.local", "/etc/rc.d/rc.local")
FILES = (
    *BY_SERVICE,
    "/etc/rc.local.shutdown",
    "/etc/init.d/rc.local",
    "/etc/init.d/boot.local",
    "/etc/init.d/after.local",
    "/etc/init.d/halt.local",
    "/etc/rc.d/boot.local",
    "/etc/rc.common",
    "/etc/conf.d/local.start",
)
# The unit that starts rc.local: systemd's generator wants it for an executable file, without a link.
NAMES = ("rc-local.service", "rc.local.service")
MASKS = tuple(f"{place}/{name}" for place in ("/etc/systemd/system", "/run/systemd/system") for name in NAMES)
ENABLED = tuple(f"/etc/systemd/system/multi-user.target.wants/{name}" for name in NAMES)
WANTS = (
    *(Want(file) for file in FILES),
    Want("/etc/local.d/*"),
    *(Want(unit, read=0) for unit in (*MASKS, *ENABLED)),
)
_LOCAL_D = re.compile(r"/etc/local\.d/[^/]+\.(start|stop)")


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of one such file that start code; nothing for a link to another of them."""
    entry = asked.entry
    linked = asked.path != entry.path and (entry.path in FILES or _LOCAL_D.fullmatch(entry.path))
    if linked or not (asked.path in FILES or _LOCAL_D.fullmatch(asked.path)):
        return
    idle = "" if entry.executable else "the file is not executable"
    trigger = "at shutdown" if asked.path.endswith((".stop", "halt.local", ".shutdown")) else "at every boot"
    pattern = Command(entry.origin(), "", "rc_local", trigger, "root", (), idle)
    yield from script.commands(entry, pattern)


def complete(evidence: Evidence, record: Record) -> Record:
    """The record with what systemd makes of its file: started by a masked unit, by an enabled one."""
    started = (evidence.file(path) for path in BY_SERVICE)
    by_service = any(entry is not None and entry.path == record.origin.path for entry in started)
    if not isinstance(record, Command) or not by_service:
        return record
    for path in MASKS:
        unit = evidence.at(path)
        if unit is not None and (unit.link == "/dev/null" or (unit.is_file and unit.size == 0)):
            return replace(record, idle="; ".join(filter(None, (record.idle, f"{path} masks its service"))))
    if any((link := evidence.at(path)) is not None and link.type is not None for path in ENABLED):
        return replace(record, trigger=f"{record.trigger}, its service is enabled")
    return record


ARTIFACT = Artifact("rc_local", WANTS, parse, complete=complete)
