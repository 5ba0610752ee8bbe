"""Makes tests/provenance/rpm/data: `python make_data.py`, on Debian with gnupg, db5.3-util and rpm.

That rpm must be built with `--enable-ndb --enable-bdb-ro` (Debian's own package leaves ndb out). Tiny
packages are built, signed with throw-away keys and installed with `rpm -i --justdb` into an sqlite database,
whose headers rpm then exports to an ndb one. No rpm of today writes Berkeley DB, so `db_load` makes that
file from the very headers of the sqlite one, with pages so small that most of them need a chain. rpm has to
list all three alike: what it says of each package is kept as the expected answer.
"""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parent / "data"
# Installed last, into the write-ahead log only.
LATE = "kenshin-late"
FIELDS = ("name", "epoch", "version", "release", "arch", "vendor", "installtime", "filedigestalgo")
COLUMNS = "names digests modes username groupname flags sizes linktos".split()
HEAD = """
Name: {name}
Version: 1.2
Release: 3.el9
Summary: test
License: none
BuildArch: noarch
"""
FULL = """
Epoch: 7
Vendor: Kenshin Test é
%description
test
%install
mkdir -p %{buildroot}/etc/demo.d %{buildroot}/usr/bin
echo hello > %{buildroot}/etc/demo.conf
echo keep > %{buildroot}/etc/demo.d/keep
echo run > %{buildroot}/usr/bin/demo
ln -s demo %{buildroot}/usr/bin/demo-link
echo odd > %{buildroot}/usr/bin/démo
%files
%config /etc/demo.conf
%dir %attr(0750,root,adm) /etc/demo.d
%config(noreplace) /etc/demo.d/keep
%attr(4755,root,root) /usr/bin/demo
/usr/bin/demo-link
/usr/bin/démo
%ghost /var/log/demo.log
"""
MANY = """
%description
test
%install
mkdir -p %{buildroot}/usr/share/many
for n in $(seq 300); do echo $n > %{buildroot}/usr/share/many/file-$n; done
%files
/usr/share/many
"""
PLAIN = """
%description
test
%install
mkdir -p %{buildroot}/opt
echo plain > %{buildroot}/opt/plain
%files
/opt/plain
"""
EMPTY = """
%description
test
%files
"""
# name -> what is in it, digest algorithm of its files (OpenPGP number), signing key, digest of the signature
PACKAGES = {
    "kenshin-full": (FULL, 8, "rsa", "sha256"),
    "kenshin-many": (MANY, 8, "rsa", "sha512"),
    "kenshin-md5": (PLAIN, 1, "rsa", "sha1"),
    "kenshin-eddsa": (PLAIN, 8, "eddsa", "sha256"),
    "kenshin-unsigned": (PLAIN, 10, "", "sha256"),
    "kenshin-empty": (EMPTY, 8, "rsa", "sha256"),
    LATE: (PLAIN, 8, "rsa", "sha256"),
}


def run(command: str, *more: str, stdin: bytes | None = None, home: Path | None = None) -> bytes:
    """What a program prints; `command` is split at blanks, `more` is not."""
    environment = os.environ | ({"GNUPGHOME": str(home)} if home else {})
    arguments = (*command.split(), *more)
    return subprocess.run(arguments, input=stdin, env=environment, stdout=subprocess.PIPE, check=True).stdout


def rpm(program: str, place: Path, *more: str, stdin: bytes | None = None) -> bytes:
    """The same for a program of rpm's over one database, whose format is the name of its directory."""
    return run(program, f"--dbpath={place}", f"--define=_db_backend {place.name}", *more, stdin=stdin)


def make_keys(home: Path) -> None:
    """Two RSA keys and one for EdDSA; what is public of the former is kept."""
    home.mkdir(mode=0o700)
    for name, kind in (("rsa", "rsa2048"), ("other", "rsa2048"), ("eddsa", "ed25519")):
        run("gpg --batch --quiet --passphrase", "", "--quick-gen-key", name, kind, "sign", "never", home=home)
    for name in ("rsa", "other"):
        (DATA / f"{name}.asc").write_bytes(run("gpg --armor --export", name, home=home))
    (DATA / "rsa.gpg").write_bytes(run("gpg --export rsa", home=home))


