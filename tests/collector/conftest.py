"""Directories for trees."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that everybody may reach, which pytest's own are not."""
    path = Path(tempfile.mkdtemp(prefix="kenshin-public-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
