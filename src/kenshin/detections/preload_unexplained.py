"""A preload setting that nobody vouches for."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.preloads import described, settings
from kenshin.model.finding import Grade, Kind


def matches(case: Case) -> Iterator[Match]:
    """Every line that makes the loader load something; what starts code is asked about elsewhere."""
    starts = {(command.origin.path, command.origin.line) for command in case.commands}
    for setting in settings(case):
        if (setting.origin.path, setting.origin.line) in starts:
            continue
        names = ", ".join(library.name for library in setting.libraries)
        details = tuple(line for library in setting.libraries for line in described(case, library))
        summary = f"{setting.source} loads {names}, and nobody says who wanted that"
        place = (setting.origin, setting.text, setting.artifact)
        yield Match(*place, Grade.WEAK, summary, details, Kind.UNEXPLAINED)


DETECTION = Detection(
    name="preload_unexplained",
    question="Is something loaded into programs by a line that nobody vouches for?",
    attack=(),
    remedy=(
        "Is it yours? Then declare it: kenshin trust ID --reason '…'. If not, treat it as the intruder's: "
        "take a snapshot first."
    ),
    matches=matches,
)