def build(work: Path, home: Path) -> list[str]:
    """The packages' files, signed."""
    built = []
    for name, (text, algorithm, key, digest) in PACKAGES.items():
        spec = work / f"{name}.spec"
        spec.write_text(HEAD.format(name=name) + text)
        definitions = (
            f"--define=_topdir {work}/top",
            f"--define=_rpmdir {work}/out",
            f"--define=_binary_filedigest_algorithm {algorithm}",
            f"--define=_gpg_name {key or 'nobody'}",
            f"--define=_gpg_digest_algo {digest}",
            f"--define=_gpg_path {home}",
            "--define=__gpg /usr/bin/gpg",
        )
        run("rpmbuild -bb --quiet", *definitions, str(spec))
        package = str(work / f"out/noarch/{name}-1.2-3.el9.noarch.rpm")
        if key:
            run("rpmsign --addsign", *definitions, package, home=home)
        built.append(package)
    return built


def install(place: Path, packages: list[str]) -> None:
    """The packages in the database, their files nowhere."""
    rpm("rpm -i --justdb --nodeps --nosignature --ignorearch --replacefiles", place, *packages)


def query(place: Path) -> list[dict[str, object]]:
    """What rpm itself says of every package, sorted by name."""
    form = "=\\t" + "\\t".join(f"%{{{field}}}" for field in FIELDS) + "\\n["
    form += "\\t".join(f"%{{file{column}}}" for column in COLUMNS) + "\\n]"
    found: list[dict[str, object]] = []
    files: list[list[str]] = []
    for line in rpm("rpm -qa --nosignature", place, "--qf", form).decode().splitlines():
        first, *rest = line.split("\t")
        if first == "=":
            files = []
            found.append({**dict(zip(FIELDS, rest, strict=True)), "files": files})
        else:
            files.append([first, *rest])
    return sorted(found, key=lambda package: str(package["name"]))


def make_berkeley(place: Path, headers: dict[int, bytes], order: Literal["little", "big"]) -> bytes:
    """The headers by number in a Berkeley DB hash file, with rpm's counter under number 0."""
    place.mkdir()
    rows = [(0, (max(headers) + 1).to_bytes(4, order)), *sorted(headers.items())]
    lowest = {"little": 1234, "big": 4321}[order]
    dump = f"VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=512\ndb_lorder={lowest}\nHEADER=END\n"
    dump += "".join(f" {number.to_bytes(4, order).hex()}\n {header.hex()}\n" for number, header in rows)
    run("db5.3_load", str(place / "Packages"), stdin=f"{dump}DATA=END\n".encode())
    return (place / "Packages").read_bytes()


def keep(name: str, content: bytes) -> None:
    """One file of the data, compressed."""
    (DATA / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


def make(work: Path) -> None:
    """All the data, made in a directory of its own."""
    make_keys(work / "gnupg")
    *early, late = build(work, work / "gnupg")
    file = work / "sqlite" / "rpmdb.sqlite"
    install(file.parent, early)
    rpm("rpmkeys --import", file.parent, str(DATA / "rsa.asc"))
    rpm("rpmdb --importdb", work / "ndb", stdin=rpm("rpmdb --exportdb", file.parent))
    with closing(sqlite3.connect(file)) as reader:
        headers = dict(reader.execute("SELECT hnum, blob FROM Packages"))
    keep("Packages", make_berkeley(work / "bdb_ro", headers, "little"))
    few = {number: header for number, header in headers.items() if len(header) < 5000}
    keep("Packages-big-endian", make_berkeley(work / "big", few, "big"))
    answer, *others = (query(work / form) for form in ("sqlite", "ndb", "bdb_ro"))
    assert others == [answer, answer]
    keep("expected.json", json.dumps(answer, indent=1).encode())
    keep("Packages.db", (work / "ndb" / "Packages.db").read_bytes())
    keep("rpmdb.sqlite", file.read_bytes())
    # An open reader keeps rpm from moving its log into the database.
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM Packages").fetchall()
        install(file.parent, [late])
        keep("rpmdb.sqlite-wal", file.with_name("rpmdb.sqlite-wal").read_bytes())


if __name__ == "__main__":
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir()
    with tempfile.TemporaryDirectory() as directory:
        make(Path(directory))
