"""Headers with every kind of damage, and the region cut out again."""

import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance.rpm.errors import BrokenHeaderError
from kenshin.provenance.rpm.header import parse
from tests.provenance.rpm.forge import NAMED, header, loose, signed_part

CASES = yaml.safe_load(Path(__file__).with_name("header.yaml").read_bytes())
# Where things lie in header(NAMED): the index begins at 8, the region's trailer ends the region's store.
STORE = 8 + 16 * 7


def test_the_region_comes_out_as_it_was_signed() -> None:
    found = parse(header(NAMED, {1008: (4, 5)}))
    assert found.signed == signed_part(NAMED)
    assert (found.content.text(1000), found.content.integer(1008), found.added.integer(1008)) == (
        "demo",
        None,
        5,
    )


def test_without_a_region_all_entries_count() -> None:
    found = parse(loose(NAMED))
    assert found.signed == b""
    assert found.content.text(1000) == found.added.text(1000) == "demo"


@pytest.mark.parametrize("case", CASES["broken"], ids=lambda case: case["name"])
def test_a_broken_header_is_refused(case: dict[str, int]) -> None:
    blob = bytearray(header(NAMED))
    trailer = STORE + struct.unpack_from(">i", blob, 16)[0]
    begin = trailer if case.get("trailer") else 0
    struct.pack_into(">i", blob, begin + case["at"], case["value"])
    with pytest.raises(BrokenHeaderError):
        parse(bytes(blob))


@pytest.mark.parametrize("blob", [b"", b"\0" * 8, header(NAMED)[:-1], header(NAMED) + b"\0"])
def test_a_header_of_another_length_is_refused(blob: bytes) -> None:
    with pytest.raises(BrokenHeaderError):
        parse(blob)


@pytest.mark.parametrize("case", CASES["values"], ids=lambda case: case["name"])
def test_values_are_read_or_refused(case: dict[str, Any]) -> None:
    store = case["store"].encode("latin-1")
    blob = struct.pack(">IIIIiI", 1, len(store), 1000, *case["entry"]) + store
    read = getattr(parse(blob).content, case["read"])
    if "is" not in case:
        with pytest.raises(BrokenHeaderError):
            read(1000)
        return
    found = read(1000)
    assert (list(found) if isinstance(found, tuple) else found) == case["is"]


def test_absent_tags_give_nothing() -> None:
    content = parse(loose(NAMED)).content
    assert (
        content.text(7),
        content.texts(7),
        content.integer(7),
        content.integers(7),
        content.binary(7),
    ) == (
        None,
        [],
        None,
        (),
        None,
    )


def test_text_that_is_not_utf8_is_kept() -> None:
    odd = b"caf\xe9".decode("utf-8", "surrogateescape")
    content = parse(loose({1000: (6, odd), 1117: (8, [odd, "", odd])})).content
    assert content.text(1000) == odd
    assert content.texts(1117) == [odd, "", odd]


def test_the_region_does_not_read_behind_its_end() -> None:
    """A forged count must not fill up with strings that were added behind the region."""
    whole = bytearray(header({1000: (8, ["one"])}, {1004: (8, [""] * 100)}))
    struct.pack_into(">I", whole, 8 + 16 + 12, 50)
    found = parse(bytes(whole))
    assert found.added.texts(1004) == [""] * 100
    with pytest.raises(BrokenHeaderError):
        found.content.texts(1000)


@settings(max_examples=100, deadline=None)
@given(
    entries=st.lists(
        st.tuples(st.sampled_from([63, 1000]), st.integers(0, 9), st.integers(-9, 60), st.integers(0, 70)),
        max_size=4,
    ),
    store=st.binary(max_size=60),
)
def test_any_index_reads_or_is_refused(entries: list[tuple[int, int, int, int]], store: bytes) -> None:
    index = b"".join(struct.pack(">IIiI", *entry) for entry in entries)
    with suppress(BrokenHeaderError):
        content = parse(struct.pack(">II", len(entries), len(store)) + index + store).content
        assert len(content.texts(1000)) <= len(store)
        assert len(content.binary(1000) or b"") <= len(store)
