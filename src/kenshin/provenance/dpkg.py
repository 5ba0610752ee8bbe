"""The package database of dpkg, read without dpkg: deb-md5sums(5), dpkg(1) FILES."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.coverage import Hole
from kenshin.model.outcome import Outcome
from kenshin.provenance.diversions import Diversions, diversions
from kenshin.provenance.dpkg_status import DIGEST, STATUS, Package
from kenshin.provenance.dpkg_status import packages as packages_of
from kenshin.provenance.install_scripts import InstallScripts, occurrences

DATABASE = "/var/lib/dpkg"
INFO = f"{DATABASE}/info/"
DIVERSIONS = f"{DATABASE}/diversions"
UCF = "/var/lib/ucf/hashfile"  # what packages' install scripts put in place by ucf(1)
UCF_PACKAGES = "/var/lib/ucf/registry"
LIMIT = 64 << 20
WANTS = (
    Want(STATUS, read=LIMIT, digest=0),
    Want(DIVERSIONS, read=LIMIT, digest=0),
    Want(UCF, read=LIMIT, digest=0),
    Want(UCF_PACKAGES, read=LIMIT, digest=0),
    Want(f"{INFO}*.postinst", digest=0),
    Want(f"{INFO}*.list", read=LIMIT, digest=0),
    Want(f"{INFO}*.md5sums", read=LIMIT, digest=0),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A package's word about one path: its MD5, or nothing where it lists the path without one."""

    package: Package
    md5: str


@dataclass(frozen=True, slots=True)
class Dpkg:
    """Which package lists which path, with which digest."""

    packages: Mapping[str, Package]  # by stem
    owners: Mapping[str, Sequence[str]]  # path to stems
    diverted: Diversions
    installed: Mapping[str, Claim]  # by ucf
    scripts: InstallScripts
    evidence: Evidence
    problems: tuple[Hole, ...] = ()

    def claims(self, path: str) -> Iterator[Claim]:
        """What each package that lists a path says of it, after diversions and the merge of /usr."""
        for listed in self.diverted.listed_as(path):
            for stem in self.owners.get(listed, ()):
                package = self.packages[stem]
                if self.diverted.stands(package.name, listed, path):
                    yield Claim(package, self._digest(package, listed))
        if path in self.installed:
            yield self.installed[path]

    def has_digests(self, package: Package) -> bool:
        """Whether the host holds the package's list of digests at all."""
        entry = self.evidence.file(f"{INFO}{package.stem}.md5sums")
        return entry is not None and bool(entry.data)

    def writer(self, path: str, text: str) -> Package | None:
        """The package whose install script names a file and holds a line of it, times of a schedule aside."""
        return self.packages.get(self.scripts.writer(path, text))

    def _digest(self, package: Package, path: str) -> str:
        if path in package.conffiles:
            return package.conffiles[path]
        entry = self.evidence.file(f"{INFO}{package.stem}.md5sums")
        return (
            _listed(entry.data, b"  " + path[1:].encode("utf-8", "surrogateescape"))
            if entry is not None
            else ""
        )


def read(evidence: Evidence) -> Dpkg | None:
    """The database that a host's evidence holds; None where the host has none.

    What does not parse is a hole; what does is used.
    """
    status = evidence.file(STATUS)
    if status is None or status.outcome is Outcome.ABSENT:
        return None
    problems: list[Hole] = []
    if status.outcome.is_hole:
        problems.append(Hole(STATUS, status.outcome, status.error or status.outcome.value))
    known: dict[str, Package] = {}
    for item in packages_of(status.text):
        if isinstance(item, Hole):
            problems.append(item)
        else:
            architecture, package = item
            known[package.name] = known[f"{package.name}:{architecture}"] = package
    packages, owners = _lists(evidence, known, problems)
    moved = evidence.file(DIVERSIONS)
    return Dpkg(
        packages=packages,
        owners=owners,
        diverted=diversions(moved.text if moved is not None else ""),
        installed=_by_ucf(evidence, packages),
        scripts=_scripts(evidence, packages),
        evidence=evidence,
        problems=tuple(problems),
    )


def _lists(
    evidence: Evidence, known: Mapping[str, Package], problems: list[Hole]
) -> tuple[dict[str, Package], dict[str, Sequence[str]]]:
    """The packages by stem, and who lists which path: info/*.list."""
    packages: dict[str, Package] = {}
    owners: dict[str, Sequence[str]] = {}
    shared: dict[str, list[str]] = {}
    for entry in evidence:
        if not entry.is_file or not entry.path.startswith(INFO) or not entry.path.endswith(".list"):
            continue
        stem = entry.path[len(INFO) : -len(".list")]
        found = known.get(stem) or known.get(stem.partition(":")[0])
        if found is None:
            reason = f"the list of files of {stem}, of which {STATUS} does not know"
            problems.append(Hole(entry.path, Outcome.FAILED, reason))
            continue
        packages[stem] = Package(found.name, found.version, stem, found.conffiles)
        alone = (stem,)  # one value for all the paths that nobody else lists
        for path in entry.text.split("\n"):
            if owners.setdefault(path, alone) is not alone:
                shared.setdefault(path, list(owners[path])).append(stem)
    return packages, owners | {path: tuple(dict.fromkeys(stems)) for path, stems in shared.items()}


def _scripts(evidence: Evidence, packages: Mapping[str, Package]) -> InstallScripts:
    entries = ((stem, evidence.at(f"{INFO}{stem}.postinst")) for stem in packages)
    return InstallScripts({stem: entry.data for stem, entry in entries if entry is not None and entry.data})


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
        if by_path.get(path) in known and DIGEST.fullmatch(md5)
    }


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        first, _, second = line.strip().partition(" " if "\t" not in line else "\t")
        if first and second:
            yield first.strip(), second.strip()


def _listed(sums: bytes, ending: bytes) -> str:
    """The digest before a line's ending (two blanks and a path) in a list of digests, or nothing."""
    for at in occurrences(sums, ending):
        digest = sums[max(at - 32, 0) : at].decode("latin-1")
        whole = sums[at + len(ending) : at + len(ending) + 1] in (b"", b"\n")
        if whole and (at == 32 or sums[at - 33 : at - 32] == b"\n") and DIGEST.fullmatch(digest):
            return digest
    return ""
