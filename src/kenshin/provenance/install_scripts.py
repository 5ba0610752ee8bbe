"""Lines that packages' install scripts write: deb-postinst(5)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LEAST = 16  # characters of a line that say enough to know it again
_SCHEDULE = re.compile(r"[\s\d*/,-]*")
_IN_A_NAME = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+@/")
_BEFORE = (b"", b"\n", b" ", b"\t", b'"', b"'")
_AFTER = (b"", b"\n", b'"', b"'")


@dataclass(frozen=True, slots=True)
class InstallScripts:
    """The scripts by the stem of their package."""

    scripts: Mapping[str, bytes]
    _naming: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def writer(self, path: str, text: str) -> str:
        """The stem of the package whose script names the file and holds the line, or nothing.

        The line must end where a line or a quotation of the script ends; the times of a schedule
        at its beginning are left out, because scripts draw them by lot.
        """
        schedule = _SCHEDULE.match(text)
        line = text[schedule.end() if schedule else 0 :].strip()
        if len(line) < LEAST:
            return ""
        wanted = line.encode("utf-8", "surrogateescape")
        return next((stem for stem in self._that_name(path) if _holds(self.scripts[stem], wanted)), "")

    def _that_name(self, path: str) -> tuple[str, ...]:
        if path not in self._naming:
            name = path.encode("utf-8", "surrogateescape")
            self._naming[path] = tuple(stem for stem, script in self.scripts.items() if _names(script, name))
        return self._naming[path]


def _names(script: bytes, path: bytes) -> bool:
    """Whether a script names a path, and not only a longer one."""
    return any(_byte(script, at + len(path)) not in _IN_A_NAME for at in occurrences(script, path))


def _holds(script: bytes, line: bytes) -> bool:
    return any(
        script[max(at - 1, 0) : at] in _BEFORE and script[at + len(line) : at + len(line) + 1] in _AFTER
        for at in occurrences(script, line)
    )


def _byte(data: bytes, at: int) -> int | None:
    return data[at] if at < len(data) else None


def occurrences(data: bytes, wanted: bytes) -> Iterator[int]:
    """Each place where a text begins."""
    at = data.find(wanted)
    while at >= 0:
        yield at
        at = data.find(wanted, at + 1)
