"""The examples and tables of the documents are those that the program follows."""

import re
import tomllib
from pathlib import Path

from kenshin.model.assessment import Verdict
from kenshin.provenance.manifest import LONGEST, declared

DOCS = Path(__file__).parents[2] / "docs"


def test_the_manifests_example_is_a_manifest() -> None:
    text = (DOCS / "manifest.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert [entry.kind for entry in declared(tomllib.loads(example), "kenshin.toml")] == [
        "line",
        "file",
        "pattern",
    ]
    assert f"up to {LONGEST:,} characters" in text


def test_the_verdicts_table_has_every_verdict_with_its_exit_code() -> None:
    rows = re.findall(
        r"^\| \d \|.*\| `([a-z-]+)` \| (\d+) \|$", (DOCS / "verdict.md").read_text("utf-8"), re.MULTILINE
    )
    assert set(rows) == {(verdict.value, str(verdict.exit_code)) for verdict in Verdict}
