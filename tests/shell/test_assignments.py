"""Any line gives its settings in time linear in its length, and no exception."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.shell.assignments import VALUE_LIMIT, Assignment, assignments, expanded, plain_assignment

PIECES = (
    "LD_PRELOAD",
    "LD_AUDIT=",
    "=",
    "/a.so",
    '"',
    "'",
    "\\",
    " ",
    "$",
    "{",
    "}",
    "-c",
    "%s",
    "#",
    ",",
    "[",
    "DEFAULT=",
)


@settings(max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))).map("".join))
def test_any_line(line: str) -> None:
    for found in assignments(line):
        assert found.name.startswith("LD_")
        assert found.value
    name, value = plain_assignment(line)
    assert len(expanded(value, {name: value, "a": "$a$a"})) <= max(VALUE_LIMIT, len(value))


@pytest.mark.parametrize(
    "piece", ['LD_A="', "LD_A='", '"\\', "sh -c 'LD_A=\"", "${a", "LD_PRELOAD ", "env[LD_A] = ", "((("]
)
def test_time_is_linear(piece: str) -> None:
    started = time.process_time()
    line = "LD_" + piece * (100_000 // len(piece))
    list(assignments(line))
    expanded(plain_assignment("x=" + line)[1], {})
    assert time.process_time() - started < 2


def test_variables_do_not_explode() -> None:
    known = {"a": "x"}
    for _ in range(40):
        known["a"] = expanded("$a$a$a$a", known)
    assert len(known["a"]) == VALUE_LIMIT


def test_quotes_within_quotes_end() -> None:
    line = "LD_PRELOAD=/a.so x"
    for depth in range(6):
        found = list(assignments(line))
        assert found == ([Assignment("LD_PRELOAD", "/a.so")] if depth <= 4 else [])
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        line = f'sh -c "{escaped}"'


def test_too_long_a_value_is_not_kept() -> None:
    assert plain_assignment("a=" + "x" * (VALUE_LIMIT + 1)) == ("", "")
    assert plain_assignment("export -x a=") == ("a", "")
