"""Every Python from 3.6 on tells the same of the same tree."""

from pathlib import Path

import pytest

from kenshin.evidence.request import Want
from tests.collector import hostile
from tests.collector.harness import interpreters, lines_of
from tests.collector.test_watch import SLEEPS

FOUND = interpreters()
VERSIONS = [f"3.{minor}" for minor in range(6, 15)]
WANTS = (
    Want("/etc/cron.d/**", text=True),
    Want("/etc/*", read=4096, digest=0),
    Want("/etc/crontab", select="root|\udcff"),
    Want("/etc/cron.daily/*"),
    Want("/*/*/*/*", read=0, digest=0),
    Want("/lib/systemd/**"),
    Want("/nothing"),
    Want("/x", views=("raw",)),
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    hostile.plant(root)
    return root


@pytest.fixture(scope="module")
def expected(tree: Path) -> list[bytes]:
    return lines_of(tree, *WANTS)


def same(tree: Path, version: str, expected: list[bytes]) -> None:
    if version not in FOUND:
        pytest.skip(f"no Python {version} is installed here")
    for resolver in ("openat2", "stepwise"):
        lines = lines_of(tree, *WANTS, python=FOUND[version], resolver=resolver)
        assert f'"python":"{version}.'.encode() in lines[0]
        assert lines[1:-1] == expected[1:-1]


def test_the_oldest_python_here_tells_the_same(tree: Path, expected: list[bytes]) -> None:
    same(tree, min(FOUND, key=lambda version: int(version[2:])), expected)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_tells_the_same(tree: Path, version: str, expected: list[bytes]) -> None:
    same(tree, version, expected)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_watches_its_reader(tmp_path: Path, version: str) -> None:
    if version not in FOUND:
        pytest.skip(f"no Python {version} is installed here")
    (tmp_path / "bad").touch()
    (tmp_path / "good").write_text("good")
    lines = b"".join(lines_of(tmp_path, "/*", python=FOUND[version], patch=SLEEPS))
    assert b'"path":"/bad","view":"libc","outcome":"failed"' in lines
    assert b'"data":"good"' in lines
