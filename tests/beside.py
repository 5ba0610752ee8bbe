"""The cases that lie as YAML beside a test: test_dpkg.py has dpkg.yaml."""

from pathlib import Path
from typing import Any

import pytest
import yaml


def cases(test: str, part: str = "cases") -> list[Any]:
    """One part of that file, each case as a parameter that bears its name."""
    file = Path(test).with_name(Path(test).stem.removeprefix("test_") + ".yaml")
    found = yaml.safe_load(file.read_bytes())[part]
    return [pytest.param(case, id=str(case["name"])) for case in found]
