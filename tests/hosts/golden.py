"""The assessment of each host in tests/hosts, as tests/golden keeps it.

`scripts/golden` writes all of them anew; read the difference before you keep it.
"""

import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kenshin.examination import OwnersWord, collected, examine
from kenshin.provenance import baseline
from kenshin.reports import document
from kenshin.sources.archive import ArchiveSource
from tests.fakes import FakeSource
from tests.hosts.build import bundle_of, evidence_of

HOSTS = Path(__file__).parent
GOLDEN = HOSTS.with_name("golden")
NAMES = sorted(file.stem for file in HOSTS.glob("*.yaml"))
TODAY = date(2026, 11, 23)


def spec_of(name: str) -> dict[str, Any]:
    """`about`: what it shows; `verdict`; `host`: its files; `cut`: how many lines its bundle lacks;
    `manifest`: TOML; `golden`: the files of the golden host whose baseline is given; `on_disk`: whether the
    same can stand on a disk.
    """
    found: dict[str, Any] = yaml.safe_load((HOSTS / f"{name}.yaml").read_bytes())
    return found


def assessed(name: str, place: Path) -> dict[str, Any]:
    """The host's bundle, written to a directory, read from there and judged."""
    spec = spec_of(name)
    file = place / f"{name}.evidence"
    file.write_bytes(bundle_of(spec["host"], spec.get("cut", 0)))
    found = examine(ArchiveSource(file).collect, f"bundle:{name}.evidence", _word(spec, place), TODAY)
    told: dict[str, Any] = json.loads(document.render(found.assessment))
    return told


def _word(spec: dict[str, Any], place: Path) -> OwnersWord:
    known = manifest = None
    if "manifest" in spec:
        manifest = place / "kenshin.toml"
        manifest.write_text(spec["manifest"], "utf-8")
    if "golden" in spec:
        known = place / "golden.baseline"
        gathered = collected(FakeSource(evidence_of(spec["golden"])).collect)
        known.write_text(
            "".join(baseline.write("golden", "2026-11-01", gathered.evidence, gathered.records)), "utf-8"
        )
    return OwnersWord(known, manifest)


def kept(told: dict[str, Any], place: str) -> str:
    """What of an assessment is kept: not how many places were read, which grows with each new artifact,
    not the remedies, which are their detection's, and no path of this machine.
    """
    told["coverage"] = {"full": told["coverage"]["full"], "holes": told["coverage"]["holes"]}
    for finding in told["findings"]:
        del finding["remedy"]
    return json.dumps(told, indent=1, ensure_ascii=True).replace(f"{place}/", "") + "\n"


def write() -> None:
    """Writes every golden file anew."""
    for name in sys.argv[1:] or NAMES:
        with tempfile.TemporaryDirectory() as place:
            (GOLDEN / f"{name}.json").write_text(kept(assessed(name, Path(place)), place), "utf-8")


if __name__ == "__main__":
    write()
