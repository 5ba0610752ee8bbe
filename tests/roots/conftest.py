"""Real roots, built once and kept; tests that need one are skipped where none can be built."""

from pathlib import Path

import pytest

from tests.roots import build


def root_or_skip(name: str) -> Path:
    """The root of that name; skips the test that asks where it can neither be found nor built."""
    cache = build.cache_directory()
    if not build.finished_path(name, cache).is_dir() and (why := build.missing_here()) is not None:
        pytest.skip(f"no {name} root: {why}")
    return build.build(name, cache)


@pytest.fixture(scope="session")
def clean_root() -> Path:
    return root_or_skip("clean")


@pytest.fixture(scope="session")
def server_root() -> Path:
    return root_or_skip("server")
