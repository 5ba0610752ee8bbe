"""The files that one package keeps others from installing: dpkg-divert(1)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kenshin.provenance.places import merged, spellings


@dataclass(frozen=True, slots=True)
class Diversions:
    """Where the files of all packages but one stand instead; paths as since the merge of /usr.

    `by` gives for a contested path the package that took it (`:` for the administrator), `back` for
    the place to which the others' file was moved the path that they list.
    """

    by: Mapping[str, str]
    back: Mapping[str, str]

    def listed_as(self, path: str) -> tuple[str, ...]:
        """The paths under which packages may list what stands here."""
        return spellings(self.back.get(merged(path), path))

    def stands(self, package: str, listed: str, path: str) -> bool:
        """Whether a package's file, by its listed path, is the one that stands at a path."""
        taker = self.by.get(merged(listed))
        return taker is None or (package == taker) == (merged(path) == merged(listed))


def diversions(text: str) -> Diversions:
    """What the diversions file says: three lines each, path, where to, by whom."""
    lines = text.split("\n")
    triples = list(zip(lines[::3], lines[1::3], lines[2::3], strict=False))
    by = {merged(path): package for path, _, package in triples}
    return Diversions(by, {merged(to): merged(path) for path, to, _ in triples})
