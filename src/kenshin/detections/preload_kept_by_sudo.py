"""sudo told to hand the loader's variables on to the programs that it runs."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.artifacts.environment import SudoKeeps
from kenshin.model.finding import Grade, Kind


def matches(case: Case) -> Iterator[Match]:
    """Each such rule: with the variables by name a way to root, with whatever is given a door left open."""
    for record in case.of(SudoKeeps):
        if record.names:
            kept = ", ".join(record.names)
            summary = f"sudo keeps {kept}: whoever may use it loads a library of his own as root"
            yield Match(record.origin, record.text, "environment", Grade.WEAK, summary)
        else:
            summary = "sudo lets its user set any variable, LD_PRELOAD among them"
            yield Match(record.origin, record.text, "environment", Grade.WEAK, summary, kind=Kind.EXPOSURE)


DETECTION = Detection(
    name="preload_kept_by_sudo",
    question="Does sudo hand LD_PRELOAD on to the programs that it runs as root?",
    attack=("T1548.003", "T1574.006"),
    remedy=(
        "Ask who wrote this rule and when: sudo removes these variables by default, and no program needs "
        "them kept. Keep a copy of the file, then take the names out (visudo)."
    ),
    matches=matches,
)
