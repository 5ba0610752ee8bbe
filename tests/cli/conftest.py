"""Bundles of the tiny hosts for the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts.build import bundle_of
from tests.hosts.golden import spec_of


@pytest.fixture
def target(tmp_path: Path) -> Callable[[str], str]:
    """The target that a host of tests/hosts is, as a bundle."""

    def of(name: str) -> str:
        spec = spec_of(name)
        file = tmp_path / f"{name}.evidence"
        file.write_bytes(bundle_of(spec["host"], spec.get("cut", 0)))
        return f"bundle:{file}"

    return of
