"""A line written so that a terminal does not show it."""

import re
import unicodedata
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.artifacts.cron import OddLine
from kenshin.model.finding import Grade
from kenshin.model.origin import Record
from kenshin.shell.command import Command

_CONTROL = {
    "\0": "a NUL, at which many tools stop reading",
    "\x08": "backspaces",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\x1b": "an escape sequence for the terminal",
    "\x7f": "a DEL",
}
# Colours that a message may have: none that conceals, and no black, white or background to vanish in.
_CODE = r"(?:0?[01457]|2[24-7]|3[1-69]|9[0-6]|49|38;5;\d{1,3})"
_COLOUR = re.compile(rf"\x1b\[(?:{_CODE}(?:;{_CODE}){{0,3}})?m")
_BLANKS = re.compile(r"\S[ \t\u00a0\u3000]{100,}\S|\S[ \u00a0\u3000]{200,}")
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u2060\ufeff")
_JOINERS = frozenset("\u200c\u200d")  # between such letters and pictures they belong to the spelling


def matches(case: Case) -> Iterator[Match]:
    """Lines that start code, or stand among such lines, and deceive whoever lists them."""
    for record in case.gathered.records:
        if isinstance(record, Command | OddLine):
            trick, grade = _trick(record)
            if trick:
                artifact = record.artifact if isinstance(record, Command) else "cron"
                summary = f"it hides from whoever lists this file: {trick}"
                yield Match(record.origin, record.text, artifact, grade, summary)


def _trick(record: Record) -> tuple[str, Grade]:
    text = _COLOUR.sub("", record.text.strip("\r\n").replace("\r\n", "\n"))
    if not text.strip():
        return "", Grade.WEAK
    if "\r" in text:
        grade = Grade.PROOF if text.partition("\r")[2].strip() else Grade.STRONG
        return "a carriage return lets later text overwrite it on the screen", grade
    for character, name in _CONTROL.items():
        if character in text:
            return name, Grade.PROOF if character == "\x1b" else Grade.STRONG
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in text):
        return "control characters", Grade.STRONG
    if _misdirects(text if record.origin.line != 1 else text.removeprefix("\ufeff")):
        return "invisible characters or a change of the direction of writing", Grade.STRONG
    if isinstance(record, Command) and _BLANKS.search(text):
        return "a run of blanks pushes the rest out of sight", Grade.STRONG
    return "", Grade.WEAK


def _misdirects(text: str) -> bool:
    if not _DIRECTION.intersection(text):
        return False
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    odd = ((before, c, after) for before, c, after in around if c in _DIRECTION)
    return any(c not in _JOINERS or min(before, after) <= "\u024f" for before, c, after in odd)


DETECTION = Detection(
    name="terminal_tricks",
    question="Is there a line that a terminal does not show as it is?",
    attack=("T1564", "T1027"),
    remedy="Look at the file by `cat -A` only. Somebody took trouble to hide this line: keep it, snapshot.",
    matches=matches,
)
