import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kenshin.cli import scan
from kenshin.cli.main import main
from kenshin.model.errors import TargetError
from tests.hosts.golden import GOLDEN

Of = Callable[[str], str]
CODES = {"clean_debian": 0, "four_intrusions": 20, "carriage_return": 30, "unreadable": 40}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_the_exit_code_is_that_of_the_verdict(
    name: str, code: int, target: Of, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", target(name), "--format", "json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == json.loads((GOLDEN / f"{name}.json").read_bytes())["verdict"]
    assert told["exit_code"] == code


def test_the_console_report_is_plain_when_piped(target: Of, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", target("four_intrusions")]) == 20
    written = capsys.readouterr()
    assert "/etc/rc.local:2" in written.out
    assert "\x1b" not in written.out
    assert written.err == "", "nobody watches: no progress"


@pytest.mark.parametrize("form", ["console", "json", "html"])
def test_a_report_is_written_to_a_file(
    form: str, target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report"
    assert main(["scan", target("four_intrusions"), "--format", form, "-o", str(file)]) == 20
    assert "curl -fsSL" in file.read_text("utf-8")
    assert capsys.readouterr().out == ""
    assert list(tmp_path.glob(".*.part")) == []


def test_the_worst_of_several_hosts_decides(target: Of, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("clean_debian", "unreadable", "four_intrusions")
    assert main(["scan", *map(target, names)]) == 20
    assert capsys.readouterr().out.count("Four questions") == 3
    assert main(["scan", target("clean_debian"), target("unreadable")]) == 40


def test_json_is_of_one_host(target: Of, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", target("clean_debian"), target("unreadable"), "--format", "json"]) == 2
    assert (
        "--format json reports one host at a time\n  Run it once for each target" in capsys.readouterr().err
    )


def test_a_host_that_cannot_be_reached_hides_no_break_in(
    target: Of, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "bundle:/nowhere", target("four_intrusions"), "root:/nowhere"]) == 20
    written = capsys.readouterr()
    assert "/etc/rc.local:2" in written.out
    assert written.err.count("kenshin: /nowhere: there is no such") == 2


def test_without_a_finding_what_cannot_be_reached_is_a_failure(
    target: Of, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "bundle:/nowhere", target("clean_debian"), "root:/nowhere"]) == 1
    assert capsys.readouterr().err.count("kenshin: /nowhere: there is no such") == 2


@pytest.mark.parametrize("uri", ["/mnt/disk", "root:", "local:x"])
def test_what_is_no_target_ends_with_2(uri: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", uri]) == 2
    assert "kenshin: '" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "why"), [("missing/report", "No such file or directory"), (".", "it is a directory")]
)
def test_a_report_without_a_place_is_told_before_the_scan(
    place: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scan, "open_source", None)  # would fail, were it reached
    assert main(["scan", "local:", "-o", str(tmp_path / place)]) == 1
    assert capsys.readouterr().err.endswith(
        f"it cannot be written: {why}\n  Name another file after --output\n"
    )


@pytest.mark.parametrize("error", [TargetError("gone"), KeyboardInterrupt()])
def test_a_scan_that_fails_leaves_the_old_report(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(scan, "open_source", fails)
    file = tmp_path / "report.html"
    file.write_text("old")
    assert main(["scan", "local:", "--format", "html", "-o", str(file)]) in (1, 130)
    assert (file.read_text(), list(tmp_path.iterdir())) == ("old", [file])
    assert "kenshin: " in capsys.readouterr().err


def test_a_link_stays_a_link_and_a_device_a_device(target: Of, tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    assert main(["scan", target("clean_debian"), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert file.read_text("utf-8")
    assert main(["scan", target("clean_debian"), "-o", "/dev/null"]) == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told(target: Of, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", target("clean_debian"), "-o", "/dev/full"]) == 1
    assert "/dev/full: it cannot be written: No space left on device" in capsys.readouterr().err


def test_manifest_and_baseline_vouch(target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known, manifest = tmp_path / "golden.baseline", tmp_path / "kenshin.toml"
    assert main(["baseline", "create", target("clean_debian"), "-o", str(known)]) == 0
    manifest.write_text('[[line]]\npath = "/etc/x"\ntext = "y"\nowner = "ops"\nreason = "gone"\n')
    arguments = [
        "scan",
        target("clean_debian"),
        "--baseline",
        str(known),
        "--manifest",
        str(manifest),
        "--format",
        "json",
    ]
    capsys.readouterr()
    assert main(arguments) == 0
    written = capsys.readouterr()
    assert json.loads(written.out)["authorities"] == ["packages", "vendors", "baseline", "manifest"]
    assert written.err == f"kenshin: {manifest}: line 1: nothing on this host fits this entry\n"


@pytest.mark.parametrize("option", ["--baseline", "--manifest"])
def test_an_owners_file_that_cannot_be_read_is_told(
    option: str, target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd"
    odd.write_bytes(b"\xff")
    assert main(["scan", target("clean_debian"), option, "/nowhere"]) == 1
    assert main(["scan", target("clean_debian"), option, str(odd)]) == 1
    said = capsys.readouterr().err
    assert "kenshin: /nowhere: it cannot be read: No such file or directory" in said
    assert f"kenshin: {odd}: it cannot be read: 'utf-8' codec" in said


def test_a_terminal_gets_colour_unless_it_says_no(
    target: Of, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for name in ("NO_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    main(["scan", target("four_intrusions")])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["scan", target("four_intrusions")])
    assert "\x1b[3" not in capsys.readouterr().out
