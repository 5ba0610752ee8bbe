"""One thing found on the host, graded, with its line and its remedy."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from kenshin.model.attestation import Attestation
from kenshin.model.origin import Origin


class Kind(StrEnum):
    """What a finding says about the host."""

    COMPROMISE = "compromise"  # somebody broke in
    UNEXPLAINED = "unexplained"  # nobody vouches, nothing bad seen: a question to the owner
    EXPOSURE = "exposure"  # a door stands open; never raises the verdict


class Grade(StrEnum):
    """How much a finding proves."""

    WEAK = "weak"
    STRONG = "strong"
    PROOF = "proof"

    @property
    def rank(self) -> int:
        """1 weak, 2 strong, 3 proof."""
        return tuple(Grade).index(self) + 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one detection about one place.

    `text` is the line as it stands in the file, unescaped; `summary` says in one sentence what is
    wrong with it; `details` are further facts (decoded payloads, modes), one line each. `sha256` is
    the digest of the whole file, where it was read.
    """

    detection: str
    kind: Kind
    grade: Grade
    origin: Origin
    text: str
    summary: str
    remedy: str
    artifact: str
    attack: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    attestation: Attestation | None = None
    nobody: str = "no package, vendor, baseline or manifest vouches for it"
    sha256: str = ""

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits, the same for the same line on any host and at any line number."""
        parts = (self.detection, self.kind, self.origin.path, self.text.strip())
        encoded = "\0".join(parts).encode("utf-8", "surrogateescape")
        return hashlib.sha256(encoded).hexdigest()[:16]
