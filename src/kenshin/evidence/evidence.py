"""Everything read from one host at one moment."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kenshin.evidence.entry import Entry, FileType, fuller
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
    """Entries by path and view, the header, and what went wrong with the bundle itself.

    `asked` holds the path patterns that were answered completely.
    """

    header: Header = field(default_factory=Header)
    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)
    problems: tuple[Hole, ...] = ()
    asked: frozenset[str] = frozenset()
    _paths: Sequence[str] = field(init=False, repr=False, compare=False)  # in order
    _aliases: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        aliases = {entry.path: entry.to for entry in self if entry.type is FileType.ALIAS}
        object.__setattr__(self, "_paths", sorted({path for path, _ in self.entries}))
        object.__setattr__(self, "_aliases", aliases)

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
        """The paths that a want covers, each with the entry that it ends at, in order of path.

        Such a path may lead through a link among its parents (/etc/cron.d -> /opt/jobs): it is then
        the path as it was wanted, and the entry is where it really is.
        """
        paths = {want.path: want.path} if want.exact else self._covered(want)
        for path, place in sorted(paths.items()):
            for view in want.views:
                entry = self.file(place, view)
                if entry is not None:
                    yield path, entry

    def is_aliased(self, path: str, view: str = "libc") -> bool:
        """Whether a path leads through a link among its parents."""
        entry = self.entries.get((path, view))
        return entry is None or entry.type is FileType.ALIAS

    def names(self, path: str) -> Iterator[str]:
        """A path as it is, and the paths by which links among its parents lead to it."""
        yield path
        for alias, real in self._aliases.items():
            if path == real or path.startswith(real.rstrip("/") + "/"):
                yield alias + path[len(real.rstrip("/")) :]

    def _covered(self, want: Want) -> dict[str, str]:
        literal = want.path[: want.path.index("*")]
        found = {path: path for path in self._beginning(literal) if want.matches(path)}
        for alias, real in self._aliases.items():
            if not (alias.startswith(literal) or literal.startswith(alias + "/")):
                continue
            top = real.rstrip("/")
            for path in self._beginning(f"{top}/{literal[len(alias) + 1 :]}"):
                name = alias + path[len(top) :]
                if want.matches(name) and not want.matches(path):
                    found[name] = path
        return found

    def _beginning(self, text: str) -> Iterator[str]:
        for index in range(bisect_left(self._paths, text), len(self._paths)):
            if not self._paths[index].startswith(text):
                return
            yield self._paths[index]

    def merged(self, later: "Evidence") -> "Evidence":
        """Both together; where both know a path, the one that read more of it."""
        entries = dict(self.entries)
        for key, entry in later.entries.items():
            known = entries.get(key)
            entries[key] = fuller(known, entry) if known else entry
        return Evidence(self.header, entries, self.problems + later.problems, self.asked | later.asked)
