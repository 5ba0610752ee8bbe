"""Lines and places that the official images of cloud vendors and distributions carry."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome

DMI = "/sys/class/dmi/id/"
# Makers of virtual machines that many clouds rent out: their name says nothing of whose host it is.
ANYBODYS = ("Bochs", "QEMU", "SeaBIOS", "Xen", "KVM", "Red Hat", "RDO", "OpenStack", "oVirt", "innotek")
WANTS = (
    *(Want(DMI + name, read=4096, digest=0) for name in ("sys_vendor", "product_name", "chassis_asset_tag")),
    Want("/etc/qcloudzone", read=4096),
    Want("/etc/hostname", read=4096),
    Want("/run/cloud-init/instance-data.json"),
    Want("/usr/local/qcloud", read=0),
    Want("/usr/local/aegis", read=0),
    Want("/etc/os-release"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a vendor ships it: in these files, with this whole text, running these programs.

    `{install}` in a text stands for any of the vendor's installation directories.
    """

    paths: tuple[str, ...]
    text: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """What one vendor puts on its images, and how to tell that a host is one of its.

    `makers` are values of the DMI fields; `marks` are (path, regular expression) pairs asked only
    where the machine's maker is unknown (a disk without its machine). No marks: any host.
    """

    name: str
    title: str
    makers: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    places: tuple[str, ...] = ()

    def owns(self, evidence: Evidence) -> bool:
        """Whether the host is this vendor's, as far as the evidence tells."""
        if not self.makers and not self.marks:
            return True
        maker = machine(evidence)
        if maker:
            return any(said in maker for said in self.makers)
        for path, pattern in self.marks:
            entry = evidence.file(path)
            if entry and entry.type and entry.uid == 0 and re.search(pattern, entry.text):
                return True
        return False


def machine(evidence: Evidence) -> str:
    """What the firmware says of the machine's maker; nothing where it names but the hypervisor."""
    entries = (evidence.file(DMI + name) for name in ("sys_vendor", "product_name", "chassis_asset_tag"))
    vendor, product, tag = (entry.text.strip() if entry else "" for entry in entries)
    if vendor.startswith(ANYBODYS):
        vendor = product = ""
    return " ".join(filter(None, (vendor, product, tag)))


@dataclass(frozen=True, slots=True)
class Vendors:
    """Vouches for whole lines and exact places of the vendors whose host this is."""

    evidence: Evidence
    mine: tuple[Vendor, ...]
    others: tuple[Vendor, ...]
    name: str = "vendors"
    problems: tuple[Hole, ...] = ()

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch: the whole line, in a file only root can write, running root's programs."""
        path, text = record.origin.path, record.text.strip(" \t")
        if not self._only_root_writes(path):
            return None
        for vendor, line in _lines(self.mine, path):
            if text == line.text and all(map(self._only_root_writes, line.runs)):
                note = f"a line of the official image of {vendor.title}, word for word"
                return Attestation(self.name, vendor.title, Strength.FAIR, Scope.CONTENT, note)
        for vendor in self.mine:
            if any(Want(place).matches(path) for place in vendor.places):
                return Attestation(
                    self.name, vendor.title, Strength.WEAK, Scope.PLACE, "a place of the vendor's agent"
                )
        return None

    def doubt(self, record: Record) -> str:
        """See Authority.doubt."""
        path, text = record.origin.path, record.text.strip(" \t")
        for vendor, line in _lines(self.mine, path):
            if text == line.text:
                why = "this file or what it runs can be written by others than root, or was not seen"
                return f"a line of {vendor.title}'s image, but {why}"
        for vendor, line in _lines(self.others, path):
            if text == line.text:
                return (
                    f"a line of {vendor.title}'s image, but this host shows no sign of being {vendor.title}'s"
                )
        return ""

    def _only_root_writes(self, path: str) -> bool:
        entry = self.evidence.file(path)
        if entry is None or entry.outcome is Outcome.ABSENT:
            return True  # it is not there: it cannot run either
        return entry.type is not None and entry.uid == 0 and not entry.writable_by_others


def _lines(vendors: Sequence[Vendor], path: str) -> Iterator[tuple[Vendor, Line]]:
    for vendor in vendors:
        for line in vendor.lines:
            if path in line.paths:
                yield vendor, line


def vendors(evidence: Evidence, known: Sequence[Vendor]) -> Vendors:
    """The authority for the vendors among the known ones whose host the evidence shows."""
    mine = tuple(vendor for vendor in known if vendor.owns(evidence))
    return Vendors(evidence, mine, tuple(vendor for vendor in known if vendor not in mine))


def vendor_from(name: str, table: Mapping[str, object]) -> Vendor:
    """A vendor from its parsed TOML table (provenance/lists/*.toml).

    Errors: ValueError when the table holds a key that nobody reads: a slip in a list must not go unseen.
    """
    _only(name, table, ("title", "makers", "install", "places", "mark", "line"))
    installs = _texts(table.get("install")) or ("",)
    lines = []
    for item in _tables(table.get("line")):
        _only(name, item, ("paths", "text", "runs"))
        for install in installs:
            for text in _texts(item.get("text")):
                runs = tuple(run.replace("{install}", install) for run in _texts(item.get("runs")))
                lines.append(Line(_texts(item.get("paths")), text.replace("{install}", install), runs))
    marks = _tables(table.get("mark"))
    for mark in marks:
        _only(name, mark, ("path", "holds"))
    return Vendor(
        name=name,
        title=str(table.get("title", name)),
        makers=_texts(table.get("makers")),
        marks=tuple((str(mark["path"]), str(mark["holds"])) for mark in marks),
        lines=tuple(lines),
        places=tuple(
            place.replace("{install}", i) for place in _texts(table.get("places")) for i in installs
        ),
    )


def _only(name: str, table: Mapping[str, object], keys: Sequence[str]) -> None:
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise ValueError(f"provenance/lists/{name}.toml: unknown {unknown}, known are {sorted(keys)}")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _tables(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
