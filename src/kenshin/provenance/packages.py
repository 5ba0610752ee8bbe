"""The host's package databases as an authority."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import DIGEST_LIMIT, Want
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
    """What a package says of one path: digest in hexadecimal by algorithm, or nothing.

    `note` says what the word rests on; without a digest, why there is none.
    """

    package: str
    digest: str
    algorithm: str
    strength: Strength
    note: str

    def agrees(self, entry: Entry) -> bool | None:
        """Whether the file has the package's content; None where there are no two digests to compare."""
        found = {"md5": entry.md5, "sha256": entry.sha256}.get(self.algorithm, "")
        return self.digest == found if self.digest and found else None


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
                yield Claim(who, claim.md5, "md5", Strength.WEAK, _dpkg_note(self.dpkg, claim))
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
        known = None
        for claim in self.claims(entry.path):
            agrees = claim.agrees(entry)
            if agrees:
                return Attestation(self.name, claim.package, claim.strength, Scope.CONTENT, claim.note)
            if agrees is None and not _grown(claim, entry):
                known = Attestation(
                    self.name, claim.package, Strength.WEAK, Scope.PLACE, _uncompared(claim, entry)
                )
        return self._writer(record, entry) or known

    def _writer(self, record: Record, entry: Entry) -> Attestation | None:
        """A line below /etc that an installed package's own install script writes there."""
        if self.dpkg is None or record.origin.line is None or not entry.path.startswith("/etc/"):
            return None
        if entry.uid != 0 or entry.writable_by_others:
            return None
        writer = self.dpkg.writer(entry.path, record.text)
        if writer is None:
            return None
        note = "its install script writes this line"
        return Attestation(
            self.name, f"package {writer.name} {writer.version}", Strength.WEAK, Scope.CONTENT, note
        )

    def doubt(self, record: Record) -> str:
        """See Authority.doubt."""
        entry = self.evidence.file(record.origin.path, record.origin.view)
        if entry is None or not entry.is_file:
            return ""
        claims = list(self.claims(entry.path))
        if any(claim.agrees(entry) for claim in claims):
            return ""
        for claim in claims:
            if claim.agrees(entry) is False:
                return f"{claim.package} ships this file, but not with this content: it was changed"
            if _grown(claim, entry):
                size = f"here it has {entry.size} bytes, too many to compare"
                return f"{claim.package} ships this file, but {size}"
        return ""


@dataclass(frozen=True, slots=True)
class RpmFiles:
    """The files that an rpm database lists: a path may be in several packages (of two architectures)."""

    files: Mapping[str, Sequence[tuple[rpm.Package, rpm.File]]]

    def claims(self, path: str) -> Iterator[Claim]:
        """What the packages that list a path say of it."""
        for spelling in spellings(path):
            for package, file in self.files.get(spelling, ()):
                if _is_forged(package):
                    continue  # the database itself was changed: its word is worth nothing
                signed = package.header_digest == "match" and package.signature.state == "valid"
                strength = Strength.STRONG if signed else Strength.WEAK
                who = f"package {package.name} {package.version}-{package.release}"
                yield Claim(who, file.digest, file.algorithm, strength, _rpm_note(package, file, signed))


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
                Hole(
                    entry.path,
                    Outcome.FAILED,
                    f"the header of {package.name} fails its own digest or signature: it was changed",
                )
                for package in found.packages
                if _is_forged(package)
            )
            return _files(found)
    return None


def _files(found: rpm.Database) -> RpmFiles:
    files: dict[str, list[tuple[rpm.Package, rpm.File]]] = {}
    for package in found.packages:
        for file in package.files:
            files.setdefault(file.path, []).append((package, file))
    return RpmFiles(files)


def _is_forged(package: rpm.Package) -> bool:
    return package.header_digest == "mismatch" or package.signature.state == "bad"


def _rpm_note(package: rpm.Package, file: rpm.File, signed: bool) -> str:
    if not file.digest:
        return "its package lists it without a digest"
    if signed:
        return f"by {file.algorithm.upper()} in its package's signed header"
    state = {"match": "a header whose digest fits", "absent": "a header without a digest"}[
        package.header_digest
    ]
    return f"by {file.algorithm.upper()} in {state}, signature not verified"


def _dpkg_note(database: dpkg.Dpkg, claim: dpkg.Claim) -> str:
    if claim.md5:
        return "by dpkg's unsigned MD5"
    if database.has_digests(claim.package):
        return "its package lists it without a digest"
    return "its package's list of digests is not on this host"


def _grown(claim: Claim, entry: Entry) -> bool:
    """Whether a file escapes comparison by its size, which no package's file does."""
    return bool(claim.digest) and entry.size > DIGEST_LIMIT and not entry.outcome.is_hole


def _uncompared(claim: Claim, entry: Entry) -> str:
    """Why a packaged file's content could not be held against its package."""
    if not claim.digest:
        return claim.note
    if claim.algorithm not in ("md5", "sha256"):
        return f"its package gives a digest by {claim.algorithm}, which was not taken"
    return f"its package gives a digest, but none of the file was taken ({entry.error or entry.outcome})"
