"""Something that is no file where a start-up file belongs."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.coverage import SPECIAL
from kenshin.analysis.detection import Detection, Match
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.finding import Grade

ARTIFACTS = ("cron", "at", "rc_local", "ld_preload")


def matches(case: Case) -> Iterator[Match]:
    """FIFOs, sockets and devices that a scanner would hang on, and links that leave for nowhere."""
    for entry in case.evidence:
        artifact = next((name for name in ARTIFACTS if any(w.read and w.matches(entry.path) for w in _wants(case, name))), "")
        said = _oddity(entry) if artifact else ""
        if said:
            yield Match(entry.origin(), entry.path, artifact, Grade.WEAK, said)


def _wants(case: Case, artifact: str) -> Iterator:  # type: ignore[type-arg]
    return iter(case.gathered.asked.get(artifact, ()))


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
    remedy="No package and no cron makes such a thing: note its owner and times, then remove it after the snapshot.",
    matches=matches,
    overrules=True,
)
