"""The loader's parsers against a slow twin, any bytes, and hostile sizes."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.artifacts import environment, ld_preload, loader_path
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

FILES = {
    "/etc/ld.so.preload": ld_preload.ARTIFACT,
    "/etc/ld.so.conf": loader_path.ARTIFACT,
    "/etc/ld-musl-x86_64.path": loader_path.ARTIFACT,
    "/etc/profile": environment.ARTIFACT,
    "/etc/sudoers": environment.ARTIFACT,
    "/home/u/.bashrc": environment.ARTIFACT,
}
PRELOAD_BYTES = st.lists(st.sampled_from([b"#", b"\n", b" ", b":", b"\t", b"\0", b"/a", b"b"])).map(b"".join)


def records(path: str, data: bytes, selected: bool = False) -> list[Record | Unparsed]:
    entry = Entry(path, Outcome.READ, type=FileType.FILE, data=data, selected=selected)
    return list(FILES[path].parse(Asked(path, entry)))


def twin(data: bytes) -> list[bytes]:
    """The names by the loader's own steps, a byte at a time, with a NUL behind the file."""
    text = bytearray(data)
    blanks = b" \t\n:"
    rest = len(text)
    while rest > 0 and (comment := text.find(b"#", 0, rest)) >= 0:
        rest -= comment
        while True:
            text[comment] = ord(" ")
            rest -= 1
            comment += 1
            if rest <= 0 or text[comment] == ord("\n"):
                break
    if not text:
        return []
    last = b""
    if text[-1] not in blanks:
        start = len(text)
        while start > 0 and text[start - 1] not in blanks:
            start -= 1
        last = bytes(text[start:]).split(b"\0")[0]
        text = text[: max(start - 1, 0)]
    head = bytes(text).split(b"\0")[0]
    for separator in (b"\t", b"\n", b":"):
        head = head.replace(separator, b" ")
    return [name for name in (*head.split(b" "), last) if name]


@settings(max_examples=200)
@given(PRELOAD_BYTES)
def test_names_are_those_of_the_loader(data: bytes) -> None:
    found = list(ld_preload.names(data))
    assert [name for _, name in found] == twin(data)
    assert all(data[offset : offset + len(name)] == name for offset, name in found)


@settings(max_examples=100)
@given(st.sampled_from(sorted(FILES)), st.one_of(st.binary(max_size=200), PRELOAD_BYTES), st.booleans())
def test_any_bytes(path: str, data: bytes, selected: bool) -> None:
    found = records(path, data, selected)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    kept: Sequence[Record] = [record for record in found if isinstance(record, Record)]
    for record in kept:
        first = record.text.split("\n")[0]
        assert selected or lines[(record.origin.line or 0) - 1] == first
    artifact: Artifact = FILES[path]
    assert artifact.more is not None
    assert all(want.path.startswith("/") for want in artifact.more(Evidence(), kept))


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize(
    "piece", [b"#\n", b"/a ", b"\0", b"include ", b"LD_PRELOAD=/a\n", b'env_keep="', b"\\\n", b". /a\n"]
)
def test_hostile_sizes(path: str, piece: bytes) -> None:
    started = time.process_time()
    assert len(records(path, piece * (100_000 // len(piece)))) <= 1001
    assert time.process_time() - started < 5


def test_more_names_than_are_read_are_told() -> None:
    found = records("/etc/ld.so.preload", b"/a\n" * (ld_preload.NAMES_LIMIT + 1))
    assert isinstance(found[-1], Unparsed)
    found = records("/etc/ld.so.conf", b"/a\n" * (loader_path.RECORDS_LIMIT + 1))
    assert isinstance(found[-1], Unparsed)
    found = records(
        "/etc/profile", b"LD_PRELOAD=/a" + b"a" * environment.LINE_LIMIT + b"\n" + b"#" * (1 << 15)
    )
    assert [type(item) for item in found] == [Unparsed]
    assert records("/etc/profile", b"x" * (1 << 15)) == []
    found = records("/etc/profile", b"LD_PRELOAD=/a\n" * (environment.RECORDS_LIMIT + 1))
    assert isinstance(found[-1], Unparsed)
    found = records("/etc/profile", b"LD_PRELOAD=" + b"/a:" * (environment.LIBRARIES_LIMIT + 1))
    assert isinstance(found[-1], Unparsed)


def test_tokens_stand_for_every_value_that_we_know() -> None:
    assert ld_preload.candidates("/$LIB/a-$LIB.so")[:2] == ("/lib/a-lib.so", "/lib64/a-lib64.so")
    assert "/usr/lib/a-v7l.so" in ld_preload.candidates("/usr/lib/a-${PLATFORM}.so")
    assert ld_preload.candidates("$ORIGIN/../a.so")[0] == "/usr/bin/../a.so"
    assert ld_preload.candidates("/$LIBRARY/a.so") == ("/$LIBRARY/a.so",)
    assert ld_preload.candidates("a.so")[0].endswith("/a.so")
    assert ld_preload.candidates("/a*b") == ()
