import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.cli.main import main
from kenshin.cli.manifest_file import append
from kenshin.examination import read_manifest
from kenshin.model.errors import ManifestError
from kenshin.model.origin import Origin, Record
from tests.analysis.made import finding
from tests.fakes import host

Of = Callable[[str], str]
TODAY = datetime.now(tz=UTC).date()
MANIFEST = """\
# What our business runs. Reviewed each quarter.
title_follows = 0 # not ours
"""
OURS = """\
# What our business runs. Reviewed each quarter.

[[line]]  # the first
reason = "nightly backup"   # order as we like it
owner  = "ops"
path   = "/etc/cron.d/a"
text   = '1 * * * * root /opt/a'

# one a customer
[[pattern]]
path = "/etc/cron.d/customer-*"
matches = '\\d+ \\* \\* \\* \\* app /opt/app/run'
owner = "ops"
reason = "customers"
"""


@pytest.fixture
def report(target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, dict[str, Any]]:
    """A JSON report with a finding on a line, one on a whole file, and an asking one."""
    file = tmp_path / "report.json"
    main(["scan", target("expired_manifest"), "--format", "json", "-o", str(file)])
    capsys.readouterr()
    return file, json.loads(file.read_bytes())


def test_a_finding_is_declared_and_then_vouched_for(
    report: tuple[Path, dict[str, Any]], target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, told = report
    manifest = tmp_path / "kenshin.toml"
    names = [found["id"] for found in told["findings"]]
    until = TODAY + timedelta(days=30)
    arguments = ["trust", *names, "--reason", "ours", "--owner", "ops", "--until", str(until)]
    assert main([*arguments, "--from", str(file), "--manifest", str(manifest)]) == 0
    assert capsys.readouterr().err.count(f"declared in {manifest}: /etc/cron.d/") == len(names)
    assert f"until = {until}" in manifest.read_text()
    assert main(["scan", target("expired_manifest"), "--manifest", str(manifest)]) == 0


def test_a_target_is_examined_where_no_report_is_given(
    report: tuple[Path, dict[str, Any]], target: Of, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = report[1]["findings"][0]["fingerprint"]
    assert main(["trust", name, "--reason", "ours", "--target", target("expired_manifest")]) == 0
    assert 'reason = "ours"' in (tmp_path / "kenshin.toml").read_text()


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        (["--reason", "  "], 2, "--reason says nothing"),
        (
            ["--reason", "x", "--until", str(TODAY - timedelta(days=1))],
            2,
            "is past: the entry would vouch for nothing",
        ),
        (
            ["--reason", "x"],
            2,
            "no finding F-00000000 in this assessment\n  Take the id from the newest report",
        ),
        (
            ["--reason", "x", "--from", "/nowhere"],
            1,
            "/nowhere: it cannot be read: No such file or directory",
        ),
        (["--reason", "x", "--target", "nothing"], 2, "'nothing' is not a target"),
    ],
)
def test_what_cannot_be_declared(
    more: list[str],
    code: int,
    says: str,
    report: tuple[Path, dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = [] if "--from" in more or "--target" in more else ["--from", str(report[0])]
    assert main(["trust", "F-00000000", *more, *source]) == code
    assert says in capsys.readouterr().err


def test_what_is_no_report_is_told_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.json"
    for content, says in ((b"{}", f"{file}: "), (b"\xff", "it cannot be read: 'utf-8' codec")):
        file.write_bytes(content)
        assert main(["trust", "F-1", "--reason", "x", "--from", str(file)]) == 1
        assert says in capsys.readouterr().err


def test_a_day_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["trust", "F-1", "--reason", "x", "--until", "tomorrow"])
    assert ended.value.code == 2
    assert "'tomorrow' is not a date: write it as 2027-12-31" in capsys.readouterr().err


LINE = finding(origin=Origin("/etc/cron.d/b", 3), text="  2 * * * * root /opt/b\t")
FILE = finding(origin=Origin("/opt/b"), text="/opt/b", sha256="0" * 64)


def test_comments_and_order_of_a_manifest_stay(tmp_path: Path) -> None:
    manifest = tmp_path / "kenshin.toml"
    manifest.write_text(OURS)
    assert append(manifest, [LINE, FILE], "ops", 'said "so"', date(2027, 1, 2)) == (LINE, FILE)
    text = manifest.read_text()
    after = iter(text.splitlines())
    assert all(line in after for line in OURS.splitlines()), "each old line, in the old order"
    assert text.index("# one a customer") < text.index("[[file]]")
    entries = read_manifest(manifest, host({}), TODAY).declared
    assert [(entry.kind, entry.path, entry.value, entry.until) for entry in entries] == [
        ("line", "/etc/cron.d/a", "1 * * * * root /opt/a", None),
        ("line", "/etc/cron.d/b", "2 * * * * root /opt/b", date(2027, 1, 2)),
        ("file", "/opt/b", "0" * 64, date(2027, 1, 2)),
        ("pattern", "/etc/cron.d/customer-*", r"\d+ \* \* \* \* app /opt/app/run", None),
    ]


def test_what_is_declared_already_is_not_declared_again(tmp_path: Path) -> None:
    manifest = tmp_path / "kenshin.toml"
    assert append(manifest, [LINE, LINE], "ops", "ours", None) == (LINE,)
    before = manifest.read_text()
    assert append(manifest, [LINE], "others", "theirs", None) == ()
    assert manifest.read_text() == before


@pytest.mark.parametrize(
    ("before", "found", "says"),
    [
        ("not toml", LINE, "it is not TOML"),
        (MANIFEST, LINE, "unknown table"),
        (
            'line = [{path = "/a", text = "x", owner = "o", reason = "r"}]',
            LINE,
            "Write each entry under [[line]]",
        ),
        ("", finding(origin=Origin("/a", 1), text="\udcff"), "bytes that TOML cannot"),
        ("", finding(origin=Origin("/a"), sha256=""), "/a has no digest to declare it by"),
    ],
)
def test_a_manifest_that_cannot_be_extended_stays_as_it_is(
    before: str, found: Any, says: str, tmp_path: Path
) -> None:
    manifest = tmp_path / "kenshin.toml"
    manifest.write_text(before)
    with pytest.raises(ManifestError) as raised:
        append(manifest, [found], "ops", "ours", None)
    assert says in str(raised.value)
    assert manifest.read_text() == before


def test_a_directory_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="it cannot be read"):
        append(tmp_path, [LINE], "ops", "ours", None)


@given(st.text(max_size=30), st.text(max_size=10).map(lambda name: f"/etc/{name}"))
@settings(max_examples=60)
def test_any_line_that_is_declared_is_vouched_for(
    tmp_path_factory: pytest.TempPathFactory, text: str, path: str
) -> None:
    manifest = tmp_path_factory.mktemp("any") / "kenshin.toml"
    manifest.write_text(OURS)
    with suppress(ManifestError):
        append(manifest, [finding(origin=Origin(path, 1), text=text)], "ops", "ours", None)
        assert read_manifest(manifest, host({}), TODAY).vouch(Record(Origin(path, 9), text)) is not None
