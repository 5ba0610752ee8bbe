"""Cases as data: how a YAML case becomes a gathered host, and how what comes out is compared."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kenshin import catalog
from kenshin.analysis.case import Case
from kenshin.evidence.artifact import Artifact
from kenshin.evidence.gather import gather
from kenshin.provenance.authority import Authority
from kenshin.provenance.manifest import Manifest, declared
from kenshin.provenance.packages import packages
from kenshin.provenance.vendors import vendors
from tests.fakes import FakeSource, host

TODAY = date(2026, 11, 23)


@cache
def parts() -> tuple[Any, ...]:
    return catalog.artifacts(), catalog.detections(), catalog.indicators(), catalog.known_vendors()


def load(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each module's name with its cases."""
    for file in sorted(folder.glob("*.yaml")):
        yield file.stem, yaml.safe_load(file.read_bytes())


def case_of(spec: Mapping[str, Any], artifacts: Sequence[Artifact]) -> Case:
    """The case that a tiny host gives, with its packages, vendors and (where given) manifest."""
    evidence = host(spec.get("host") or {}, live=bool(spec.get("live")))
    gathered = gather(FakeSource(evidence).collect, artifacts, catalog.authority_wants())
    found: list[Authority] = [packages(gathered.evidence), vendors(gathered.evidence, parts()[3])]
    if "manifest" in spec:
        found.append(Manifest(gathered.evidence, declared(spec["manifest"], "manifest.toml"), TODAY))
    return Case(gathered, tuple(found), parts()[2])


def unlike(wanted: Sequence[Mapping[str, Any]], got: Sequence[object]) -> list[str]:
    """In words, where the things that came out are not the wanted ones: one by one, field by field."""
    said = [f"wanted {len(wanted)}, got {len(got)}: {got}"] if len(wanted) != len(got) else []
    for number, (want, item) in enumerate(zip(wanted, got, strict=False), start=1):
        for name, value in want.items():
            found = field(item, name)
            if found != value:
                said.append(f"{number}: {name} is {found!r}, wanted {value!r}")
    return said


def field(item: object, name: str) -> object:
    """A field of a record or finding as plain data: `path`, `line` and `type` as well."""
    if name == "type":
        return type(item).__name__
    if name in ("path", "line"):
        return getattr(getattr(item, "origin", item), name)
    value = getattr(item, name)
    if isinstance(value, tuple | Iterator):
        return [list(part) if isinstance(part, tuple) else part for part in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
