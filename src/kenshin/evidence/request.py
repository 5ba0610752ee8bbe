"""What to read from a host, as data: the collector knows how, the request says what."""

import re
from dataclasses import dataclass
from functools import lru_cache

TEXT_LIMIT = 1 << 20
DIGEST_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class Want:
    """One path pattern and how much of each match is wanted.

    `path`: `*` stands for any run of characters in a name (hidden names too), `**` as the last
    part for the whole tree. `read`: content up to so many bytes, 0 for attributes only. `digest`:
    files up to so many bytes are hashed. `text`: of a binary file (NUL in its first line, and no #!
    there) only the first 1,024 bytes. `select`: only lines that match this regular expression (bytes).
    `otherwise`: the name to read beside a match that is absent. `live`: exists only on a running
    host. `views`: by which views to read it.
    """

    path: str
    read: int = TEXT_LIMIT
    digest: int = DIGEST_LIMIT
    text: bool = False
    select: str = ""
    otherwise: str = ""
    live: bool = False
    views: tuple[str, ...] = ("libc",)

    def matches(self, path: str) -> bool:
        """Whether the pattern covers a path."""
        if "*" not in self.path:
            return path == self.path
        return _pattern(self.path).fullmatch(path) is not None

    @property
    def exact(self) -> bool:
        """Whether it names one path."""
        return "*" not in self.path


@dataclass(frozen=True, slots=True)
class Request:
    """The wants of one round of collection."""

    wants: tuple[Want, ...]

    def as_data(self) -> list[dict[str, object]]:
        """The wants as plain values for the collector, paths as they are (surrogates included)."""
        return [
            {
                "path": want.path,
                "read": want.read,
                "digest": want.digest,
                "text": want.text,
                "select": want.select,
                "otherwise": want.otherwise,
                "views": list(want.views),
            }
            for want in self.wants
        ]


@lru_cache(maxsize=4096)
def _pattern(path: str) -> re.Pattern[str]:
    parts = []
    for part in re.split(r"(\*\*|\*)", path):
        parts.append({"**": ".+", "*": "[^/]*"}.get(part, re.escape(part)))
    return re.compile("".join(parts), re.DOTALL)
