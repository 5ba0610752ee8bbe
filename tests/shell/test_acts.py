"""What shell text is said to do, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kenshin.shell import acts as acts_module
from kenshin.shell.acts import Act, Context, acts
from kenshin.shell.read import read

HERE = Path(__file__).parent
Case = dict[str, Any]


def load() -> list[Case]:
    """Every file here but read.yaml, whose cases are of another kind."""
    paths = sorted(path for path in HERE.glob("*.yaml") if path.name != "read.yaml")
    return [case for path in paths for case in yaml.safe_load(path.read_text(encoding="utf-8"))]


def satisfies(act: Act, wanted: Case) -> bool:
    """Sets and tuples must hold what is wanted as a list; other fields, and joined tuples, equal it."""
    if not isinstance(act, getattr(acts_module, wanted["act"])):
        return False
    for name, value in wanted.items():
        found = type(act).__name__ if name == "act" else getattr(act, name)
        if isinstance(value, str) and isinstance(found, tuple):
            found = " ".join(found)
        if isinstance(value, list):
            if not set(value) <= set(found):
                return False
        elif (found.strip("\n") if isinstance(found, str) else found) != value:
            return False
    return True


@pytest.mark.parametrize("case", load(), ids=lambda case: case["text"][:60])
def test_acts(case: Case) -> None:
    script = read(case["text"])
    found = acts(script, Context(home="/root"))
    assert script.problems == ()
    for wanted in case["expect"]:
        assert any(satisfies(act, wanted) for act in found), (wanted, found)
    for unwanted in case.get("never", ()):
        assert not any(satisfies(act, unwanted) for act in found), (unwanted, found)
