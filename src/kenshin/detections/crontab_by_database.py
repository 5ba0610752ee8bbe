"""A crontab that a database server wrote."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.model.finding import Grade

# How the files begin that a server writes where it is told to: a comment that only speaks of a
# dump begins with `#`.
DUMPS = {
    "Redis (an open port and CONFIG SET dir)": re.compile(rb"REDIS\d{4}"),
    "MySQL or MariaDB": re.compile(rb"(/\*[^\n]*\*/;?\s*)?-- (MySQL|MariaDB) dump "),
    "SQLite (ATTACH DATABASE)": re.compile(rb"SQLite format 3\0"),
}
PLACES = ("/var/spool/cron/", "/etc/cron", "/var/spool/at/")
SHOWN = 400  # characters of the first line


def matches(case: Case) -> Iterator[Match]:
    """Files below cron's directories that begin like a database's dump."""
    for entry in case.evidence:
        if entry.path.startswith(PLACES):
            for name, beginning in DUMPS.items():
                if beginning.match(entry.data):
                    first = entry.text.split("\n", 1)[0][:SHOWN]
                    yield Match(
                        entry.origin(1),
                        first,
                        "cron",
                        Grade.PROOF,
                        f"this crontab is a dump that was written by {name}",
                    )


DETECTION = Detection(
    name="crontab_by_database",
    question="Did a database server write a crontab?",
    attack=("T1190", "T1053.003"),
    remedy="This is how they came in: close the database's port, set a password, do not run it as root.",
    matches=matches,
)
