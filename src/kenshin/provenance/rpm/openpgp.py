"""As much of OpenPGP (RFC 4880) as package signatures need: RSA keys, signatures of version 3 and 4."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from kenshin.provenance.rpm.errors import RpmError

SIGNATURE = 2
PUBLIC_KEYS = (6, 14)
RSA = (1, 3)
ALGORITHMS = {1: "RSA", 3: "RSA", 17: "DSA", 19: "ECDSA", 22: "EdDSA", 27: "Ed25519", 28: "Ed448"}
ISSUER = 16
ISSUER_FINGERPRINT = 33

BEGIN = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
END = b"-----END PGP PUBLIC KEY BLOCK-----"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that may have signed packages; modulus and exponent are 0 for anything but RSA."""

    key_id: str
    fingerprint: str
    algorithm: int
    modulus: int
    exponent: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed signature packet; `trailer` is what its digest covers after the signed bytes."""

    version: int
    kind: int
    algorithm: int
    digest: int
    key_id: str
    trailer: bytes
    start_of_digest: bytes
    number: int


def read_keys(data: bytes) -> tuple[PublicKey, ...]:
    """The keys and subkeys of version 3 and 4 in an armoured or binary key file, as many blocks as it has.

    The caller vouches for the file: neither self-signatures, subkey bindings nor expiry are checked.
    """
    blocks = [_dearmour(text) for text in data.split(BEGIN)[1:]] or [data]
    bodies = [body for block in blocks for tag, body in packets(block) if tag in PUBLIC_KEYS]
    keys = tuple(_key(body) for body in bodies if body[:1] in (b"\3", b"\4"))
    if not keys:
        raise RpmError("no public key of version 3 or 4 in it")
    return keys


def _dearmour(text: bytes) -> bytes:
    """The bytes of one armoured block: header lines, an empty line, base64, and a checksum we can spare."""
    inside, end, _ = text.partition(END)
    if not end:
        raise RpmError("the armour has no end")
    lines = [line.strip() for line in inside.splitlines()]
    body = [line for line in lines if b":" not in line and not line.startswith(b"=")]
    try:
        return base64.b64decode(b"".join(body), validate=True)
    except binascii.Error as error:
        raise RpmError(f"the armour is damaged: {error}") from error


def packets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and body of each packet, old and new style; raises RpmError where the framing breaks."""
    place = 0
    while place < len(data):
        first = data[place]
        if not first & 0x80:
            raise RpmError(f"no packet begins at byte {place}")
        place, length = (_new_length if first & 0x40 else _old_length)(data, place)
        if length < 0 or place + length > len(data):
            raise RpmError("a packet is cut short")
        yield first & 0x3F if first & 0x40 else first >> 2 & 0x0F, data[place : place + length]
        place += length


def _old_length(data: bytes, place: int) -> tuple[int, int]:
    """Where an old-style packet's body begins and its length; an indeterminate one goes to the end."""
    kind = data[place] & 3
    if kind == 3:
        return place + 1, len(data) - place - 1
    size = 1 << kind
    return place + 1 + size, _number(data, place + 1, size)


def _new_length(data: bytes, place: int) -> tuple[int, int]:
    first = _number(data, place + 1, 1)
    if first < 192:
        return place + 2, first
    if first < 224:
        return place + 3, ((first - 192) << 8) + _number(data, place + 2, 1) + 192
    if first == 255:
        return place + 6, _number(data, place + 2, 4)
    raise RpmError("a packet in parts, which neither keys nor signatures are")


def _number(data: bytes, place: int, size: int) -> int:
    if place < 0 or place + size > len(data):
        raise RpmError("a packet is cut short")
    return int.from_bytes(data[place : place + size], "big")


def _integer(data: bytes, place: int) -> tuple[int, int]:
    """A multi-precision integer and where the next one begins."""
    size = (_number(data, place, 2) + 7) // 8
    return _number(data, place + 2, size), place + 2 + size


def _key(body: bytes) -> PublicKey:
    """A public key packet of version 3 or 4."""
    start = 8 if body[0] == 3 else 6
    algorithm = _number(body, start - 1, 1)
    modulus = exponent = 0
    if algorithm in RSA:
        modulus, place = _integer(body, start)
        exponent, _ = _integer(body, place)
    if body[0] == 3:
        return PublicKey(f"{modulus & 0xFFFFFFFFFFFFFFFF:016x}", "", algorithm, modulus, exponent)
    # SHA-1 names the key here; it does not vouch for it.
    prefix = b"\x99" + len(body).to_bytes(2, "big") if len(body) < 1 << 16 else b""
    fingerprint = hashlib.sha1(prefix + body, usedforsecurity=False).hexdigest()
    return PublicKey(fingerprint[-16:], fingerprint, algorithm, modulus, exponent)


def read_signature(data: bytes) -> Signature | int:
    """The one signature packet in `data`, or its version where that is neither 3 nor 4; raises RpmError."""
    found = list(packets(data))
    if len(found) != 1 or found[0][0] != SIGNATURE or not found[0][1]:
        raise RpmError("not exactly one signature packet")
    body = found[0][1]
    if body[0] == 3:
        return _version_3(body)
    return _version_4(body) if body[0] == 4 else body[0]


def _version_3(body: bytes) -> Signature:
    if len(body) < 19 or body[1] != 5:
        raise RpmError("a damaged signature of version 3")
    number = _integer(body, 19)[0] if body[15] in RSA else 0
    return Signature(3, body[2], body[15], body[16], body[7:15].hex(), body[2:7], body[17:19], number)


def _version_4(body: bytes) -> Signature:
    hashed = 6 + _number(body, 4, 2)
    unhashed = hashed + 2 + _number(body, hashed, 2)
    start = body[unhashed : unhashed + 2]
    if len(start) != 2:
        raise RpmError("a damaged signature of version 4")
    number = _integer(body, unhashed + 2)[0] if body[2] in RSA else 0
    key_id = _issuer(body[6:hashed]) or _issuer(body[hashed + 2 : unhashed])
    trailer = body[:hashed] + b"\x04\xff" + hashed.to_bytes(4, "big")
    return Signature(4, body[1], body[2], body[3], key_id, trailer, start, number)


def _issuer(area: bytes) -> str:
    """The key that a subpacket area names: sixteen hexadecimal digits, or nothing."""
    place = 0
    found = ""
    while place < len(area):
        place, length = _subpacket_length(area, place)
        if length < 1 or place + length > len(area):
            raise RpmError("a damaged subpacket")
        kind, content = area[place] & 0x7F, area[place + 1 : place + length]
        if kind == ISSUER_FINGERPRINT and len(content) == 21 and content[0] == 4:
            return content[-8:].hex()
        if kind == ISSUER and len(content) == 8:
            found = content.hex()
        place += length
    return found


def _subpacket_length(area: bytes, place: int) -> tuple[int, int]:
    first = area[place]
    if first < 192:
        return place + 1, first
    if first < 255:
        return place + 2, ((first - 192) << 8) + _number(area, place + 1, 1) + 192
    return place + 5, _number(area, place + 1, 4)
