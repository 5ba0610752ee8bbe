import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kenshin.model.errors import UsageError
from kenshin.model.target import SCHEMES, parse_target
from tests.beside import cases


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    target = parse_target(case["uri"])
    assert (target.scheme, target.value) == (case["scheme"], case["value"])
    assert str(target) == case["uri"]


@pytest.mark.parametrize("case", cases(__file__, "refused"))
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=re.escape(case["says"])):
        parse_target(case["uri"])


@given(st.text(max_size=30))
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert parse_target(text).scheme in SCHEMES
