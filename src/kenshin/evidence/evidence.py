"""Everything read from one host at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.request import Want
from kenshin.model.coverage import Hole

LINK_LIMIT = 40  # as path_resolution(7)


@dataclass(frozen=True, slots=True)
class Header:
    """Who was read, when and by what; `started` is seconds since 1970."""

    version: int = 1
    collector: str = ""
    started: int = 0
    live: bool = False
    name: str = ""
    kernel: str = ""
    machine: str = ""
    uid: int = 0
    python: str = ""
    resolver: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Entries by path and view, the header, and what went wrong with the bundle itself."""

    header: Header = field(default_factory=Header)
    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    problems: tuple[Hole, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def at(self, path: str, view: str = "libc") -> Entry | None:
        """What stands at the path itself (a link stays a link); None when it was not asked for."""
        entry = self.entries.get((path, view))
        if entry is not None and entry.type is FileType.ALIAS:
            return self.entries.get((entry.to, view))
        return entry

    def file(self, path: str, view: str = "libc") -> Entry | None:
        """What the path ends at after every link; None when not asked for, a loop, or dangling."""
        for _ in range(LINK_LIMIT):
            entry = self.entries.get((path, view))
            if entry is None or entry.type not in (FileType.LINK, FileType.ALIAS):
                return entry
            path = entry.to
        return None

    def matching(self, want: Want) -> Iterator[tuple[str, Entry]]:
        """The paths that a want covers, each with the entry that it ends at, in order of path."""
        paths = [want.path] if want.exact else sorted({e.path for e in self if want.matches(e.path)})
        for path in paths:
            for view in want.views:
                entry = self.file(path, view)
                if entry is not None:
                    yield path, entry

    def merged(self, later: "Evidence") -> "Evidence":
        """Both together; where both know a path, the one that read more of it."""
        entries = dict(self.entries)
        for key, entry in later.entries.items():
            known = entries.get(key)
            if known is None or len(known.data) <= len(entry.data):
                entries[key] = entry
        return Evidence(self.header, entries, self.problems + later.problems)
