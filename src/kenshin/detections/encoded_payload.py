"""A start-up line that hides what it runs by an encoding."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Decode, Feed

SHOWN = 2000  # characters of a decoded payload


def matches(case: Case) -> Iterator[Match]:
    """Lines in which an interpreter executes decoded data; the plain text is shown where it is known."""
    for command in case.commands:
        fed = [act for act in command.acts if isinstance(act, Feed) and "decoded" in act.source]
        if not fed:
            continue
        plain = dict.fromkeys(
            act.plain.strip() for act in command.acts if isinstance(act, Feed | Decode) and act.plain is not None
        )
        how = " | ".join(fed[0].how)
        shown = (f"decoded: {text[:SHOWN]}" for text in plain if text)
        yield on(command, Grade.STRONG, f"it runs code that is hidden by an encoding ({how})", *shown)


DETECTION = Detection(
    name="encoded_payload",
    question="Does the host start code whose text somebody has hidden?",
    attack=("T1027", "T1140"),
    remedy="Read the decoded text above, keep the file, and search the host for the addresses and paths in it.",
    matches=matches,
)
