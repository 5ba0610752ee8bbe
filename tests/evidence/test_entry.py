"""What an entry says of its place."""

import pytest
from hypothesis import given

from kenshin.evidence.entry import APPEND_ONLY, IMMUTABLE, Entry, FileType, fuller
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome
from tests.evidence.strategies import ENTRIES


def test_what_the_attributes_say() -> None:
    entry = Entry("/x", Outcome.READ, type=FileType.FILE, mode=0o100755, data=b"caf\xe9\n", flags=IMMUTABLE)
    assert (entry.text, entry.is_file, entry.executable, entry.immutable) == ("caf\udce9\n", True, True, True)
    assert entry.origin(3) == Origin("/x", 3, "libc")
    assert Entry("/x", Outcome.READ, flags=APPEND_ONLY).immutable
    assert not Entry("/x", Outcome.READ, flags=0x80000).immutable


@pytest.mark.parametrize(
    ("mode", "gid", "writable"), [(0o644, 5, False), (0o664, 0, False), (0o664, 5, True), (0o646, 0, True)]
)
def test_who_else_may_write(mode: int, gid: int, writable: bool) -> None:
    assert Entry("/x", Outcome.READ, mode=mode, gid=gid).writable_by_others == writable


def reading(
    data: bytes = b"", outcome: Outcome = Outcome.READ, selected: bool = False, md5: str = ""
) -> Entry:
    return Entry("/x", outcome, type=FileType.FILE, data=data, selected=selected, md5=md5, size=9)


@pytest.mark.parametrize(
    ("one", "later", "wins"),
    [
        (reading(b"long"), reading(b"s"), "one"),
        (reading(b"s"), reading(b"long"), "later"),
        (reading(b"same"), reading(b"same"), "later"),
        (reading(b"1:line", selected=True), reading(b"l"), "later"),
        (reading(b"1:line", selected=True), reading(), "one"),
        (reading(b"1:line", selected=True), reading(outcome=Outcome.DENIED), "later"),
        (reading(b"l"), reading(b"1:line", selected=True), "one"),
        (reading(), reading(b"1:line", selected=True), "later"),
        (reading(), reading(outcome=Outcome.DENIED), "later"),
        (reading(b"partial", Outcome.FAILED), reading(outcome=Outcome.FAILED), "one"),
    ],
)
def test_of_two_readings_the_fuller_stays(one: Entry, later: Entry, wins: str) -> None:
    assert fuller(one, later) is not None
    assert fuller(one, later) == (one if wins == "one" else later)


def test_digests_come_from_either_reading_of_an_unchanged_file() -> None:
    assert fuller(reading(b"long"), reading(md5="m")).md5 == "m"
    assert fuller(reading(b"long"), Entry("/x", Outcome.READ, type=FileType.FILE, size=10, md5="m")).md5 == ""


@given(ENTRIES, ENTRIES)
def test_a_hole_that_lost_nothing_is_never_hidden_by_less(one: Entry, later: Entry) -> None:
    best = fuller(one, later)
    assert best.path in (one.path, later.path)
    assert best.data in (one.data, later.data)
    if later.outcome.is_hole and not one.data:
        assert best.outcome is later.outcome
