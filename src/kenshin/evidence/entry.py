"""One place on the host as one view saw it."""

import stat
from dataclasses import dataclass, replace
from enum import StrEnum

from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome

IMMUTABLE = 0x10  # FS_IMMUTABLE_FL, FS_APPEND_FL: ioctl_iflags(2)
APPEND_ONLY = 0x20
HEAD = 1024  # bytes by which a binary file is told


class FileType(StrEnum):
    """What stands at a path; an alias is a path whose parent directories hold a symbolic link."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    ALIAS = "alias"
    FIFO = "fifo"
    SOCKET = "socket"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path with its outcome, attributes and content.

    `path` has no symbolic link in its parents; `link` is a link's text and `to` the path it ends
    at. `mtime` and `ctime` are seconds since 1970, `flags` the inode's attributes. `data` may be
    shorter than `size`: then the outcome is `cut`, or `selected` says that only some lines were
    asked for (each prefixed by its number and a colon). Digests are of the whole file, or empty.
    """

    path: str
    outcome: Outcome
    view: str = "libc"
    type: FileType | None = None
    mode: int = 0
    uid: int = 0
    gid: int = 0
    size: int = 0
    mtime: int = 0
    ctime: int = 0
    nlink: int = 1
    flags: int = 0
    link: str = ""
    to: str = ""
    data: bytes = b""
    selected: bool = False
    md5: str = ""
    sha256: str = ""
    error: str = ""

    @property
    def text(self) -> str:
        """The content as text; undecodable bytes survive as surrogates."""
        return self.data.decode("utf-8", "surrogateescape")

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.type is FileType.FILE

    @property
    def executable(self) -> bool:
        """Whether anybody may execute it."""
        return bool(self.mode & 0o111)

    @property
    def writable_by_others(self) -> bool:
        """Whether somebody besides its owner may change it: group (other than root's) or world."""
        by_group = bool(self.mode & stat.S_IWGRP) and self.gid != 0
        return by_group or bool(self.mode & stat.S_IWOTH)

    @property
    def immutable(self) -> bool:
        """Whether even root must first clear an attribute to change it."""
        return bool(self.flags & (IMMUTABLE | APPEND_ONLY))

    @property
    def is_binary(self) -> bool:
        """Whether a shell would refuse to read it: NUL in the first line, which is no #! line."""
        first = self.data[:HEAD].partition(b"\n")[0]
        return b"\0" in first and not first.startswith(b"#!")

    def origin(self, line: int | None = None) -> Origin:
        """The place of one of its lines."""
        return Origin(self.path, line, self.view)


def fuller(one: Entry, later: Entry) -> Entry:
    """The one of two readings of a place that tells more, the later when in doubt.

    Where the file did not change in between, it also has what only the other gives: digests, flags.
    """
    best, other = (later, one) if _tells_more(later, one) else (one, later)
    if (one.type, one.size, one.mtime, one.ctime) != (later.type, later.size, later.mtime, later.ctime):
        return best
    return replace(
        best,
        md5=best.md5 or other.md5,
        sha256=best.sha256 or other.sha256,
        flags=best.flags | other.flags,
    )


def _tells_more(later: Entry, one: Entry) -> bool:
    if one.selected and not later.selected:
        return bool(later.data) or later.outcome.is_hole
    if later.selected and not one.selected:
        return not one.data
    return len(later.data) >= len(one.data)
