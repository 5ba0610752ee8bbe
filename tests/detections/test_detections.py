"""One runner for the cases of every detection."""

from pathlib import Path
from typing import Any

import pytest

from kenshin.analysis.detection import Detection
from tests.cases import case_of, load, parts, unlike

CASES = [
    (name, kind, case)
    for name, found in load(Path(__file__).parent)
    for kind in ("hits", "near_misses", "vouched")
    for case in found[kind]
]


def detection(name: str) -> Detection:
    wanted: Detection = next(found for found in parts()[1] if found.name == name)
    return wanted


@pytest.mark.parametrize(
    ("name", "kind", "case"), CASES, ids=[f"{n} {kind}: {c['name']}" for n, kind, c in CASES]
)
def test_case(name: str, kind: str, case: dict[str, Any]) -> None:
    """A hit gives its `findings`; a near miss and a vouched-for hit give none of this detection."""
    built = case_of(case, parts()[0])
    findings = list(detection(name).judge(built))
    assert unlike(case["findings"] if kind == "hits" else [], findings) == []
    for wanted, finding in zip(case.get("says", []), findings, strict=False):
        assert wanted in " ".join((finding.summary, *finding.details, finding.nobody))


@pytest.mark.parametrize(("name", "case"), [(n, c) for n, kind, c in CASES if kind == "vouched"])
def test_a_vouched_case_is_a_hit_without_its_voucher(name: str, case: dict[str, Any]) -> None:
    """What stays silent does so because somebody vouches, not because nothing was seen."""
    bare = {
        path: {key: value for key, value in spec.items() if key != "package"}
        if isinstance(spec, dict)
        else spec
        for path, spec in case["host"].items()
    }
    without = {key: value for key, value in case.items() if key != "manifest"} | {"host": bare}
    assert list(detection(name).judge(case_of(without, parts()[0]))) != []
