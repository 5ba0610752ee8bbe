"""Something that is no file where a start-up file belongs."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.coverage import SPECIAL
from kenshin.analysis.detection import Detection, Match
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.finding import Grade

ARTIFACTS = ("at", "cron", "rc_local", "ld_preload")


def matches(case: Case) -> Iterator[Match]:
    """FIFOs, sockets and devices that a scanner would hang on, and links that lead in a circle."""
    for entry in case.evidence:
        said = _oddity(entry)
        artifact = _artifact(case, entry.path) if said else ""
        if artifact:
            yield Match(entry.origin(), entry.path, artifact, Grade.WEAK, said)


def _artifact(case: Case, path: str) -> str:
    """The artifact whose content is read from this place, or nothing."""
    for name in ARTIFACTS:
        if any(want.read and want.matches(path) for want in case.gathered.asked.get(name, ())):
            return name
    return ""


def _oddity(entry: Entry) -> str:
    if entry.type in SPECIAL:
        return f"a {entry.type} stands where a file belongs: whoever reads it may hang or see something else"
    if entry.type is FileType.LINK and entry.error.startswith("Too many"):
        return "a symbolic link that leads in a circle"
    return ""


DETECTION = Detection(
    name="odd_file_type",
    question="Does something that is no file stand where a start-up file belongs?",
    attack=("T1564",),
    remedy="No package and no cron makes such a thing: note its owner and times, snapshot, then remove it.",
    matches=matches,
    overrules=True,
)
