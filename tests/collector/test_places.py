"""Where the collector reads, where it does not, and that it says so."""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kenshin.evidence.entry import FileType
from kenshin.evidence.request import Want
from kenshin.model.outcome import Outcome
from tests.collector import hostile
from tests.collector.harness import NOBODY, as_root, entry_of, evidence_of, lines_of

CRON = Want("/etc/cron.d/**")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    hostile.plant(root)
    return root


@pytest.mark.parametrize("resolver", ["openat2", "stepwise"])
@pytest.mark.parametrize(
    ("name", "to", "outcome"),
    [
        ("absolute", "/etc/crontab", "read"),
        ("climbing", "/etc/crontab", "read"),
        ("to-the-analyst", "", "read"),
        ("dangling", "", "read"),
        ("with-slash", "", "read"),
        ("through-a-file", "", "read"),
        ("itself", "", "failed"),
        ("loop-a", "", "failed"),
        ("directory", "/opt/jobs", "read"),
        ("up", "/etc", "read"),
        ("root", "/", "read"),
        ("magic", "", "read"),
    ],
)
def test_links_stay_inside_the_root(tree: Path, name: str, to: str, outcome: str, resolver: str) -> None:
    found = evidence_of(tree, Want(f"/etc/cron.d/{name}"), resolver=resolver).entries[
        (f"/etc/cron.d/{name}", "libc")
    ]
    assert (found.type, found.to, found.outcome) == (FileType.LINK, to, outcome)


def test_an_absolute_link_never_leads_to_the_analysts_disk(tree: Path) -> None:
    assert Path("/etc/hostname").exists()
    evidence = evidence_of(tree, "/etc/cron.d/to-the-analyst", "/etc/hostname")
    assert evidence.file("/etc/cron.d/to-the-analyst") is None
    assert evidence.entries[("/etc/hostname", "libc")].outcome is Outcome.ABSENT


@pytest.mark.parametrize("resolver", ["openat2", "stepwise"])
def test_magic_links_are_told_and_not_followed(resolver: str) -> None:
    wants = [
        f"/proc/self/{name}" for name in ("exe", "cwd", "root", "fd/1", "root/etc/passwd", "cwd/x", "status")
    ]
    evidence = evidence_of(Path("/"), *wants, resolver=resolver)
    for want in wants[:4]:
        found = evidence.at(want)
        assert found is not None
        assert (found.type, found.to, found.outcome) == (FileType.LINK, "", Outcome.READ)
        assert "magic" in found.error
    for want in wants[4:6]:
        assert evidence.entries[(want, "libc")].outcome is Outcome.FAILED
    status = evidence.file("/proc/self/status")
    assert status is not None
    assert (status.size, status.data.startswith(b"Name:")) == (0, True)


def test_a_chain_of_links_is_followed_as_far_as_the_kernel_does(tree: Path) -> None:
    evidence = evidence_of(tree, "/etc/chain0", "/etc/chain5", "/etc/chain6")
    assert evidence.entries[("/etc/chain0", "libc")].outcome is Outcome.FAILED
    assert evidence.file("/etc/chain6") is not None


def test_special_files_are_told_and_never_opened(tree: Path) -> None:
    evidence = evidence_of(tree, CRON)
    kinds = {"fifo": FileType.FIFO, "socket": FileType.SOCKET}
    if os.geteuid() == 0:
        kinds |= {"zero": FileType.DEVICE, "disk": FileType.DEVICE}
    for name, kind in kinds.items():
        found = evidence.entries[(f"/etc/cron.d/{name}", "libc")]
        assert (found.type, found.data, "not opened" in found.error) == (kind, b"", True)


def test_a_special_file_where_a_directory_is_wanted_is_told(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    os.mkfifo(tmp_path / "etc/cron.d")
    (tmp_path / "spool").write_text("a file\n")
    evidence = evidence_of(tmp_path, CRON, "/etc/*/deeper/*", "/spool/*")
    assert evidence.entries[("/etc/cron.d", "libc")].type is FileType.FIFO
    assert evidence.entries[("/spool", "libc")].data == b"a file\n"


def test_every_name_comes_out_byte_for_byte(tree: Path) -> None:
    there = {path.name for path in (tree / "etc/cron.d").iterdir()}
    paths = {
        entry.path.removeprefix("/etc/cron.d/")
        for entry in evidence_of(tree, CRON)
        if entry.path != "/etc/cron.d"
    }
    assert there <= paths
    assert "caf\udce9" in paths


def test_links_among_the_parents_become_aliases(tree: Path) -> None:
    evidence = evidence_of(tree, "/etc/cron.daily/**", "/etc/cron.daily/run")
    alias = evidence.entries[("/etc/cron.daily/run", "libc")]
    assert (alias.type, alias.to) == (FileType.ALIAS, "/opt/jobs/run")
    found = dict(evidence.matching(Want("/etc/cron.daily/**")))
    assert found["/etc/cron.daily/run"].path == "/opt/jobs/run"
    assert b"curl" in found["/etc/cron.daily/run"].data


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "etc/cron.d").mkdir(parents=True)
    hostile.dig(tmp_path / "etc/cron.d")
    yield tmp_path
    hostile.fill_in(tmp_path / "etc/cron.d")


def test_a_tree_too_deep_is_a_hole(deep: Path) -> None:
    (deep / "etc/cron.d/job").write_text("@reboot root /bin/true\n")
    holes = [entry for entry in evidence_of(deep, CRON) if entry.outcome.is_hole]
    assert [entry.outcome for entry in holes] == [Outcome.CUT]
    assert holes[0].path.count(hostile.DEEP_NAME) == 40
    found = entry_of(deep, "/etc/cron.d/job")
    assert found.data == b"@reboot root /bin/true\n"


