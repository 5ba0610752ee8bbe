"""The host's package databases as an authority."""

from collections.abc import Iterator
from dataclasses import dataclass

from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Want
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Hole
from kenshin.model.origin import Record
from kenshin.model.outcome import Outcome
from kenshin.provenance import dpkg
from kenshin.provenance.places import spellings
from kenshin.provenance.rpm import database as rpm

RPM_LIMIT = 512 << 20
RPM_PLACES = ("/var/lib/rpm", "/usr/lib/sysimage/rpm")
RPM_NAMES = ("rpmdb.sqlite", "Packages.db", "Packages")
RPM_WANTS = tuple(
    Want(f"{place}/{name}", read=RPM_LIMIT, digest=0)
    for place in RPM_PLACES
    for name in (*RPM_NAMES, "rpmdb.sqlite-wal")
)
WANTS = (*dpkg.WANTS, *RPM_WANTS)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a package says of one path: digest in hexadecimal by algorithm, or nothing."""

    package: str
    digest: str
    algorithm: str
    strength: Strength
    note: str


@dataclass(frozen=True, slots=True)
class Packages:
    """Vouches for files that are byte for byte as their package shipped them."""

    evidence: Evidence
    dpkg: dpkg.Dpkg | None
    rpm: "RpmFiles | None"
    problems: tuple[Hole, ...]
    name: str = "packages"

    def claims(self, path: str) -> Iterator[Claim]:
        """What the packages that list a path say of it."""
        if self.dpkg is not None:
            for claim in self.dpkg.claims(path):
                who = f"package {claim.package.name} {claim.package.version}"
                yield Claim(who, claim.md5, "md5", Strength.WEAK, "by dpkg's unsigned MD5")
        if self.rpm is not None:
            yield from self.rpm.claims(path)

    def owned(self, path: str) -> bool:
        """Whether any package lists the path, whatever its content is now."""
        return any(True for _ in self.claims(path))

    def vouch(self, record: Record) -> Attestation | None:
        """See Authority.vouch."""
        entry = self.evidence.file(record.origin.path, record.origin.view)
        if entry is None or not entry.is_file:
            return None
        unsaid = None
        for claim in self.claims(entry.path):
            if claim.digest and claim.digest == _digest(entry, claim.algorithm):
                return Attestation(self.name, claim.package, claim.strength, Scope.CONTENT, claim.note)
            if not claim.digest:
                note = "its package lists it without a digest"
                unsaid = Attestation(self.name, claim.package, Strength.WEAK, Scope.PLACE, note)
        return self._writer(record, entry) or unsaid

    def _writer(self, record: Record, entry: Entry) -> Attestation | None:
        """A line below /etc that an installed package's own install script writes there."""
        if self.dpkg is None or record.origin.line is None or not entry.path.startswith("/etc/"):
            return None
        writer = self.dpkg.writer(record.text) if entry.uid == 0 and not entry.writable_by_others else None
        if writer is None:
            return None
        note = "its install script writes this line"
        return Attestation(self.name, f"package {writer.name} {writer.version}", Strength.WEAK, Scope.CONTENT, note)

    def doubt(self, record: Record) -> str:
        """See Authority.doubt."""
        entry = self.evidence.file(record.origin.path, record.origin.view)
        if entry is None or not entry.is_file:
            return ""
        for claim in self.claims(entry.path):
            if claim.digest and claim.digest != _digest(entry, claim.algorithm):
                return f"{claim.package} ships this file, but not with this content: it was changed"
        return ""


@dataclass(frozen=True, slots=True)
class RpmFiles:
    """The files that an rpm database lists."""

    files: dict[str, tuple[rpm.Package, rpm.File]]

    def claims(self, path: str) -> Iterator[Claim]:
        """What the package that lists a path says of it."""
        for spelling in spellings(path):
            if spelling in self.files:
                package, file = self.files[spelling]
                if package.header_digest == "mismatch" or package.signature.state == "bad":
                    continue  # the database itself was changed: its word is worth nothing
                signed = package.header_digest == "match" and package.signature.state == "valid"
                strength = Strength.STRONG if signed else Strength.WEAK
                note = "signed header" if signed else f"header digest: {package.header_digest}, signature unverified"
                who = f"package {package.name} {package.version}-{package.release}"
                yield Claim(who, file.digest, file.algorithm, strength, note)


def packages(evidence: Evidence) -> Packages:
    """The authority for the package databases that a host's evidence holds."""
    problems: list[Hole] = []
    debian = dpkg.read(evidence)
    if debian is not None:
        problems += debian.problems
    files = _rpm(evidence, problems)
    if debian is None and files is None:
        reason = "no package database was found: no package can vouch for anything"
        problems.append(Hole("(packages)", Outcome.FAILED, reason))
    return Packages(evidence, debian, files, tuple(problems))


def _rpm(evidence: Evidence, problems: list[Hole]) -> RpmFiles | None:
    for place in RPM_PLACES:
        for name in RPM_NAMES:
            entry = evidence.file(f"{place}/{name}")
            if entry is None or not entry.data:
                continue
            wal = evidence.file(f"{place}/rpmdb.sqlite-wal")
            try:
                found = rpm.read(entry.data, wal.data if wal else b"")
            except rpm.RpmError as error:
                problems.append(Hole(entry.path, Outcome.FAILED, str(error)))
                continue
            problems += (Hole(entry.path, Outcome.FAILED, problem) for problem in found.problems)
            problems += (
                Hole(entry.path, Outcome.FAILED, f"the header of {package.name} fails its own digest or signature: it was changed")
                for package in found.packages
                if package.header_digest == "mismatch" or package.signature.state == "bad"
            )
            return RpmFiles({file.path: (package, file) for package in found.packages for file in package.files})
    return None


def _digest(entry: Entry, algorithm: str) -> str:
    return {"md5": entry.md5, "sha256": entry.sha256}.get(algorithm, "")
