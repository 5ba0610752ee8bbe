"""Cases in limits.yaml, each written to a small tree of its own."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.limits import problems

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("limits.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_limits(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / case["path"]
    file.parent.mkdir(parents=True)
    repeat = case.get("repeat", 1)
    then = case.get("then")
    file.write_text(case["source"] + then * repeat if then else case["source"] * repeat, "utf-8")
    found = problems(tmp_path)
    expected = [f"{case['path']}:{says}" for says in case["says"]]
    assert len(found) == len(expected), found
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=True)), found
