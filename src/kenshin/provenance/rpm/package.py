"""An installed package as its header describes it, and what vouches for that header."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kenshin.provenance.rpm.errors import BrokenHeaderError
from kenshin.provenance.rpm.file import File, files
from kenshin.provenance.rpm.header import Header, Tags
from kenshin.provenance.rpm.openpgp import PublicKey
from kenshin.provenance.rpm.signature import ABSENT, SignatureState, verify

NAME, VERSION, RELEASE, EPOCH, INSTALL_TIME, VENDOR, ARCH = 1000, 1001, 1002, 1003, 1008, 1011, 1022
HEADER_DIGESTS = {269: "sha1", 273: "sha256", 279: "sha3_256"}
HEADER_SIGNATURES = (268, 267)
OPENPGP = 278
# Over header and payload together (before rpm 4): the payload is gone.
PAYLOAD_SIGNATURES = (259, 262)
# What rpm adds for its own use when it installs a package with the file list of rpm 3.
COMPRESSED_NAMES = frozenset({1116, 1117, 1118})
OLD_NAMES = 1027
FILE_COLUMNS = frozenset((OLD_NAMES, 1028, 1030, 1035, 1036, 1037, 1039, 1040, 5008, 5011))
SAID_BY_THE_PACKAGE = {NAME, VERSION, RELEASE, EPOCH, VENDOR, ARCH} | FILE_COLUMNS | COMPRESSED_NAMES

HeaderDigest = Literal["match", "mismatch", "absent"]


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package.

    `header_digest` proves little alone (who can change the header can change its digest): `signature` does,
    once it is "valid", for everything here except `install_time`, which rpm adds on the host.
    """

    name: str
    epoch: int | None
    version: str
    release: str
    arch: str
    vendor: str | None
    install_time: int | None
    files: tuple[File, ...]
    header_digest: HeaderDigest
    signature: SignatureState


def package(header: Header, keys: Sequence[PublicKey], most_files: int) -> Package:
    """The package that a header describes; raises BrokenHeaderError."""
    said = header.content
    name, version, release = said.text(NAME), said.text(VERSION), said.text(RELEASE)
    if name is None or version is None or release is None:
        raise BrokenHeaderError("without name, version or release")
    return Package(
        name,
        said.integer(EPOCH),
        version,
        release,
        said.text(ARCH) or "",
        said.text(VENDOR),
        header.added.integer(INSTALL_TIME),
        files(said, most_files),
        _digest(header),
        _signature(header, keys),
    )


def shadowed(header: Header) -> tuple[int, ...]:
    """Tags that entries outside the signed region would replace or add: a relocated package, or a forgery."""
    if not header.signed:
        return ()
    allowed = COMPRESSED_NAMES if header.content.has(OLD_NAMES) else frozenset()
    return tuple(sorted(tag for tag in header.added.index if tag in SAID_BY_THE_PACKAGE - allowed))


def _digest(header: Header) -> HeaderDigest:
    """Whether the region still has the digests kept beside it; none can match where there is no region."""
    claims = [(algorithm, header.added.text(tag)) for tag, algorithm in HEADER_DIGESTS.items()]
    claims = [(algorithm, claim) for algorithm, claim in claims if claim is not None]
    if not claims:
        return "absent"
    for algorithm, claim in claims:
        found = hashlib.new(algorithm, header.signed, usedforsecurity=False).hexdigest()
        if not header.signed or claim != found:
            return "mismatch"
    return "match"


def _signature(header: Header, keys: Sequence[PublicKey]) -> SignatureState:
    """The best state among the signatures over the region."""
    found = [packet for tag in HEADER_SIGNATURES if (packet := header.added.binary(tag)) is not None]
    found += _armoured(header.added)
    if not found:
        if any(header.added.has(tag) for tag in PAYLOAD_SIGNATURES):
            return SignatureState("unverified", "", "the signature covers the payload too, which is not kept")
        return ABSENT
    if not header.signed:
        return SignatureState("bad", "", "there is no signed region that it could be over")
    states = [verify(header.signed, packet, keys) for packet in found]
    return min(states, key=lambda state: ("valid", "bad", "unverified").index(state.state))


def _armoured(added: Tags) -> list[bytes]:
    """The signatures that rpm 6 keeps as base64."""
    try:
        return [base64.b64decode(text.encode("utf-8", "surrogateescape")) for text in added.texts(OPENPGP)]
    except binascii.Error as error:
        raise BrokenHeaderError(f"a signature is not base64: {error}") from error
