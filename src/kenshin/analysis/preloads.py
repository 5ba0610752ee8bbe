"""What a host makes the dynamic loader put into programs: each setting with its libraries as they stand."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kenshin.analysis.case import Case
from kenshin.artifacts.environment import LoaderVariable, of_others
from kenshin.artifacts.ld_preload import Library, PreloadLibrary
from kenshin.evidence.entry import Entry
from kenshin.model.attestation import Scope
from kenshin.model.finding import Grade
from kenshin.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that speaks against a library or a directory."""

    grade: Grade
    reason: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line that makes the loader load libraries.

    `source` is `ld.so.preload` or the variable's name, `home` the home directory whose owner alone
    is affected.
    """

    origin: Origin
    text: str
    artifact: str
    source: str
    libraries: tuple[Library, ...]
    home: str = ""

    @property
    def everywhere(self) -> bool:
        """Whether every program on the host is affected."""
        return self.source == "ld.so.preload"


def settings(case: Case) -> tuple[Setting, ...]:
    """Every such line once, in the order in which they were read."""
    found: dict[tuple[Origin, str], Setting] = {}
    for each in (*_of_file(case), *_of_variables(case), *_of_others(case)):
        key = (each.origin, each.source)
        known = found.get(key)
        if known is None:
            found[key] = each
        else:
            libraries = tuple(dict.fromkeys((*known.libraries, *each.libraries)))
            found[key] = replace(known, libraries=libraries)
    return tuple(found.values())


def _of_file(case: Case) -> Iterator[Setting]:
    for record in case.of(PreloadLibrary):
        if not record.commented or any(entry.is_file for entry in standing(case, record.library)):
            libraries = (record.library,)
            yield Setting(record.origin, record.text, "ld_preload", "ld.so.preload", libraries)


def _of_variables(case: Case) -> Iterator[Setting]:
    for record in case.of(LoaderVariable):
        if record.libraries:
            place = (record.origin, record.text, "environment")
            yield Setting(*place, record.variable, record.libraries, record.home)


def _of_others(case: Case) -> Iterator[Setting]:
    for record in case.gathered.records:
        for found in of_others(record):
            if found.libraries:
                yield Setting(found.origin, found.text, "environment", found.variable, found.libraries)


def standing(case: Case, library: Library) -> tuple[Entry, ...]:
    """What stands at the places where the loader may find the library, each once."""
    entries = (case.file(path) for path in library.candidates)
    return tuple({entry.path: entry for entry in entries if entry is not None}.values())


def unseen(case: Case, library: Library) -> bool:
    """Whether nobody can say what stands at these places: not asked for, or one could not be read."""
    places = [case.evidence.at(path) for path in library.candidates]
    ends = (case.evidence.file(path) for path in library.candidates)
    return not any(places) or any(entry.outcome.is_hole for entry in (*places, *ends) if entry)


def is_vouched(case: Case, entry: Entry) -> bool:
    """Whether somebody vouches for the library's very content."""
    word = case.word_for_file(entry.path)
    return word is not None and word.scope is Scope.CONTENT


def described(case: Case, library: Library) -> Iterator[str]:
    """One line for each file that the library may be: who vouches for it, owner, mode, digest."""
    entries = standing(case, library)
    for entry in entries:
        who = _who(case, entry)
        owner = f"owner {entry.uid}:{entry.gid}, mode {entry.mode & 0o7777:04o}"
        yield f"{entry.path}: {who}; {owner}" + (f"; sha256 {entry.sha256}" if entry.sha256 else "")
    if not entries:
        yield f"{library.name}: " + ("it could not be read" if unseen(case, library) else "nothing is there")


def _who(case: Case, entry: Entry) -> str:
    if entry.outcome.is_hole:
        return "it could not be read"
    word = case.word_for_file(entry.path)
    return word.who if word is not None else case.doubt_of_file(entry.path) or "nobody vouches for it"


def directory_of(case: Case, entry: Entry) -> Entry | None:
    """The directory in which a file lies, where it was seen."""
    return case.file(posixpath.dirname(entry.path))


def writable_directory(entry: Entry) -> bool:
    """Whether others than root may put files there; Debian lets the group staff do so in /usr/local."""
    if entry.path.startswith("/usr/local"):
        return bool(entry.mode & 0o002)
    return entry.writable_by_others


def worst(concerns: list[Concern]) -> Concern:
    """The first of those with the highest grade."""
    return max(concerns, key=lambda concern: concern.grade.rank)
