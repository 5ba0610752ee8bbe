"""The package database of dpkg, read without dpkg: deb-md5sums(5), dpkg(1) FILES."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.coverage import Hole
from kenshin.model.outcome import Outcome
from kenshin.provenance.places import spellings

DATABASE = "/var/lib/dpkg"
STATUS = f"{DATABASE}/status"
INFO = f"{DATABASE}/info/"
DIVERSIONS = f"{DATABASE}/diversions"
UCF = "/var/lib/ucf/hashfile"  # what packages' install scripts put in place by ucf(1)
UCF_PACKAGES = "/var/lib/ucf/registry"
LIMIT = 64 << 20
LINE_LEAST = 16  # characters of a line that say enough to know it again
WANTS = (
    Want(STATUS, read=LIMIT, digest=0),
    Want(f"{DATABASE}/status.d/*", read=LIMIT, digest=0),
    Want(DIVERSIONS, read=LIMIT, digest=0),
    Want(UCF, read=LIMIT, digest=0),
    Want(UCF_PACKAGES, read=LIMIT, digest=0),
    Want(f"{INFO}*.postinst", digest=0),
    Want(f"{INFO}*.list", read=LIMIT, digest=0),
    Want(f"{INFO}*.md5sums", read=LIMIT, digest=0),
)
_SCHEDULE = re.compile(r"[\s\d*/,-]*")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):\s?(.*)")
_DIGEST = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package; `stem` is the name of its files below info/."""

    name: str
    version: str
    stem: str
    conffiles: Mapping[str, str]  # path to MD5


@dataclass(frozen=True, slots=True)
class Claim:
    """A package's word about one path: its MD5, or nothing where it lists the path without one."""

    package: Package
    md5: str


@dataclass(frozen=True, slots=True)
class Dpkg:
    """Which package lists which path, with which digest."""

    packages: Mapping[str, Package]  # by stem
    owners: Mapping[str, tuple[str, ...]]  # path to stems
    diverted: Mapping[str, tuple[str, str]]  # where it stands now: what the package calls it, the diverting package
    installed: Mapping[str, Claim]  # by ucf
    evidence: Evidence
    problems: tuple[Hole, ...] = ()

    def claims(self, path: str) -> Iterator[Claim]:
        """What each package that lists a path says of it, after diversions and the merge of /usr."""
        by_diversion = self.diverted.get(path)
        listed = by_diversion[0] if by_diversion else path
        for spelling in spellings(listed):
            for stem in self.owners.get(spelling, ()):
                package = self.packages.get(stem)
                if package is None or (by_diversion and package.name == by_diversion[1]):
                    continue
                yield Claim(package, self._digest(package, spelling))
        if path in self.installed:
            yield self.installed[path]

    def writer(self, text: str) -> Package | None:
        """The package whose install script writes a line, times of a schedule aside; by its text alone."""
        line = text[_found(_SCHEDULE, text) :].strip()
        if len(line) < LINE_LEAST:
            return None
        wanted = _bytes(line)
        for stem, package in self.packages.items():
            script = self.evidence.at(f"{INFO}{stem}.postinst")
            if script is not None and wanted in script.data:
                return package
        return None

    def _digest(self, package: Package, path: str) -> str:
        if path in package.conffiles:
            return package.conffiles[path]
        entry = self.evidence.file(f"{INFO}{package.stem}.md5sums")
        if entry is None:
            return ""
        found = re.search(rb"^([0-9a-f]{32})  " + re.escape(_bytes(path[1:])) + rb"$", entry.data, re.MULTILINE)
        return found[1].decode() if found else ""


def read(evidence: Evidence) -> Dpkg | None:
    """The database that a host's evidence holds; None where the host has none.

    What does not parse is a hole; what does is used.
    """
    status = evidence.file(STATUS)
    if status is None or status.outcome is Outcome.ABSENT:
        return None
    problems: list[Hole] = []
    versions: dict[str, Package] = {}
    for package in _packages(status.text, problems):
        versions[package.name] = package
        versions.setdefault(package.stem, package)
    owners: dict[str, tuple[str, ...]] = {}
    packages: dict[str, Package] = {}
    for entry in evidence:
        if not entry.path.startswith(INFO) or not entry.path.endswith(".list"):
            continue
        stem = entry.path[len(INFO) : -len(".list")]
        known = versions.get(stem) or versions.get(stem.partition(":")[0])
        if known is None:
            problems.append(Hole(entry.path, Outcome.FAILED, f"the list of files of {stem}, of which {STATUS} does not know"))
            continue
        packages[stem] = Package(known.name, known.version, stem, known.conffiles)
        for path in entry.text.splitlines():
            owners[path] = (*owners.get(path, ()), stem)
    diversions = evidence.file(DIVERSIONS)
    diverted = _diversions(diversions.text) if diversions else {}
    return Dpkg(packages, owners, diverted, _by_ucf(evidence, packages), evidence, tuple(problems))


def _by_ucf(evidence: Evidence, packages: Mapping[str, Package]) -> dict[str, Claim]:
    """The files that install scripts put in place by ucf, for packages that are installed."""
    digests, registry = evidence.file(UCF), evidence.file(UCF_PACKAGES)
    if digests is None or registry is None:
        return {}
    known = {package.name: package for package in packages.values()}
    by_path = {path: name for name, path in _pairs(registry.text)}
    return {
        path: Claim(known[by_path[path]], md5)
        for md5, path in _pairs(digests.text)
        if by_path.get(path) in known and _DIGEST.fullmatch(md5)
    }


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        first, _, second = line.strip().partition(" " if "\t" not in line else "\t")
        if first and second:
            yield first.strip(), second.strip()


def _packages(text: str, problems: list[Hole]) -> Iterator[Package]:
    line = 1
    for stanza in re.split(r"\n(?=\n)", text):
        start = line + (len(stanza) - len(stanza.lstrip("\n")))
        line += stanza.count("\n") + 1
        if not stanza.strip("\n"):
            continue
        fields, broken = _fields(stanza.lstrip("\n"))
        if broken or "Package" not in fields or "Status" not in fields:
            problems.append(Hole(STATUS, Outcome.FAILED, f"not a package's paragraph: {broken or 'no name or state'}", line=start))
        if "Package" in fields:
            name = fields["Package"].strip()
            yield Package(name, fields.get("Version", "").strip(), name, _conffiles(fields.get("Conffiles", "")))


def _fields(stanza: str) -> tuple[dict[str, str], str]:
    fields: dict[str, str] = {}
    name = broken = ""
    for line in stanza.split("\n"):
        found = _FIELD.fullmatch(line)
        if found:
            name = found[1]
            fields[name] = found[2]
        elif line.startswith((" ", "\t")) and name:
            fields[name] += "\n" + line
        elif line:
            broken = broken or line[:60]
    return fields, broken


def _conffiles(field: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in field.splitlines():
        parts = line.split()
        if len(parts) >= 2 and _DIGEST.fullmatch(parts[1]) and "obsolete" not in parts[2:]:
            found[parts[0]] = parts[1]
    return found


def _diversions(text: str) -> dict[str, tuple[str, str]]:
    lines = text.splitlines()
    return {to: (path, package) for path, to, package in zip(lines[::3], lines[1::3], lines[2::3], strict=False)}


def _found(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
