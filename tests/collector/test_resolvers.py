"""The two resolvers are twins: openat2 is the kernel's own, stepwise must agree with it on every tree."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from kenshin.evidence.request import Want
from tests.collector import hostile
from tests.collector.harness import loaded, told

NAMES = ("a", "b", "c")
PARTS = some.sampled_from((*NAMES, *NAMES, "..", ".", "", "file"))
TARGETS = some.builds(
    lambda root, parts: root + "/".join(parts), some.sampled_from(("", "/")), some.lists(PARTS, max_size=5)
)
PLACES = [f"{one}/{two}" for one in NAMES for two in (*NAMES, "file")]
LINKS = some.dictionaries(some.sampled_from([*PLACES, *NAMES]), TARGETS.filter(bool), max_size=8)
WANTS = some.lists(
    some.builds(lambda parts: "/" + "/".join(parts), some.lists(PARTS, max_size=5)), max_size=4
)


def has_openat2() -> bool:
    root = os.open("/", os.O_PATH)
    try:
        return bool(loaded().resolver(root, None).name == "openat2")
    finally:
        os.close(root)


pytestmark = pytest.mark.skipif(not has_openat2(), reason="this kernel has no openat2: Linux 5.6")


@settings(max_examples=80, deadline=None)
@given(LINKS, WANTS)
def test_both_tell_the_same(links: dict[str, str], paths: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for path, target in sorted(links.items()):
            if not (root / path).parent.is_symlink():
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).symlink_to(target)
        for name in NAMES:
            if not (root / name).is_symlink():
                (root / name).mkdir(exist_ok=True)
                if not (root / name / "file").is_symlink():
                    (root / name / "file").write_text(name)
        wants = [*map(Want, paths), Want("/*/*"), Want("/**"), *(Want(f"/{place}") for place in PLACES)]
        assert told(root, "stepwise", wants) == told(root, "openat2", wants)


def test_both_tell_the_same_of_a_hostile_tree(tmp_path: Path) -> None:
    hostile.plant(tmp_path)
    hostile.dig(tmp_path / "opt/jobs", 100)
    wants = [Want("/**"), Want("/etc/cron.daily/**"), Want("/lib/x"), Want("/etc/chain0")]
    told_by = {name: told(tmp_path, name, wants) for name in ("openat2", "stepwise")}
    assert told_by["stepwise"] == told_by["openat2"]
    assert len(told_by["openat2"]) > 50


def test_both_tell_the_same_of_links_in_proc() -> None:
    names = ("exe", "cwd", "root/etc", "fd/0", "ns/mnt", "task/self", "cwd/..", "status", "net/dev")
    wants = [Want(f"/proc/self/{name}", read=0, digest=0) for name in names]
    wants += [Want(f"/proc/{name}", read=0, digest=0) for name in ("mounts", "net", "self/mounts", "net/dev")]
    assert told(Path("/"), "stepwise", wants) == told(Path("/"), "openat2", wants)


def test_stepwise_takes_over_where_the_kernel_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    collector = loaded()
    monkeypatch.setattr(collector.OpenAt2, "NUMBER", 9999)  # ENOSYS
    root = os.open("/", os.O_PATH)
    try:
        assert collector.resolver(root, None).name == "stepwise"
        with pytest.raises(OSError, match="not implemented"):
            collector.resolver(root, "openat2")
        monkeypatch.setattr(collector, "ctypes", None)
        assert collector.resolver(root, None).name == "stepwise"
    finally:
        os.close(root)
