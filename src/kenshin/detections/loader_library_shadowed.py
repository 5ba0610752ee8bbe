"""A library that is found before the system's one of the same name."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.preloads import is_vouched
from kenshin.artifacts.loader_path import CRITICAL, shadowing
from kenshin.model.finding import Grade, Kind


def matches(case: Case) -> Iterator[Match]:
    """Unpackaged libraries in the loader's own directories that are named like the system's."""
    if not case.knows_packages:
        return
    for path in shadowing(case.evidence, case.gathered.records):
        entry = case.file(path)
        if entry is None or not entry.is_file or is_vouched(case, entry):
            continue
        name = path.rpartition("/")[2]
        critical = CRITICAL.fullmatch(name) is not None
        kind = Kind.COMPROMISE if critical else Kind.UNEXPLAINED
        summary = f"programs find this {name} before the system's own, and no package put it there"
        if critical:
            summary += ": it sees passwords, or sits inside of every program"
        digest = (f"sha256 {entry.sha256}",) if entry.sha256 else ()
        yield Match(entry.origin(), path, "loader_path", Grade.WEAK, summary, digest, kind)


DETECTION = Detection(
    name="loader_library_shadowed",
    question="Does a library of nobody's stand before the system's own of the same name?",
    attack=("T1574.001", "T1574.006"),
    remedy=(
        "Did you build it? Then declare it. If not: take a snapshot, keep a copy of the library, and look "
        "for programs that have it open."
    ),
    matches=matches,
)
