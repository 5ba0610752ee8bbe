import io
import subprocess
import sys

import pytest

from kenshin import __version__
from kenshin.cli import scan
from kenshin.cli.main import COMMANDS, main
from kenshin.model.errors import KenshinError, TargetError, UsageError

WITHOUT_LOADING = """
import sys
from kenshin.cli.main import main
try:
    main(["--version"])
except SystemExit:
    pass
print(*sorted(name for name in sys.modules if name.startswith(("kenshin", "rich", "tomlkit"))))
"""


def failing(error: BaseException) -> object:
    def run(_: object) -> int:
        raise error

    return run


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_printed(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*filter(None, [command]), "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: kenshin")
    assert all(name in said for name in COMMANDS) if not command else COMMANDS[command].capitalize() in said


def test_help_says_what_the_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert "0 no evidence of a break-in   10 suspicious   20 likely compromised   30 compromised" in said
    assert "bundle:FILE" in said


def test_the_version_is_told_without_loading_what_examines() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_LOADING], capture_output=True, text=True, check=True)
    version, loaded = done.stdout.splitlines()
    assert version == f"kenshin {__version__}"
    assert loaded.split() == [
        "kenshin",
        "kenshin.cli",
        "kenshin.cli.main",
        "kenshin.model",
        "kenshin.model.errors",
        "kenshin.model.escape",
    ]


@pytest.mark.parametrize(
    "arguments",
    [[], ["examine"], ["scan", "--format", "pdf"], ["baseline"], ["baseline", "create", "local:"], ["trust"]],
)
def test_a_command_line_that_is_none_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: kenshin" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError("not so", remedy="So"), 2, "kenshin: not so\n  So\n"),
        (KenshinError("went wrong", "a.toml"), 1, "kenshin: a.toml: went wrong\n"),
        (TargetError("an odd\x1b[2J place", "/a\nb"), 1, "kenshin: /a\nb: an odd\\x1b[2J place\n"),
        (OSError(28, "No space left on device"), 1, "kenshin: No space left on device\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "kenshin: /x: Permission denied\n"),
        (KeyboardInterrupt(), 130, "kenshin: interrupted\n"),
    ],
)
def test_an_error_is_told_and_has_its_exit_code(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(scan, "run", failing(error))
    assert main(["scan"]) == code
    assert capsys.readouterr().err == said


def test_a_reader_who_has_seen_enough_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scan, "run", failing(BrokenPipeError()))
    assert main(["scan"]) == 1
    assert capsys.readouterr().err == ""


def test_a_pipe_that_closes_leaves_no_traceback() -> None:
    command = f"{sys.executable} -m kenshin.cli.main --help | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_a_terminal_without_japanese_gets_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    with pytest.raises(SystemExit):
        main(["--help"])
    sys.stdout.flush()
    assert rb"(\u691c\u8a3a, a check-up)" in raw.getvalue()
