"""Libraries are looked up in a directory where no honest library lies, or that others may write."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import misleading, odd_place
from kenshin.analysis.preloads import Concern, worst, writable_directory
from kenshin.artifacts.environment import LoaderVariable
from kenshin.artifacts.loader_path import LoaderDirectory
from kenshin.evidence.entry import FileType
from kenshin.model.finding import Grade

_HOME = re.compile(r"/root(?=/|$)|/home/[^/]+")


def matches(case: Case) -> Iterator[Match]:
    """Lines of ld.so.conf and settings of LD_LIBRARY_PATH that name such a directory."""
    for record in case.of(LoaderDirectory):
        concerns = list(_concerns(case, record.directory))
        home = _HOME.match(record.directory)
        if home is not None:
            concerns.append(Concern(Grade.WEAK, f"it lies in the home {home[0]}, whose owner writes there"))
        if concerns:
            found = worst(concerns)
            summary = f"every program looks for its libraries in {record.directory}: {found.reason}"
            yield Match(record.origin, record.text, "loader_path", found.grade, summary)
    for variable in case.of(LoaderVariable):
        for directory in variable.directories:
            own = variable.home and f"{directory}/".startswith(f"{variable.home}/")
            concerns = [] if own else list(_concerns(case, directory))
            if concerns:
                found = worst(concerns)
                summary = (
                    f"{variable.variable} makes programs look for libraries in {directory}: {found.reason}"
                )
                yield Match(variable.origin, variable.text, "environment", found.grade, summary)


def _concerns(case: Case, directory: str) -> Iterator[Concern]:
    oddity = odd_place(f"{directory.rstrip('/')}/", case.indicators["homes.tools"])
    if oddity is not None:
        yield Concern(oddity.grade, oddity.reason)
    trick = misleading(directory)
    if trick:
        yield Concern(Grade.STRONG, trick)
    entry = case.file(directory)
    if entry is not None and entry.type is FileType.DIRECTORY and writable_directory(entry):
        rights = f"mode {entry.mode & 0o7777:04o}, group {entry.gid}"
        yield Concern(Grade.STRONG, f"others than root may put libraries there ({rights})")


DETECTION = Detection(
    name="loader_directory_odd",
    question="Are libraries looked up where no honest library lies?",
    attack=("T1574.006", "T1574.007"),
    remedy=(
        "Take a snapshot; keep the file and whatever lies in that directory. Then take the line out and "
        "run ldconfig from a clean system."
    ),
    matches=matches,
)
