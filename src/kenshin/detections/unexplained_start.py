"""A start-up line that nobody vouches for."""

from collections import Counter
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade, Kind
from kenshin.model.origin import Record

SCHEDULES = ("cron", "at")
LINES_LIMIT = 8  # of one file that cannot be read: what is no table at all says nothing line by line


def matches(case: Case) -> Iterator[Match]:
    """Every line that starts code or is no schedule; what somebody vouches for stays silent."""
    for command in case.commands:
        if command.artifact == "script":
            continue  # the line that runs the script asks the question
        if case.attestation(command) is None:
            yield on(
                command, Grade.WEAK, "it starts by itself, and nobody says whose it is", kind=Kind.UNEXPLAINED
            )
    yield from _unread(case)


def _unread(case: Case) -> Iterator[Match]:
    """The lines of a schedule that are no jobs: whoever broke one may have meant to."""
    told: Counter[str] = Counter()
    for item in case.gathered.unparsed:
        artifact = _artifact(case, item.origin.path) if item.text else ""
        if not artifact or told[item.origin.path] == LINES_LIMIT:
            continue
        if case.attestation(Record(item.origin, item.text)) is None:
            told[item.origin.path] += 1
            summary = f"it stands among the jobs, and nobody says whose it is: {item.reason}"
            yield Match(item.origin, item.text, artifact, Grade.WEAK, summary, kind=Kind.UNEXPLAINED)


def _artifact(case: Case, path: str) -> str:
    """The kind of schedule that a file is, or nothing."""
    asked = case.gathered.asked
    return next((name for name in SCHEDULES if any(want.matches(path) for want in asked.get(name, ()))), "")


DETECTION = Detection(
    name="unexplained_start",
    question="Does the host start something that nobody vouches for?",
    attack=(),
    remedy="Is it yours? Then declare it: kenshin trust ID --reason '…'. If not, treat it as the intruder's.",
    matches=matches,
)
