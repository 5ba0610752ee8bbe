"""How shell text is split, and that any text can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.shell.act import Unread
from kenshin.shell.acts import acts
from kenshin.shell.foreign import acts_of
from kenshin.shell.read import read
from kenshin.shell.words import split_command

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "read.yaml").read_text(encoding="utf-8")
)
TOO_MUCH = {
    "deep": "$(" * 9000,
    "backquotes": "$( " * 37 + "`x`",
    "groups": "{ " * 9000,
    "long": "x\n" * 30000,
    "wide": "x " * 130000,
}
SIGNS = (
    "' \" ` $( ) ${ } $(( )) ; ;; & && | || < > >> << <<< <( ( { } [[ ]] \\ # => {a,b} x=1 $x $@ e echo eval "
    "if then else fi for in do done while case esac function a() curl http://h/a sh -c base64 -d"
)
SHELLISH = st.lists(
    st.sampled_from([*SIGNS.split(), "\n", " ", "\t", "\0", "\r\n", "\udc80"]), max_size=40
).map(" ".join)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:40])
def test_read(case: dict[str, Any]) -> None:
    script = read(case["text"])
    assert [[one.line, one.text] for one in script.every()] == case["every"]
    assert [[one.line, one.message] for one in script.problems] == case.get("problems", [])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | SHELLISH)
def test_any_text_gives_acts_on_its_own_lines(text: str) -> None:
    script = read(text, 5)
    last = 5 + text.count("\n") + 1
    assert all(5 <= statement.line <= last for statement in script.every())
    assert all(5 <= problem.line <= last for problem in script.problems)
    assert all(5 <= act.line <= last for act in acts(script))


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200) | SHELLISH, st.sampled_from(["python", "perl", "php", "ruby", "node", "lua", "awk"])
)
def test_any_code_gives_acts_of_the_line_given(code: str, language: str) -> None:
    assert all((act.line, act.text) == (7, "t") for act in acts_of(code, language, 7, "t"))


def test_code_too_long_to_follow_is_said() -> None:
    (act,) = acts_of("x" * 5_000_000, "python3", 7, "t")
    assert isinstance(act, Unread)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.from_regex(r"[A-Za-z0-9/._=-]+", fullmatch=True)))
def test_plain_words_split_as_joined(words: list[str]) -> None:
    assert split_command(" ".join(words)) == tuple(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/bin/a -t \"b c\" 'd e' f\\ g", ("/bin/a", "-t", "b c", "d e", "f g")),
        ('a "" b', ("a", "", "b")),
        ("a\\x41b", ("aAb",)),
        ('a "b', ("a", "b")),
    ],
)
def test_split_command(text: str, words: tuple[str, ...]) -> None:
    assert split_command(text) == words


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_is_too_much_is_said(text: str) -> None:
    assert any("too" in problem.message for problem in read(text).problems)


@pytest.mark.parametrize(
    "text", ["X=$X$X$X;\n" * 19000, "for a in 1 2 3 4 5 6 7 8; do " * 9 + "x;" + "done;" * 9]
)
def test_what_was_not_followed_is_said(text: str) -> None:
    assert any(isinstance(act, Unread) for act in acts(read("X=aa\n" + text)))
