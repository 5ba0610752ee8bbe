"""A library that carries the name of a published rootkit."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.preloads import described, settings, standing
from kenshin.artifacts.loader_path import LoaderDirectory
from kenshin.model.finding import Grade


def matches(case: Case) -> Iterator[Match]:
    """Lines that load such a library, and such libraries in the loader's own directories."""
    known = frozenset(case.indicators["preload.rootkits"])
    for setting in settings(case):
        for library in setting.libraries:
            paths = (library.name, *(entry.path for entry in standing(case, library)))
            named = next((name for path in paths if (name := path.rpartition("/")[2]) in known), None)
            if named is not None:
                summary = f"{setting.source} loads {library.name}: rootkits are known by the name {named}"
                details = tuple(described(case, library))
                yield Match(setting.origin, setting.text, setting.artifact, Grade.STRONG, summary, details)
                break
    directories = {directory.directory for directory in case.of(LoaderDirectory)}
    for entry in case.evidence:
        directory, _, name = entry.path.rpartition("/")
        if name in known and entry.type is not None and directory in directories:
            summary = f"the loader finds a library here by whose name, {name}, rootkits are known"
            yield Match(entry.origin(), entry.path, "loader_path", Grade.STRONG, summary)


DETECTION = Detection(
    name="preload_known_rootkit",
    question="Is a library preloaded by whose name rootkits are known?",
    attack=("T1574.006", "T1014"),
    remedy=(
        "Believe no program on this host: such a library hides files, processes and connections. Take a "
        "snapshot, keep the library for analysis, and reinstall from an image that you trust."
    ),
    matches=matches,
)
