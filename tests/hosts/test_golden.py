"""Whole tiny hosts: bundle in, assessment out."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kenshin.examination import OwnersWord, examine
from kenshin.model.target import Target
from kenshin.reports import document
from kenshin.sources.open import open_source
from tests.hosts.build import tree_of
from tests.hosts.golden import GOLDEN, NAMES, TODAY, assessed, kept, spec_of

ON_DISK = [name for name in NAMES if spec_of(name).get("on_disk", True)]


@pytest.mark.parametrize("name", NAMES)
def test_the_assessment_is_as_kept(name: str, tmp_path: Path) -> None:
    told = kept(assessed(name, tmp_path), str(tmp_path))
    assert told == (GOLDEN / f"{name}.json").read_text("utf-8"), "right? then run scripts/golden"


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_one_the_host_was_made_for(name: str) -> None:
    assert json.loads((GOLDEN / f"{name}.json").read_bytes())["verdict"] == spec_of(name)["verdict"]


def test_each_golden_file_has_its_host() -> None:
    assert sorted(file.stem for file in GOLDEN.glob("*.json")) == NAMES


def places(findings: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {(found["detection"], found["path"], found["line"], found["grade"]) for found in findings}


@pytest.mark.skipif(os.getuid() != 0, reason="only the superuser can give files their owners")
@pytest.mark.parametrize("name", ON_DISK)
def test_the_same_host_on_a_disk_has_the_same_findings(name: str, tmp_path: Path) -> None:
    tree_of(spec_of(name)["host"], tmp_path)
    source = open_source(Target("root", str(tmp_path)))
    found = examine(source.collect, "root:", OwnersWord(), TODAY)
    wanted = json.loads((GOLDEN / f"{name}.json").read_bytes())
    assert places(json.loads(document.render(found.assessment))["findings"]) == places(wanted["findings"])
