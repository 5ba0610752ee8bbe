"""A crontab that a database server wrote."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.model.finding import Grade

DUMPS = {b"REDIS00": "Redis (an open port and CONFIG SET dir)", b"MariaDB dump": "MariaDB", b"-- MySQL dump": "MySQL"}
HEAD = 64


def matches(case: Case) -> Iterator[Match]:
    """Files below cron's directories that begin like a database's dump."""
    for entry in case.evidence:
        if not entry.path.startswith(("/var/spool/cron", "/etc/cron", "/etc/crontabs")):
            continue
        for mark, name in DUMPS.items():
            if mark in entry.data[:HEAD]:
                first = entry.text.split("\n", 1)[0]
                yield Match(entry.origin(1), first, "cron", Grade.PROOF, f"this crontab is a dump that was written by {name}")


DETECTION = Detection(
    name="crontab_by_database",
    question="Did a database server write a crontab?",
    attack=("T1190", "T1053.003"),
    remedy="This is how they came in: close the database's port to the network, set a password, do not run it as root.",
    matches=matches,
)
