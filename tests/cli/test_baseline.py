import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kenshin.cli.main import main

Of = Callable[[str], str]


def test_a_baseline_is_written_and_its_digest_told(
    target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "golden.baseline"
    assert main(["baseline", "create", target("clean_el"), "--output", str(file)]) == 0
    lines = file.read_bytes().splitlines(keepends=True)
    written = capsys.readouterr()
    assert written.out == f"sha256 {hashlib.sha256(b''.join(lines[:-1])).hexdigest()}  {file}\n"
    assert written.err == "Keep this digest off the host: a baseline that was changed no longer has it.\n"


def test_what_could_not_be_read_is_told(
    target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = target("unreadable")
    assert main(["baseline", "create", uri, "-o", str(tmp_path / "golden.baseline")]) == 0
    assert (
        f"2 places could not be read and are not in it: kenshin scan {uri} names them\n"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "change", [lambda text: text.replace(b"etc", b"opt", 1), lambda text: text.replace(b"\n", b"\r\n")]
)
def test_a_changed_baseline_is_refused(
    change: Callable[[bytes], bytes], target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "golden.baseline"
    main(["baseline", "create", target("clean_el"), "-o", str(file)])
    file.write_bytes(change(file.read_bytes()))
    assert main(["scan", target("clean_el"), "--baseline", str(file)]) == 1
    assert "it was cut or changed after it was written" in capsys.readouterr().err


def test_a_baseline_without_a_place_is_an_error(
    target: Of, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["baseline", "create", target("clean_el"), "-o", str(tmp_path / "no" / "file")]) == 1
    assert "it cannot be written" in capsys.readouterr().err
