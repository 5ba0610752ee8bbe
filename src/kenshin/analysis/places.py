"""Where honest programs do not live, and names that are made to mislead."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from kenshin.model.finding import Grade

# Anybody may write here, and nothing installs here: systemd.exec(5), file-hierarchy(7).
TEMPORARY = ("/tmp/", "/var/tmp/", "/dev/shm/", "/dev/mqueue/", "/run/lock/", "/var/lock/", "/run/shm/")  # noqa: S108
SYSTEM = (
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/lib/",
    "/usr/lib32/",
    "/usr/lib64/",
    "/usr/libexec/",
    "/usr/share/",
    "/usr/include/",
    "/usr/games/",
    "/bin/",
    "/sbin/",
    "/lib/",
    "/lib64/",
)
NOT_FOR_PROGRAMS = (
    "/dev/",
    "/proc/",
    "/sys/",
    "/lost+found/",
    "/var/log/",
    "/var/run/",
    "/run/",
    "/var/mail/",
    "/var/games/",
    "/usr/include/",
    "/usr/share/fonts/",
    "/usr/share/man/",
)
NIXOS = ("/run/current-system/", "/run/wrappers/", "/run/booted-system/")
_WORD = re.compile(r"[^\W\d_]+")
_SLASHES = re.compile(r"/{2,}")
_HOME = re.compile(r"(/root|/home/[^/]+)/")
_INVISIBLE = frozenset(
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2800\u3164\u115f\u1160\uffa0\u180e"
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Why a place is odd, and how much that proves for a program which the host starts by itself."""

    reason: str
    grade: Grade


def odd_place(path: str, tools: Collection[str]) -> Oddity | None:
    """What is odd about a program's place; `tools` are hidden directories that tools keep in a home."""
    path = _SLASHES.sub("/", path)
    for directory in TEMPORARY:
        if path.startswith(directory):
            return Oddity(
                f"it lies in {directory}, where anybody may write and nothing is installed", Grade.STRONG
            )
    for directory in NOT_FOR_PROGRAMS:
        if path.startswith(directory) and not path.startswith(NIXOS):
            return Oddity(f"it lies in {directory}, where no program belongs", Grade.STRONG)
    return _hidden(path, tools)


def _hidden(path: str, tools: Collection[str]) -> Oddity | None:
    parts = path.split("/")[1:]
    hidden = [part for part in parts if part.startswith(".") and part not in (".", "..")]
    if not hidden:
        return None
    if any(not part.strip(". \t") for part in hidden):
        return Oddity(f"the name {hidden[0]!r} consists of dots and blanks", Grade.STRONG)
    if parts[-1].startswith("."):
        return Oddity("the program itself has a hidden name", Grade.STRONG)
    if _tools_own(path, tools).issuperset(hidden) and not path.startswith((*SYSTEM, "/etc/")):
        return None
    home = _HOME.match(path)
    if home and path[home.end() :].partition("/")[0] in hidden and len(hidden) == 1:
        return Oddity(f"it lies in the hidden directory {hidden[0]} of a home", Grade.WEAK)
    return Oddity(f"it lies in a hidden directory ({', '.join(hidden)})", Grade.STRONG)


def _tools_own(path: str, tools: Collection[str]) -> frozenset[str]:
    """The names in a path that are a tool's: alone, or with the one above or below (`~` is a home)."""
    home = _HOME.match(path)
    parts = f"~/{path[home.end() :]}".split("/") if home else path.split("/")
    pairs = {name for pair in pairwise(parts) if "/".join(pair) in tools for name in pair}
    return frozenset(part for part in parts if part in tools or part in pairs)


def odd_place_of_binary(path: str) -> Oddity | None:
    """What is odd about a compiled program's place, where a script would not be odd."""
    if path.startswith("/etc/"):
        return Oddity(
            "it is a compiled program below /etc, where only settings and scripts belong", Grade.STRONG
        )
    if path.startswith("/boot/"):
        return Oddity("it is a compiled program in /boot, which is for the kernel", Grade.STRONG)
    if path.count("/") == 1:
        return Oddity("it is a compiled program in the root directory", Grade.WEAK)
    return None


def in_system_directory(path: str) -> bool:
    """Whether only packages put programs there."""
    return path.startswith(SYSTEM)


def misleading(text: str) -> str:
    """What in a name deceives the eye: invisible characters, outer blanks, mixed alphabets; or nothing."""
    for character in text:
        if character in _INVISIBLE or unicodedata.category(character) == "Cf":
            return f"it holds the invisible character U+{ord(character):04X}"
    for part in text.split("/"):
        if part and part != part.strip(" \t"):
            return "a name in it begins or ends with a blank"
        for word in _WORD.findall(part):
            mixed = _alphabets(word)
            if len(mixed) > 1:
                return f"a name in it mixes {' and '.join(sorted(mixed))} letters that look alike"
    return ""


def _alphabets(name: str) -> set[str]:
    names = (unicodedata.name(character, "").split(" ")[0] for character in name if character.isalpha())
    return {
        name.capitalize()
        for name in names
        if name in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH")
    }
