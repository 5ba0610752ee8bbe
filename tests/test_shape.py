"""An artifact or a detection is two files, a module and its YAML cases: neither stands without the other."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LEAST = {"hits": 2, "near_misses": 2, "vouched": 1}
HARD = ("odd_bytes", "garbage", "absent", "denied")


def unpaired(root: Path, package: str) -> list[str]:
    """Modules without cases and cases without a module, by the path that is missing."""
    modules = {file.stem for file in (root / "src/kenshin" / package).glob("*.py")} - {"__init__"}
    cases = {file.stem for file in (root / "tests" / package).glob("*.yaml")}
    lacking = [f"tests/{package}/{name}.yaml" for name in sorted(modules - cases)]
    return lacking + [f"src/kenshin/{package}/{name}.py" for name in sorted(cases - modules)]


def thin_detection(cases: object) -> list[str]:
    """What a detection's cases lack: each kind, when there are too few of it."""
    found = cases if isinstance(cases, dict) else {}
    return [
        f"at least {least} under {kind}"
        for kind, least in LEAST.items()
        if len(found.get(kind) or []) < least
    ]


def thin_artifact(cases: object) -> list[str]:
    """The hard kinds of input that no case of an artifact names or is tagged with."""
    listed = (cases.get("cases") if isinstance(cases, dict) else None) or []
    named = " ".join(f"{case.get('name', '')} {' '.join(case.get('tags') or [])}" for case in listed)
    covered = named.lower().replace(" ", "_").replace("-", "_")
    return [f"a case named or tagged {kind}" for kind in HARD if kind not in covered]


def case_files(package: str) -> list[Path]:
    return sorted((ROOT / "tests" / package).glob("*.yaml"))


@pytest.mark.parametrize("package", ["artifacts", "detections"])
def test_every_module_has_its_cases_and_every_case_its_module(package: str) -> None:
    assert unpaired(ROOT, package) == [], "a part is two files: these are missing"


@pytest.mark.parametrize("file", case_files("detections"), ids=lambda file: file.stem)
def test_detection_cases_are_enough(file: Path) -> None:
    assert thin_detection(yaml.safe_load(file.read_bytes())) == [], f"{file.name} lacks these"


@pytest.mark.parametrize("file", case_files("artifacts"), ids=lambda file: file.stem)
def test_artifact_cases_hold_the_hard_input(file: Path) -> None:
    assert thin_artifact(yaml.safe_load(file.read_bytes())) == [], f"{file.name} lacks these"


def test_a_missing_twin_is_named(tmp_path: Path) -> None:
    for path in (
        "src/kenshin/artifacts/__init__.py",
        "src/kenshin/artifacts/cron.py",
        "tests/artifacts/at.yaml",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert unpaired(tmp_path, "artifacts") == ["tests/artifacts/cron.yaml", "src/kenshin/artifacts/at.py"]


def test_thin_cases_are_told_apart() -> None:
    assert thin_detection({"hits": [1, 2], "near_misses": [1], "vouched": None}) == [
        "at least 2 under near_misses",
        "at least 1 under vouched",
    ]
    assert len(thin_detection(None)) == len(LEAST)
    assert len(thin_artifact(None)) == len(HARD)
    tagged = {"cases": [{"name": "Odd bytes"}, {"tags": ["garbage", "absent"]}, {"name": "denied spool"}]}
    assert thin_artifact(tagged) == []
    assert thin_artifact({"cases": tagged["cases"][1:]}) == ["a case named or tagged odd_bytes"]
