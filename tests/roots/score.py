"""Scores kenshin on cases planted one by one into copies of a clean root.

    python tests/roots/score.py CLEANROOT CASES.jsonl… [--surface cron,rc.local] [--case ID]

A case is a line of JSON: id, surface, files, expect{verdict, finding_mentions}, must_not_flag. The planter
that lies beside the cases writes it into the copy. A malicious case passes when the verdict is suspicious or
worse and every mention is in the findings; a benign one when no finding of kind compromise lies on a path it
protects and the verdict stays below suspicious, or at it where only the owner's word could clear the case.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # for when this file is run as a script
from tests.roots.plant import hard_link_copy

VERDICTS = {
    0: "no-evidence",
    10: "suspicious",
    20: "likely-compromised",
    30: "compromised",
    40: "inconclusive",
}
SEVERITY = {"no-evidence": 0, "inconclusive": 0, "suspicious": 1, "likely-compromised": 2, "compromised": 3}
EXPECTED = {"clean": 0, "suspicious": 1, "compromised": 2}  # 2: likely-compromised serves as well
NOT_APPLICABLE = 3  # the planter's exit code for a case that this root cannot hold


@dataclass(frozen=True, slots=True)
class Score:
    """What kenshin made of one case; no `failures` when it passed, no `verdict` when it was not planted."""

    case: str
    surface: str
    malicious: bool
    verdict: str
    failures: tuple[str, ...] = ()
    exact: bool = False


def scan(root: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the assessment of `kenshin scan root:…`; an empty one where kenshin failed."""
    kenshin = Path(sys.executable).with_name("kenshin")
    command = [str(kenshin), "scan", f"root:{root}", "--format", "json", *arguments]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode not in VERDICTS:
        return done.returncode, {"error": done.stderr.decode("utf-8", "replace")[-400:]}
    assessment: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, assessment


def texts(value: object) -> Iterator[str]:
    """Every piece of text within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.values() for text in texts(item))
    elif isinstance(value, Sequence):
        yield from (text for item in value for text in texts(item))


def judge_malicious(
    case: Mapping[str, Any], verdict: str, findings: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Why an intrusion was missed; nothing when it was found."""
    failures = [] if SEVERITY[verdict] >= 1 else [f"verdict {verdict}"]
    said = "\n".join(texts(findings))
    return failures + [
        f"no mention of {wanted}" for wanted in case["expect"]["finding_mentions"] if wanted not in said
    ]


def judge_benign(case: Mapping[str, Any], verdict: str, findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why an honest host was wronged; nothing when it was left in peace."""
    allowed = SEVERITY.get(case.get("expect_without_manifest") or "", 0)
    failures = [] if SEVERITY[verdict] <= allowed else [f"verdict {verdict}"]
    protected = set(case.get("must_not_flag", ()))
    for finding in findings:
        if finding["kind"] == "compromise" and finding["path"] in protected:
            failures.append(f"{finding['detection']} at {finding['path']}:{finding['line']}")
    return failures


def score(case: Mapping[str, Any], cases: Path, planter: Path, clean: Path) -> Score:
    """One case planted, scanned and judged."""
    malicious = "must_not_flag" not in case
    known = (case["id"], case["surface"], malicious)
    with hard_link_copy(clean) as copy:
        command = [sys.executable, str(planter), str(cases), case["id"], str(copy), "--attrs", "--proc-sys"]
        planted = subprocess.run(command, capture_output=True, check=False)
        if planted.returncode == NOT_APPLICABLE:
            return Score(*known, verdict="")
        if planted.returncode != 0:
            return Score(*known, "failed", (f"planter: {planted.stderr.decode()[-200:]}",))
        code, assessment = scan(copy)
    if code not in VERDICTS:
        return Score(*known, "failed", (f"exit {code}: {assessment['error']}",))
    verdict, findings = assessment["verdict"], assessment["findings"]
    failures = (judge_malicious if malicious else judge_benign)(case, verdict, findings)
    exact = min(SEVERITY[verdict], 2) == EXPECTED[case["expect"]["verdict"]]
    return Score(*known, verdict, tuple(failures), exact)


def score_all(
    clean: Path, files: Sequence[Path], surfaces: set[str], only: str = "", planter: Path | None = None
) -> Iterator[Score]:
    """Every case of the files that is on one of the surfaces (on any, when none is named)."""
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            case = json.loads(line)
            if (not surfaces or case["surface"] in surfaces) and only in ("", case["id"]):
                yield score(case, file, planter or file.with_name("plant.py"), clean)


def totals(scores: Sequence[Score]) -> str:
    """One line for the intrusions and one for the honest look-alikes."""
    lines = []
    for malicious, word in ((True, "malicious"), (False, "benign")):
        tried = [score for score in scores if score.malicious is malicious and score.verdict]
        passed = sum(not score.failures for score in tried)
        exact = sum(score.exact for score in tried)
        skipped = sum(score.malicious is malicious and not score.verdict for score in scores)
        lines.append(f"{word}: {passed} of {len(tried)} pass, {exact} exact, {skipped} not applicable")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Command line; exits 1 when a case fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clean", type=Path)
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--surface", default="", help="comma-separated; all when left out")
    parser.add_argument("--case", default="", help="only the case of this id")
    parser.add_argument("--planter", type=Path, help="plant.py beside the cases, when left out")
    given = parser.parse_args(arguments)
    surfaces = set(filter(None, given.surface.split(",")))
    scores = []
    for scored in score_all(given.clean.absolute(), given.cases, surfaces, given.case, given.planter):
        scores.append(scored)
        if scored.failures:
            reasons = "\n    ".join(scored.failures)
            print(f"{scored.case}  {scored.surface}  {scored.verdict}\n    {reasons}", flush=True)
    print(totals(scores))
    return 1 if any(scored.failures for scored in scores) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
