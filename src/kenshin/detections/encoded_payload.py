"""A start-up line that hides what it runs by an encoding."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Act, Decode, Feed
from kenshin.shell.command import Command

SHOWN = 2000  # characters of a decoded payload
_TURNING = frozenset(("tr", "gpg", "gpg2", "strings", "exiftool", "steghide", "zbarimg", "ccrypt", "mcrypt"))
# No program has so long a name: it is data, kept where a job's command belongs.
_OPAQUE = re.compile(r"(?=[^\s]*[0-9])(?=[^\s]*[a-z])[A-Za-z0-9+=_-]{48,}")


def matches(case: Case) -> Iterator[Match]:
    """Lines in which an interpreter executes decoded data; the plain text is shown where it is known."""
    for command in case.commands:
        fed = [act for act in command.acts if isinstance(act, Feed) and "decoded" in act.source]
        if fed:
            how = " | ".join(fed[0].how)
            shown = (f"decoded: {text[:SHOWN]}" for text in _plain(command))
            yield on(command, Grade.STRONG, f"it runs code that is hidden by an encoding ({how})", *shown)
        elif any(_turned(act) for act in command.acts):
            yield on(command, Grade.WEAK, "it runs what a filter makes of a file that is no script")
        elif any(_OPAQUE.fullmatch(name) for name in command.names):
            yield on(command, Grade.STRONG, "it keeps encoded data where the name of a program belongs")


def _turned(act: Act) -> bool:
    """Whether a shell runs a file after a program for ciphers, letters or pictures has turned it."""
    if not isinstance(act, Feed) or act.plain is not None or not act.source <= {"file"}:
        return False
    return any(step.partition(" ")[0] in _TURNING for step in act.how)


def _plain(command: Command) -> Iterator[str]:
    texts = (act.plain for act in command.acts if isinstance(act, Feed | Decode))
    return iter(dict.fromkeys(text.strip() for text in texts if text is not None and text.strip()))


DETECTION = Detection(
    name="encoded_payload",
    question="Does the host start code whose text somebody has hidden?",
    attack=("T1027", "T1140"),
    remedy="Read the decoded text above, keep the file, and search the host for what it names.",
    matches=matches,
)
