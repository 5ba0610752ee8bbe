"""Finds artifacts, detections and lists by the place where they stand; the only dynamic import."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib import import_module, resources
from pkgutil import iter_modules
from types import ModuleType

from kenshin.analysis.detection import Detection
from kenshin.evidence.artifact import Artifact
from kenshin.evidence.request import Want
from kenshin.provenance import packages, vendors


def artifacts() -> tuple[Artifact, ...]:
    """Every artifact: the value `ARTIFACT` of each module in kenshin.artifacts, by name."""
    return tuple(module.ARTIFACT for module in _modules("kenshin.artifacts"))


def detections() -> tuple[Detection, ...]:
    """Every detection: the value `DETECTION` of each module in kenshin.detections, by name."""
    return tuple(module.DETECTION for module in _modules("kenshin.detections"))


def indicators() -> Mapping[str, tuple[str, ...]]:
    """The lists in detections/indicators/*.toml, each as `file.key`."""
    return {
        f"{name}.{key}": tuple(map(str, values))
        for name, table in _tables("kenshin.detections", "indicators")
        for key, values in table.items()
        if isinstance(values, list)
    }


def known_vendors() -> tuple[vendors.Vendor, ...]:
    """The vendors in provenance/lists/*.toml."""
    return tuple(vendors.vendor_from(name, table) for name, table in _tables("kenshin.provenance", "lists"))


def authority_wants() -> tuple[Want, ...]:
    """What the authorities need to see of a host."""
    return (*packages.WANTS, *vendors.WANTS)


def _modules(package: str) -> Iterator[ModuleType]:
    for module in sorted(iter_modules(import_module(package).__path__), key=lambda found: found.name):
        yield import_module(f"{package}.{module.name}")


def _tables(package: str, folder: str) -> Iterator[tuple[str, dict[str, object]]]:
    directory = resources.files(package).joinpath(folder)
    for file in sorted(directory.iterdir(), key=lambda found: found.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))
