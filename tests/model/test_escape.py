"""What leaves kenshin is one printable line, and says which bytes stood there."""

import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenshin.model.escape import show
from tests.beside import cases

ANY_TEXT = st.binary(max_size=60).map(lambda data: data.decode("utf-8", "surrogateescape")) | st.text(
    max_size=60
)
_ESCAPE = re.compile(r"\\(?:\\|[tnr]|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    text = case["text"] if "text" in case else bytes.fromhex(case["bytes"]).decode("utf-8", "surrogateescape")
    assert show(text) == case["shown"]


@given(ANY_TEXT)
def test_any_text_becomes_one_printable_line(text: str) -> None:
    shown = show(text)
    assert shown.splitlines() in ([], [shown])
    assert all(
        character == " " or unicodedata.category(character)[0] not in ("C", "Z") for character in shown
    )
    shown.encode("utf-8")


def unshown(shown: str) -> str:
    """The text again: that there is such a function is why no two texts are shown alike."""

    def character(escape: re.Match[str]) -> str:
        plain = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}.get(escape[0])
        if plain is not None:
            return plain
        code = int(escape[1] or escape[2] or escape[3], 16)
        return chr(code + 0xDC00) if escape[1] and code >= 0x80 else chr(code)

    return _ESCAPE.sub(character, shown)


@given(ANY_TEXT)
def test_the_text_can_be_had_again(text: str) -> None:
    assert unshown(show(text)) == text


@given(ANY_TEXT)
def test_every_backslash_begins_an_escape(text: str) -> None:
    assert "\\" not in _ESCAPE.sub("", show(text))