def test_too_many_names_are_a_hole(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02}").mkdir()
        (tmp_path / f"{number:02}/x").touch()
    evidence = evidence_of(tmp_path, Want("/*"), Want("/**"), patch="NAMES_LIMIT = 20")
    assert evidence.entries[("/", "libc")].outcome is Outcome.CUT
    assert 20 <= len(evidence.entries) <= 50


def test_what_one_want_may_bring_is_bounded(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}").write_bytes(b"x" * 1000)
    (tmp_path / "empty").touch()
    entries = list(evidence_of(tmp_path, Want("/*", read=1000), patch="BYTES_LIMIT = 2500"))
    assert sum(len(entry.data) for entry in entries) == 2500
    assert sum(entry.outcome is Outcome.CUT for entry in entries) == 8
    assert all(entry.sha256 for entry in entries if entry.is_file)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("/a/*/c", ["/a/b/c", "/a/bb/c"]),
        ("/a/b*/c", ["/a/b/c", "/a/bb/c"]),
        ("/*/*/c", ["/a/b/c", "/a/bb/c", "/z/y/c"]),
        ("/a/*b*/*", ["/a/b/.hidden", "/a/b/c", "/a/bb/c"]),
        ("/*/y/../y/*", ["/z/y/c"]),
        ("/a/**", ["/a/b", "/a/b/.hidden", "/a/b/c", "/a/bb", "/a/bb/c", "/a/file"]),
        ("/a/*.x", []),
        ("/a/*le", ["/a/file"]),
        ("/nothing/*/x", ["/nothing"]),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, fits: list[str]) -> None:
    for name in ("a/b/c", "a/b/.hidden", "a/bb/c", "a/file", "z/y/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    evidence = evidence_of(tmp_path, pattern)
    found = [e.path for e in evidence if e.type is not FileType.DIRECTORY or Want(pattern).matches(e.path)]
    assert (
        sorted(path for path in found if evidence.entries[(path, "libc")].type is not FileType.ALIAS) == fits
    )


def test_otherwise_is_read_beside_what_is_absent(tmp_path: Path) -> None:
    for name in ("1/old", "2/old", "2/new", "3/neither"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    evidence = evidence_of(tmp_path, Want("/*/new", otherwise="old"), Want("/4/new", otherwise="old"))
    data = {entry.path: entry.data for entry in evidence if entry.is_file}
    assert data == {"/1/old": b"1/old", "/2/new": b"2/new"}
    assert evidence.entries[("/4/old", "libc")].outcome is Outcome.ABSENT


def test_an_unknown_view_is_a_hole(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path, Want("/x", views=("raw", "libc")))
    assert evidence.entries[("/x", "raw")].outcome is Outcome.FAILED
    assert evidence.entries[("/x", "libc")].outcome is Outcome.ABSENT


@pytest.mark.parametrize("path", ["/a\0b", "/" + "x" * 256, "/x" * 2500])
def test_a_path_that_cannot_be_is_absent(tmp_path: Path, path: str) -> None:
    (tmp_path / "a").touch()
    assert entry_of(tmp_path, path).outcome is Outcome.ABSENT


def test_a_fault_of_ours_costs_one_want(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    evidence = evidence_of(tmp_path, Want("/*", select="("), Want("/*"))
    assert evidence.entries[("/file", "libc")].data == b"here"
    assert "collector failed" in evidence.entries[("/*", "libc")].error


@as_root
def test_what_is_refused_is_told(public: Path) -> None:
    (public / "spool").mkdir(mode=0o700)
    (public / "spool/root").write_text("secret")
    (public / "secret").write_text("secret")
    (public / "secret").chmod(0o600)
    (public / "open").write_text("open")
    evidence = evidence_of(public, "/spool/**", "/spool/root", "/secret", "/open", "/*/*/x", patch=NOBODY)
    outcomes = {entry.path: entry.outcome for entry in evidence if entry.path != "/"}
    denied = Outcome.DENIED
    assert outcomes == {"/spool": denied, "/spool/root": denied, "/secret": denied, "/open": Outcome.READ}
    assert evidence.entries[("/secret", "libc")].mode == 0o100600
    assert evidence.header.uid == 65534


def test_attributes_need_no_right_to_read(public: Path) -> None:
    (public / "secret").write_text("secret")
    (public / "secret").chmod(0o600)
    patch = NOBODY if os.geteuid() == 0 else ""
    assert entry_of(public, "/secret", Want("/secret", read=0, digest=0), patch).outcome is Outcome.READ


def test_what_vanishes_or_is_renamed_meanwhile_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/c/file").write_text("here")
    (tmp_path / "etc").write_text("here")
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            (tmp_path / "a/b").rename(tmp_path / "a/bb")
            (tmp_path / "a/bb").rename(tmp_path / "a/b")
            (tmp_path / "a/brief").write_text("x")
            (tmp_path / "a/brief").unlink()

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        wants = [Want(f"/a/b/c/../../b/./c/file{'/' * number}") for number in range(1)]
        for _ in range(5):
            lines = lines_of(tmp_path, *wants * 50, "/**", "/a/**", "/etc")
            assert b'"outcome":"failed"' not in b"".join(lines)
    finally:
        stop.set()
        thread.join()


def test_a_mount_below_is_read_like_the_rest(tmp_path: Path) -> None:
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "x", tmp_path], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("nothing can be mounted here")
    try:
        (tmp_path / "file").write_text("here")
        assert entry_of(tmp_path.parent, f"/{tmp_path.name}/file").data == b"here"
    finally:
        subprocess.run(["umount", tmp_path], check=True)
