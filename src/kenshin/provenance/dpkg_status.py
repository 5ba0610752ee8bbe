"""The list of installed packages, /var/lib/dpkg/status: deb822(5), dpkg-query(1)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kenshin.model.coverage import Hole
from kenshin.model.outcome import Outcome

STATUS = "/var/lib/dpkg/status"
DIGEST = re.compile(r"[0-9a-f]{32}")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):\s?(.*)")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_STATES = ("obsolete", "remove-on-upgrade")


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package; `stem` is the name of its files below info/."""

    name: str
    version: str
    stem: str
    conffiles: Mapping[str, str]  # path to MD5


def packages(text: str) -> Iterator[tuple[str, Package] | Hole]:
    """Each package of a status file with its architecture, and each paragraph that is not whole."""
    line, last = 1, 0
    for paragraph in _PARAGRAPH.finditer(text):
        line += text.count("\n", last, paragraph.start())
        last = paragraph.start()
        fields, broken = _fields(paragraph[0])
        if broken or "Package" not in fields or "Status" not in fields:
            reason = f"not a package's paragraph: {broken or 'no name or state'}"
            yield Hole(STATUS, Outcome.FAILED, reason, line=line)
        if "Package" in fields:
            name, version, architecture = (
                _first(fields, key) for key in ("Package", "Version", "Architecture")
            )
            yield architecture, Package(name, version, name, _conffiles(fields.get("Conffiles", ())))


def _first(fields: Mapping[str, Sequence[str]], key: str) -> str:
    return fields[key][0].strip() if key in fields else ""


def _fields(paragraph: str) -> tuple[dict[str, list[str]], str]:
    """The lines of each field, and the first line that belongs to none."""
    fields: dict[str, list[str]] = {}
    value: list[str] | None = None
    broken = ""
    for found in _LINE.finditer(paragraph):
        line = found[0]
        named = _FIELD.fullmatch(line)
        if named:
            value = fields[named[1]] = [named[2]]
        elif line.startswith((" ", "\t")) and value is not None:
            value.append(line)
        else:
            broken = broken or line[:60]
    return fields, broken


def _conffiles(lines: Sequence[str]) -> dict[str, str]:
    """Digests by path; that of an obsolete file is of what an earlier version shipped."""
    found: dict[str, str] = {}
    for line in lines:
        words = line.strip().split(" ")
        while words and words[-1] in _STATES:
            words.pop()
        if len(words) > 1 and DIGEST.fullmatch(words[-1]):
            found[" ".join(words[:-1])] = words[-1]
    return found
