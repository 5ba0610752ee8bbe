"""Which reader knows which program, and what is said of a program nobody knows."""

from __future__ import annotations

from kenshin.shell.call import Call, Handlers
from kenshin.shell.changes import CHANGES
from kenshin.shell.connections import CONNECTIONS
from kenshin.shell.decoders import DECODERS
from kenshin.shell.fetchers import FETCHERS, renamed_downloader
from kenshin.shell.filters import FILTERS
from kenshin.shell.interpreters import INTERPRETERS
from kenshin.shell.launchers import LAUNCHERS
from kenshin.shell.stops import STOPS, init_script
from kenshin.shell.value import Value

PROGRAMS: Handlers = {
    **FILTERS,
    **DECODERS,
    **FETCHERS,
    **CONNECTIONS,
    **CHANGES,
    **STOPS,
    **INTERPRETERS,
    **LAUNCHERS,
}
ORDINARY = frozenset(
    "pip pip3 npm yarn pnpm docker podman kubectl helm composer gem cargo go apt apt-get yum dnf rpm "
    "zypper ffmpeg ab siege wrk mysql psql aws gsutil certbot acme.sh youtube-dl chromium google- "
    "chrome wkhtmltopdf svn hg drush wp mail logger test_url check_http restic borg rclone".split()
)


def run_unknown(call: Call) -> Value:
    """Gives the output of a program that no reader knows."""
    init_script(call)
    if call.name not in ORDINARY:
        found = renamed_downloader(call)
        if found is not None:
            return found
    return call.output()
