"""Builds real Debian roots to examine: `python tests/roots/build.py clean|server [CACHE]` prints the path.

Both are made by debootstrap (and, for "server", by apt inside it) and kept in a cache under a name that
holds the digest of the recipe, so that the next run costs nothing. Nothing is ever started in them:
policy-rc.d refuses services, and a private PID namespace ends whatever started all the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUITE = "bookworm"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SERVER_PACKAGES = tuple(
    """
    acl anacron apt-listchanges apticron at awstats bind9 bsd-mailx certbot chrony cloud-init curl debsums
    docker.io etckeeper fail2ban git haproxy htop locales logrotate logwatch lsof man-db mariadb-server
    mdadm memcached munin-node needrestart nfs-kernel-server nginx openssh-server openvpn php-cli php-curl
    php-fpm php-mbstring php-mysql php-redis php-xml plocate postfix postgresql python3-certbot-nginx
    python3-pip python3-venv redis-server rsync rsyslog ruby screen smartmontools spamassassin strace sudo
    supervisor sysstat tmux ufw unattended-upgrades unzip vim wget zip zsh
    """.split()
)
# Written for the time of the build alone, and gone from the finished root.
POLICY = "usr/sbin/policy-rc.d"
MACHINE_APT = "etc/apt/apt.conf.d/00build"


class BuildError(Exception):
    """A root cannot be built here; says what is missing."""


def cache_directory() -> Path:
    """Where roots are kept: $KENSHIN_ROOTS, else ~/.cache/kenshin-roots."""
    return Path(os.environ.get("KENSHIN_ROOTS") or Path.home() / ".cache" / "kenshin-roots")


def recipe_digest(name: str) -> str:
    """Twelve hex digits that change when what the root is made of changes."""
    packages = SERVER_PACKAGES if name == "server" else ()
    return hashlib.sha256("\n".join((SUITE, name, *packages)).encode()).hexdigest()[:12]


def finished_path(name: str, cache: Path) -> Path:
    """Where the root of that name is, once it is built."""
    return cache / f"{name}-{recipe_digest(name)}"


def missing_here() -> str | None:
    """Why no root can be built on this machine, or None."""
    if os.geteuid() != 0:
        return "building a root needs the superuser"
    for program, package in (("debootstrap", "debootstrap"), ("unshare", "util-linux")):
        if shutil.which(program) is None:
            return f"{program} is not installed (apt-get install {package}, or: make test-all)"
    return None


def output_of(*command: str) -> str:
    """What a program prints; nothing where it fails or is not installed."""
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def apt_mirror() -> str | None:
    """The Debian mirror of this machine's own apt, or None where it has none."""
    wanted = ("--format", "$(REPO_URI)", "Created-By: Packages", f"Codename: {SUITE}")
    listed = output_of("apt-get", "indextargets", *wanted).split()
    return next((uri for uri in listed if uri.startswith(("http://", "https://"))), None)


def apt_settings() -> str:
    """How the machine's own apt acquires (proxy, checks), in apt.conf(5) form."""
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
    kept = [
        line for line in output_of("apt-config", "dump", "Acquire").splitlines() if line.startswith(wanted)
    ]
    return "\n".join([*kept, 'Acquire::Languages "none";', ""])


def in_namespace(*command: str, environment: dict[str, str] | None = None) -> None:
    """Runs a command with mounts and processes of its own, which end with it; its output goes to stderr."""
    isolated = ["unshare", "--mount", "--pid", "--fork", "--kill-child", *command]
    done = subprocess.run(isolated, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise BuildError(f"exit {done.returncode} from: {' '.join(command)[:200]}")


def build_clean(root: Path) -> None:
    """A plain debootstrap root, nothing added."""
    mirror = apt_mirror()
    keyring = [f"--keyring={KEYRING}"] if KEYRING.exists() else []
    in_namespace("debootstrap", *keyring, SUITE, str(root), *([mirror] if mirror else []))


@contextmanager
def ready_for_apt(root: Path) -> Iterator[None]:
    """The root with services refused and this machine's way to its mirror, for as long as apt works in it."""
    resolver = root / "etc/resolv.conf"
    before = resolver.read_bytes() if resolver.exists() else None
    (root / POLICY).write_text("#!/bin/sh\nexit 101\n")
    (root / POLICY).chmod(0o755)
    (root / MACHINE_APT).write_text(apt_settings())
    resolver.write_bytes(Path("/etc/resolv.conf").read_bytes())
    try:
        yield
    finally:
        (root / POLICY).unlink()
        (root / MACHINE_APT).unlink()
        resolver.unlink()  # a package may have put a symlink here
        if before is not None:
            resolver.write_bytes(before)


def build_server(root: Path, clean: Path) -> None:
    """The clean root with what a busy small server runs, installed by its own apt."""
    subprocess.run(["cp", "-a", f"{clean}/.", str(root)], check=True)
    script = 'mount -t proc proc "$1/proc" && shift && exec chroot "$@"'
    inside = ("sh", "-c", script, "sh", str(root), str(root))
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "DEBIAN_FRONTEND": "noninteractive",
        "LC_ALL": "C.UTF-8",
        "HOME": "/root",
    }
    with ready_for_apt(root):
        in_namespace(*inside, "apt-get", "-q", "update", environment=environment)
        options = ("-q", "-y", "-o", "Dpkg::Options::=--force-unsafe-io")
        in_namespace(*inside, "apt-get", *options, "install", *SERVER_PACKAGES, environment=environment)
        in_namespace(*inside, "apt-get", "clean", environment=environment)


def build(name: str, cache: Path) -> Path:
    """The finished root of that name, from the cache where it is there; raises BuildError."""
    finished = finished_path(name, cache)
    if finished.is_dir():
        return finished
    if (why := missing_here()) is not None:
        raise BuildError(why)
    cache.mkdir(parents=True, exist_ok=True)
    clean = build("clean", cache) if name == "server" else None
    with (cache / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if finished.is_dir():  # another process built it while this one waited
            return finished
        unfinished = cache / f".building-{name}"
        subprocess.run(["rm", "-rf", "--one-file-system", str(unfinished)], check=True)
        unfinished.mkdir()
        if clean is None:
            build_clean(unfinished)
        else:
            build_server(unfinished, clean)
        unfinished.chmod(0o755)
        unfinished.rename(finished)
    return finished


def main(arguments: list[str]) -> int:
    """Command line: the name of the root, then optionally where to keep it."""
    if not arguments or arguments[0] not in ("clean", "server") or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    cache = Path(arguments[1]).absolute() if len(arguments) == 2 else cache_directory()
    try:
        print(build(arguments[0], cache))
    except BuildError as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
