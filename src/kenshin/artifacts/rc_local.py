"""What the host starts at boot by rc.local and its kin: systemd-rc-local-generator(8), rc(8)."""

import re
from collections.abc import Iterator

from kenshin.artifacts import script
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.request import Want
from kenshin.model.origin import Record
from kenshin.shell.command import Command

FILES = (
    "/etc/rc.local",
    "/etc/rc.d/rc.local",
    "/etc/rc.local.shutdown",
    "/etc/init.d/rc.local",
    "/etc/init.d/boot.local",
    "/etc/init.d/after.local",
    "/etc/init.d/halt.local",
    "/etc/rc.d/boot.local",
    "/etc/rc.common",
    "/etc/conf.d/local.start",
)
UNITS = tuple(
    f"{directory}/{name}"
    for directory in ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system")
    for name in ("rc-local.service", "rc.local.service", "multi-user.target.wants/rc-local.service")
)
WANTS = (
    *(Want(file) for file in FILES),
    Want("/etc/local.d/*"),
    *(Want(unit, read=0) for unit in UNITS),
)
_LOCAL_D = re.compile(r"/etc/local\.d/[^/]+\.(start|stop)")


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The lines of one such file that start code; nothing for a link to another of them."""
    entry = asked.entry
    linked = asked.path != entry.path and entry.path in FILES
    if linked or not (asked.path in FILES or _LOCAL_D.fullmatch(asked.path)):
        return
    idle = "" if entry.executable else "the file is not executable"
    trigger = "at shutdown" if asked.path.endswith((".stop", "halt.local", ".shutdown")) else "at every boot"
    pattern = Command(entry.origin(), "", "rc_local", trigger, "root", (), idle)
    yield from script.commands(entry, pattern)


ARTIFACT = Artifact("rc_local", WANTS, parse)
