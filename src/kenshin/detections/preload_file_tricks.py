"""An ld.so.preload that defends or disguises itself."""

import re
import unicodedata
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import odd_place
from kenshin.analysis.preloads import Concern, standing, worst
from kenshin.artifacts.ld_preload import PRELOAD, PreloadLibrary
from kenshin.artifacts.loader_path import CONFIGURATION
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.finding import Grade
from kenshin.model.origin import Origin

_BLANKS = re.compile(r"[ \t]{100,}")
_EMPTY_LINES = re.compile(r"\n{40,}[^\n]")


def matches(case: Case) -> Iterator[Match]:
    """One match with all that is odd about the file itself."""
    concerns = [*_of_link(case), *_of_file(case), *_of_text(case)]
    if concerns:
        found = worst(concerns)
        others = tuple(each.reason for each in concerns if each is not found)
        yield Match(Origin(PRELOAD), PRELOAD, "ld_preload", found.grade, found.reason, others)


def _of_link(case: Case) -> Iterator[Concern]:
    place = case.evidence.at(PRELOAD)
    if place is None or place.type is not FileType.LINK:
        return
    target = place.to or place.link
    oddity = odd_place(target, case.indicators["homes.tools"])
    odd = oddity is not None or target.startswith(("/root/", "/home/", "/run/"))
    yield Concern(Grade.STRONG if odd else Grade.WEAK, f"it is a symbolic link to {target}")


def _of_file(case: Case) -> Iterator[Concern]:
    entry = case.file(PRELOAD)
    if entry is None or not entry.is_file:
        return
    rights = f"owner {entry.uid}:{entry.gid}, mode {entry.mode & 0o7777:04o}"
    if entry.writable_by_others or entry.uid != 0:
        yield Concern(Grade.STRONG, f"others than root may write it, and so become root ({rights})")
    if not any(True for _ in case.of(PreloadLibrary)):
        return  # an empty file, protected: that is how some keep others from writing one
    if entry.immutable:
        yield Concern(Grade.STRONG, "it is protected by chattr against being cleaned")
    beside = case.file(CONFIGURATION)
    # In a copy that is made of hard links every file has more names than one.
    if entry.nlink > 1 and (beside is None or beside.nlink == 1):
        yield Concern(Grade.WEAK, f"it has {entry.nlink} names: removing this one leaves the others")


def _of_text(case: Case) -> Iterator[Concern]:
    entry = case.file(PRELOAD)
    text = entry.text if entry is not None else ""
    lines = text.replace("\r\n", "\n")
    if "\r" in lines:
        yield Concern(Grade.STRONG, "a carriage return lets later text overwrite a line on the screen")
    elif "\r" in text:
        yield Concern(
            Grade.WEAK, "its lines end in a carriage return, which the loader takes for part of the name"
        )
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n\r" for character in text):
        yield Concern(Grade.STRONG, "it holds control characters, which hide text on a terminal")
    if any(unicodedata.category(character) == "Cf" for character in text):
        yield Concern(Grade.STRONG, "it holds invisible characters")
    if _BLANKS.search(text) or _EMPTY_LINES.search(text):
        yield Concern(Grade.STRONG, "a run of blanks or empty lines pushes text out of sight")
    for record in case.of(PreloadLibrary):
        if record.commented and _loads(case, record):
            yield Concern(Grade.STRONG, f"{record.library.name} stands behind a `#`, yet the loader reads it")


def _loads(case: Case, record: PreloadLibrary) -> bool:
    files: list[Entry] = [entry for entry in standing(case, record.library) if entry.is_file]
    return bool(files)


DETECTION = Detection(
    name="preload_file_tricks",
    question="Does ld.so.preload defend or disguise itself?",
    attack=("T1574.006", "T1564", "T1222.002"),
    remedy=(
        "Look at it by `cat -A` and `lsattr`, better from another machine. Take a snapshot and keep a copy "
        "before clearing any attribute: a watching process may react."
    ),
    matches=matches,
)
