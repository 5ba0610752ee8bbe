"""One runner for the cases of every artifact."""

from pathlib import Path
from typing import Any

import pytest

from kenshin.analysis.coverage import coverage
from tests.cases import case_of, load, parts, unlike

CASES = [(name, case) for name, found in load(Path(__file__).parent) for case in found["cases"]]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_case(name: str, case: dict[str, Any]) -> None:
    """`host` gives these `records`, `unparsed` lines and `holes` for the artifact and no others."""
    built = case_of(case, parts()[0])
    said = unlike(
        case.get("records", []), [r for r in built.gathered.by_artifact[name] if r.shown or case.get("all")]
    )
    mine = {want.path for want in built.gathered.asked[name]}
    unparsed = [
        u
        for u in built.gathered.unparsed
        if any(w.matches(u.origin.path) for w in built.gathered.asked[name])
    ]
    said += unlike(case.get("unparsed", []), unparsed)
    holes = {hole.path for hole in coverage(built).holes if name in hole.artifacts}
    assert mine
    assert [*said, *({f"holes {holes}"} if holes != set(case.get("holes", [])) else ())] == []
