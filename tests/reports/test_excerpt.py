"""A line of the host's text, short enough to be read."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from kenshin.reports.excerpt import excerpt
from tests.reports.strategies import any_text, concealing

CASES = yaml.safe_load(Path(__file__).with_name("excerpt.yaml").read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"])[:30])
def test_excerpt(case: dict[str, Any]) -> None:
    assert excerpt(case["text"], case["limit"]) == case["shows"]


@settings(max_examples=100, deadline=None)
@given(any_text)
def test_no_text_forges_a_note(text: str) -> None:
    assert not concealing(excerpt(text, 50))
    short = re.sub(r"\s{8,}", " ", text)[:50]
    assert not re.search(r"(?<!\\)(?:\\\\)*\\\(", excerpt(short, 50))


def test_a_huge_line_costs_no_more_than_what_is_shown_of_it() -> None:
    assert len(excerpt("\x1b" * 50_000_000, 400)) < 2_000
