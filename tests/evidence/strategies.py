"""Entries and bundles as hypothesis draws them."""

import base64
import json

from hypothesis import strategies as some

from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.outcome import Outcome

HEADER = (
    b'{"kenshin_bundle":1,"collector":"c","started":7,"live":false,"uid":0,"python":"3","resolver":"r"}\n'
)
TEXTS = some.binary(max_size=12).map(lambda data: data.decode("utf-8", "surrogateescape"))
PATHS = some.sampled_from(("/a", "/b", "/etc/cron.d/x")) | TEXTS.map(lambda text: f"/{text}")
NUMBERS = some.integers(-(2**63), 2**64 - 1)
ENTRIES = some.builds(
    Entry,
    path=PATHS,
    outcome=some.sampled_from(Outcome),
    type=some.none() | some.sampled_from(FileType),
    link=TEXTS,
    to=TEXTS,
    data=some.binary(max_size=40),
    selected=some.booleans(),
    md5=some.sampled_from(("", "0" * 32)),
    error=some.text(max_size=8),
    mode=NUMBERS,
    size=NUMBERS,
    nlink=NUMBERS,
    flags=NUMBERS,
)


def encoded(name: str, data: bytes) -> dict[str, str]:
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {f"{name}_b64": base64.b64encode(data).decode()}


def lines_of(entry: Entry, at: int = 0) -> list[bytes]:
    """An entry as the collector would write it, its content up to `at` in a chunk before it."""
    fields: dict[str, object] = dict(encoded("path", entry.path.encode("utf-8", "surrogateescape")))
    for name in ("link", "to"):
        fields |= encoded(name, getattr(entry, name).encode("utf-8", "surrogateescape"))
    for name in ("outcome", "view", "selected", "md5", "error", "mode", "size", "nlink", "flags"):
        fields[name] = getattr(entry, name)
    if entry.type is not None:
        fields["type"] = entry.type
    fields |= encoded("data", entry.data[at:])
    chunk = [encoded("chunk", entry.data[:at])] if at else []
    return [json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in (*chunk, fields)]


def sealed(lines: list[bytes]) -> list[bytes]:
    """The same with a header and a trailer."""
    seal = bundle.Seal()
    return [*map(seal.take, [HEADER, *lines]), seal.trailer()]


BUNDLES = some.lists(ENTRIES, max_size=4).map(
    lambda found: sealed([line for e in found for line in lines_of(e)])
)
