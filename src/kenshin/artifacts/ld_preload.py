"""The libraries that the dynamic loader puts into every program: /etc/ld.so.preload, ld.so(8)."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.origin import Origin, Record

PRELOAD = "/etc/ld.so.preload"
NAMES_LIMIT = 256  # in one file
# What ld.so puts in place of $LIB on the architectures and distributions that we know.
LIB = (
    "lib",
    "lib64",
    "lib/x86_64-linux-gnu",
    "lib/aarch64-linux-gnu",
    "lib/arm-linux-gnueabihf",
    "lib/i386-linux-gnu",
    "lib/riscv64-linux-gnu",
    "lib/powerpc64le-linux-gnu",
    "lib/s390x-linux-gnu",
    "lib32",
    "libx32",
)
# ... of $PLATFORM (AT_PLATFORM, getauxval(3)), and of $ORIGIN: the directory of any program.
PLATFORM = ("x86_64", "haswell", "xeon_phi", "i686", "i586", "aarch64", "v6l", "v7l", "v8l", "power9", "z15")
ORIGIN = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
# Where a name without a slash is looked for, in this order.
SEARCHED = (
    "/usr/local/lib/x86_64-linux-gnu",
    "/usr/local/lib/aarch64-linux-gnu",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/arm-linux-gnueabihf",
    "/usr/lib/i386-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
)
# Where the agents that preload themselves are installed.
AGENTS = (Want("/opt/*", read=0, digest=0), Want("/opt/*/*", read=0, digest=0))
_TOKEN = re.compile(r"\$(?:(LIB|PLATFORM|ORIGIN)(?![A-Za-z0-9_])|\{(LIB|PLATFORM|ORIGIN)\})")
_NAME = re.compile(rb"[^: \t\n]+")
_VALUES = {"LIB": LIB, "PLATFORM": PLATFORM, "ORIGIN": ORIGIN}


@dataclass(frozen=True, slots=True)
class Library:
    """A library as it is named, and the paths at which the loader may find it."""

    name: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreloadLibrary(Record):
    """One library of ld.so.preload; the record's text is the whole line.

    `commented` where it stands behind a `#` and the loader reads it all the same (see names()).
    """

    library: Library
    source: str = PRELOAD
    commented: bool = False


def names(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The names that glibc's loader takes from the file's content, each with its offset.

    Blanks, tabs, newlines and colons separate them. All but the last end at the first NUL.
    """
    text = without_comments(data)
    last = max(text.rfind(separator) for separator in (b" ", b"\t", b"\n", b":")) + 1
    body, _, _ = text[: max(last - 1, 0)].partition(b"\0")
    for found in _NAME.finditer(body):
        yield found.start(), found[0]
    name, _, _ = text[last:].partition(b"\0")
    if name:
        yield last, name


def without_comments(data: bytes) -> bytes:
    """The content with comments blanked as glibc does it, its mistake included.

    It looks for each `#` from the beginning again, but only as far as the number of bytes that were
    left behind the comment before: late comments stay, and their words are loaded like any name.
    """
    text = bytearray(data)
    rest = len(text)
    while rest > 0:
        start = text.find(b"#", 0, rest)
        if start < 0:
            break
        end = text.find(b"\n", start, rest)
        if end < 0:
            end = rest
        text[start:end] = b" " * (end - start)
        rest -= end
    return bytes(text)


def candidates(name: str) -> tuple[str, ...]:
    """The absolute paths that a library's name may stand for; a relative one is taken from `/`."""
    expanded = [name]
    for token in _VALUES:
        expanded = [_replaced(each, token, value) for each in expanded for value in _values_of(each, token)]
    paths: list[str] = []
    for each in expanded:
        if "/" in each:
            paths.append("/" + "/".join(filter(None, each.split("/"))))
        else:
            paths += (f"{directory}/{each}" for directory in SEARCHED)
    return tuple(dict.fromkeys(path for path in paths if "*" not in path and "\0" not in path))


def _values_of(name: str, token: str) -> tuple[str, ...]:
    used = any(token in found for found in _TOKEN.findall(name))
    return _VALUES[token] if used else ("",)


def _replaced(name: str, token: str, value: str) -> str:
    return _TOKEN.sub(lambda found: value if token in found.groups() else found[0], name)


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """The libraries of ld.so.preload, one record each; nothing for any other file."""
    if asked.path == PRELOAD:
        yield from limited(_libraries(asked), NAMES_LIMIT)


def limited(records: Iterator[Record | Unparsed], limit: int) -> Iterator[Record | Unparsed]:
    """As many records as an honest file may hold, and, where there are more, that they were not read."""
    yield from islice(records, limit)
    for record in islice(records, 1):
        yield Unparsed(record.origin, record.text, f"from here on it is not read: more than {limit} settings")


def _libraries(asked: Asked) -> Iterator[Record | Unparsed]:
    data = asked.entry.data
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    number = 1
    counted = 0
    for offset, name in names(data):
        number += data.count(b"\n", counted, offset)
        counted = offset
        origin = Origin(PRELOAD, number, asked.entry.view)
        commented = b"#" in data[data.rfind(b"\n", 0, offset) + 1 : offset + 1]
        written = name.decode("utf-8", "surrogateescape")
        library = Library(written, candidates(written))
        yield PreloadLibrary(origin, lines[number - 1], library, commented=commented)


def more(evidence: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    """Each place where a library may stand, and the directory it lies in: attributes and digests."""
    del evidence
    for record in records:
        if isinstance(record, PreloadLibrary):
            yield from wants_for(record.library)
            yield from AGENTS


def wants_for(library: Library) -> Iterator[Want]:
    """What to know of a library that is loaded into programs."""
    for path in library.candidates:
        yield Want(path, read=0)
        yield Want(posixpath.dirname(path), read=0)


ARTIFACT = Artifact("ld_preload", (Want(PRELOAD),), parse, more)
