"""A start-up line that nobody vouches for."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade, Kind


def matches(case: Case) -> Iterator[Match]:
    """Every line that starts code; what somebody vouches for stays silent."""
    for command in case.commands:
        if command.artifact == "script":
            continue  # the line that runs the script asks the question
        if case.attestation(command) is None:
            yield on(command, Grade.WEAK, "it starts by itself, and nobody says whose it is", kind=Kind.UNEXPLAINED)


DETECTION = Detection(
    name="unexplained_start",
    question="Does the host start something that nobody vouches for?",
    attack=(),
    remedy="Is it yours? Then declare it: kenshin trust ID --reason '…'. If not, treat it as the intruder's.",
    matches=matches,
)
