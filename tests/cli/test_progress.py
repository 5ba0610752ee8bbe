import io
import sys

import pytest

from kenshin.cli.progress import Progress
from kenshin.evidence.request import Request
from tests.fakes import host


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_told_and_left_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress("examining root:/a\x1b") as progress:
        collect = progress.counted(lambda _: host({"/etc/crontab": "x"}))
        assert len(collect(Request(())).entries) == 7
        collect(Request(()))
    told = terminal.getvalue().split("\r\x1b[K")[1:]
    assert told == [
        "examining root:/a\\x1b …",
        "examining root:/a\\x1b: 7 places read, round 1",
        "examining root:/a\\x1b: 14 places read, round 2",
        "",
    ]


def test_a_narrow_terminal_is_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("COLUMNS", "10")
    Progress("x").say("0123456789abc")
    assert terminal.getvalue() == "\r\x1b[K012345678"


def test_nobody_is_told_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("examining") as progress:
        progress.counted(lambda _: host({}))(Request(()))
    assert capsys.readouterr().err == ""
