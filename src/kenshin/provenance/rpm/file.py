"""The files of a package, put together from the columns of its header."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from kenshin.provenance.rpm.errors import BrokenHeaderError
from kenshin.provenance.rpm.header import Tags

OLD_NAMES, DIR_INDEXES, BASE_NAMES, DIR_NAMES = 1027, 1116, 1117, 1118
SIZES, LONG_SIZES, MODES, DIGESTS, LINKS, FLAGS, USERS, GROUPS, ALGORITHM = (
    1028, 5008, 1030, 1035, 1036, 1037, 1039, 1040, 5011,
)  # fmt: skip
CONFIG = 1
GHOST = 64
ALGORITHMS = {
    1: "md5",
    2: "sha1",
    3: "ripemd160",
    8: "sha256",
    9: "sha384",
    10: "sha512",
    11: "sha224",
    12: "sha3_256",
    14: "sha3_512",
}
# Honest headers spend more than 16 bytes on a file and rarely name directories at more than their own length;
# forged ones could make gigabytes of names out of a few bytes.
BYTES_A_FILE = 16
NAME_RATIO = 8
NAME_ALLOWANCE = 1 << 16

Value = TypeVar("Value", int, str)


@dataclass(frozen=True, slots=True)
class File:
    """One path that a package owns; text that its header does not give is empty, a number 0.

    `digest` is empty for what has no content of its own: directories, links, ghosts. `algorithm` is hashlib's
    name for it. `flags` has bit 1 for configuration, 16 for noreplace and 64 for a ghost.
    """

    path: str
    digest: str
    algorithm: str
    mode: int
    user: str
    group: str
    flags: int
    size: int
    link_to: str


def files(tags: Tags, most: int) -> tuple[File, ...]:
    """The files of a header in its order; raises BrokenHeaderError where columns disagree or pass `most`."""
    paths = _paths(tags, min(most, tags.end // BYTES_A_FILE))
    if not paths:
        return ()
    count = len(paths)
    number = tags.integer(ALGORITHM)
    algorithm = ALGORITHMS.get(number, f"unknown-{number}") if number is not None else "md5"
    same: dict[str, str] = {}
    columns = zip(
        paths,
        _column(tags, DIGESTS, tags.texts, count, ""),
        _column(tags, MODES, tags.integers, count, 0),
        _column(tags, USERS, tags.texts, count, ""),
        _column(tags, GROUPS, tags.texts, count, ""),
        _column(tags, FLAGS, tags.integers, count, 0),
        _column(tags, LONG_SIZES if tags.has(LONG_SIZES) else SIZES, tags.integers, count, 0),
        _column(tags, LINKS, tags.texts, count, ""),
        strict=True,
    )
    shared = same.setdefault
    return tuple(
        File(path, digest, algorithm, mode, shared(user, user), shared(group, group), flags, size, link_to)
        for path, digest, mode, user, group, flags, size, link_to in columns
    )


def _column(
    tags: Tags, tag: int, read: Callable[[int], list[Value] | tuple[Value, ...]], count: int, nothing: Value
) -> list[Value] | tuple[Value, ...]:
    """One value a file, or nothing for each where the header lacks the column."""
    if not tags.has(tag):
        return [nothing] * count
    values = read(tag)
    if len(values) != count:
        raise BrokenHeaderError(f"{count} files, but {len(values)} values of tag {tag}")
    return values


def _paths(tags: Tags, most: int) -> list[str]:
    """The full paths, from whichever of rpm's two forms the header has."""
    whole = OLD_NAMES if tags.has(OLD_NAMES) else BASE_NAMES
    if tags.has(whole) and tags.index[whole].count > most:
        raise BrokenHeaderError(f"{tags.index[whole].count} files are more than it has room for")
    if whole == OLD_NAMES:
        return tags.texts(OLD_NAMES)
    names, places, directories = tags.texts(BASE_NAMES), tags.integers(DIR_INDEXES), tags.texts(DIR_NAMES)
    if len(names) != len(places) or (places and max(places) >= len(directories)):
        raise BrokenHeaderError("names and directories do not match")
    lengths = [len(directory) for directory in directories]
    if sum(lengths[place] for place in places) > NAME_RATIO * tags.end + NAME_ALLOWANCE:
        raise BrokenHeaderError("its directory names are longer than it has room for")
    return [directories[place] + name for place, name in zip(places, names, strict=True)]
