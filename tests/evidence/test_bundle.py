"""A bundle is read whole, or says what it lacks; nothing that anybody writes breaks the reader."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry, FileType
from kenshin.model.errors import BundleError
from kenshin.model.outcome import Outcome
from tests.evidence.strategies import BUNDLES, ENTRIES, HEADER, lines_of, sealed

FILE = Entry("/etc/crontab", Outcome.READ, type=FileType.FILE, size=8, data=b"@reboot\n", nlink=0)


def split(data: bytes) -> list[bytes]:
    return (
        data.splitlines(keepends=True) if b"\r" not in data else [part + b"\n" for part in data.split(b"\n")]
    )


@given(some.lists(ENTRIES, max_size=6, unique_by=lambda entry: entry.path), some.integers(0, 50))
def test_what_is_written_is_read(entries: list[Entry], at: int) -> None:
    found = bundle.read(sealed([line for entry in entries for line in lines_of(entry, at)]))
    assert found.problems == ()
    assert list(found) == entries


@given(some.lists(some.binary(max_size=60), max_size=8), some.booleans())
def test_any_bytes_behind_a_header_are_evidence_with_problems(rest: list[bytes], newline: bool) -> None:
    found = bundle.read([HEADER, *(line + b"\n" * newline for line in rest)])
    assert found.problems


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=4),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
)
FIELDS = "path path_b64 view outcome type to to_b64 data data_b64 chunk chunk_b64 asked problem entries mode"
LINES = some.dictionaries(
    some.sampled_from(FIELDS.split()), JSON | some.sampled_from(("/x", "libc", "read", "file"))
)


@given(some.lists(LINES, max_size=4))
def test_any_json_behind_a_header_is_evidence(lines: list[object]) -> None:
    found = bundle.read([HEADER, *(json.dumps(line).encode() + b"\n" for line in lines)])
    assert all(entry.path.startswith("/") for entry in found)
    assert found.problems


@given(some.binary(max_size=60) | JSON.map(lambda found: json.dumps(found).encode()))
def test_any_first_line_is_a_header_or_refused(line: bytes) -> None:
    with pytest.raises(BundleError, match="it is "):
        bundle.read([line])


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"", "it is not an evidence bundle"),
        (b"[1]\n", "it is not an evidence bundle"),
        (b'{"kenshin_bundle":2}\n', "unknown version"),
        (b'{"kenshin_bundle":1,"started":-1}\n', "broken: started"),
        (b'{"kenshin_bundle":1,"started":1e400}\n', "broken: started"),
        (b'{"kenshin_bundle":1,"started":253402300800}\n', "broken: started"),
        (b'{"kenshin_bundle":1,"name":[]}\n', "broken: name"),
        (b'{"kenshin_bundle":1,"uid":' + b"9" * 5000 + b"}\n", "it is not an evidence bundle"),
    ],
)
def test_what_is_no_header_is_refused(header: bytes, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        bundle.read([header])


@settings(max_examples=200)
@given(BUNDLES, some.data())
def test_a_flipped_byte_is_noticed(lines: list[bytes], data: some.DataObject) -> None:
    whole = bytearray(b"".join(lines))
    at = data.draw(some.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(some.integers(1, 255))
    try:
        found = bundle.read(part + b"\n" for part in bytes(whole).removesuffix(b"\n").split(b"\n"))
    except BundleError:
        return  # the header is no header any more
    if whole.endswith(b"\n"):
        assert found.problems


@given(BUNDLES, some.data())
def test_a_cut_bundle_gives_what_came_before(lines: list[bytes], data: some.DataObject) -> None:
    at = data.draw(some.integers(1, len(lines) - 1))
    found = bundle.read(lines[:at])
    assert [hole.outcome for hole in found.problems] == [Outcome.CUT]
    whole = bundle.read(lines)
    assert set(found.entries) <= set(whole.entries)
    within = bundle.read([*lines[:at], lines[at][:-1]])
    assert within.problems


def test_chunks_belong_to_the_next_entry_and_to_none_behind_a_fault() -> None:
    chunk = b'{"chunk":"first "}\n'
    [whole] = bundle.read(sealed([chunk, *lines_of(FILE)]))
    assert whole.data == b"first @reboot\n"
    for between in (
        b'{"asked":"/x"}\n',
        b"garbage\n",
        b'{"chunk_b64":"?"}\n',
        b'{"problem":"p","outcome":"cut"}\n',
    ):
        [entry] = bundle.read(sealed([chunk, between, *lines_of(FILE)]))
        assert entry.data == b"@reboot\n"


def test_problems_and_wants_are_told() -> None:
    cut = bundle.read([HEADER]).problems[0]
    found = bundle.read(sealed([b'{"asked":"/etc/*","views":["libc"]}\n', bundle.problem_line(cut)]))
    assert (found.asked, found.problems) == (frozenset(["/etc/*"]), (cut,))


def test_lines_that_evidence_rests_on_are_kept() -> None:
    kept: list[bytes] = []
    good = [b'{"chunk":"x"}\n', *lines_of(FILE), b'{"asked":"/x"}\n']
    bundle.read(sealed([b"garbage\n", *good, b'{"path":"none"}\n']), kept.append)
    assert kept == [HEADER, *good]


@pytest.mark.parametrize(
    "line",
    [
        b'{"path":"relative","view":"libc","outcome":"read"}\n',
        b'{"path":"/x","outcome":"read"}\n',
        b'{"path":"/x","view":"libc"}\n',
        b'{"path":"/x","view":"libc","outcome":"read","type":"door"}\n',
        b'{"path":"/x","view":"libc","outcome":"read","mode":1.5}\n',
        b'{"path":"/x","view":"libc","outcome":"read","size":' + str(2**64).encode() + b"}\n",
        b'{"path":7,"view":"libc","outcome":"read"}\n',
        b'{"path":"/x","view":"libc","outcome":"read","data_b64":"==="}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        b"\n",
        b'{"chunk_b64":7}\n',
        b'{"chunk":7}\n',
        b'{"asked":7}\n',
        b'{"problem":"p"}\n',
        b'{"path":"/x","view":"libc","outcome":"read","data":"' + b"x" * bundle.LINE_LIMIT + b'"}\n',
    ],
)
def test_a_line_that_is_no_evidence_is_a_problem(line: bytes) -> None:
    found = bundle.read(sealed([*lines_of(FILE), line, *lines_of(Entry("/z", Outcome.ABSENT))]))
    assert [entry.path for entry in found] == ["/etc/crontab", "/z"]
    assert found.problems[0].line == 3


def test_what_stands_behind_the_trailer_is_a_problem() -> None:
    found = bundle.read([*sealed(lines_of(FILE)), *lines_of(Entry("/z", Outcome.ABSENT))])
    assert [entry.path for entry in found] == ["/etc/crontab"]
    assert [hole.line for hole in found.problems] == [4]


@pytest.mark.parametrize("trailer", [b'{"entries":1,"sha256":""}\n', b'{"entries":true}\n', b'{"entries"\n'])
def test_a_forged_trailer_is_a_problem(trailer: bytes) -> None:
    found = bundle.read([HEADER, *lines_of(FILE), trailer])
    assert [hole.line for hole in found.problems] == [3]


def endless(line: bytes) -> Iterator[bytes]:
    yield HEADER
    number = 0
    while True:
        number += 1
        yield line.replace(b"NUMBER", str(number).encode())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"garbage\n", "problems"),
        (b'{"problem":"NUMBER","outcome":"cut"}\n', "problems"),
        (b'{"path":"/NUMBER","view":"libc","outcome":"read"}\n', "entries"),
        (b'{"chunk":"' + b"x" * 1000 + b'"}\n', "content"),
        (b'{"path":"/same","view":"libc","outcome":"read","data":"' + b"x" * 1000 + b'"}\n', "content"),
    ],
)
def test_an_endless_bundle_comes_to_an_end(monkeypatch: pytest.MonkeyPatch, line: bytes, said: str) -> None:
    monkeypatch.setattr(bundle, "ENTRIES_LIMIT", 50)
    monkeypatch.setattr(bundle, "CONTENT_LIMIT", 50_000)
    found = bundle.read(endless(line))
    assert found.problems[-1].outcome is Outcome.CUT
    assert said in found.problems[-1].reason
    assert len(found.problems) <= bundle.PROBLEMS_LIMIT + 1
