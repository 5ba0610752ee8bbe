"""Whether a package header was signed by a trusted key: RSA with PKCS #1 v1.5 (RFC 8017, 8.2.2)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kenshin.provenance.rpm.errors import RpmError
from kenshin.provenance.rpm.openpgp import ALGORITHMS, RSA, PublicKey, Signature, read_signature

BINARY_DOCUMENT = 0
# What OpenPGP calls each digest, and the DER that PKCS #1 puts before it.
DIGESTS = {
    2: ("sha1", bytes.fromhex("3021300906052b0e03021a05000414")),
    8: ("sha256", bytes.fromhex("3031300d060960864801650304020105000420")),
    9: ("sha384", bytes.fromhex("3041300d060960864801650304020205000430")),
    10: ("sha512", bytes.fromhex("3051300d060960864801650304020305000440")),
    11: ("sha224", bytes.fromhex("302d300d06096086480165030402040500041c")),
}
# Below: factored by amateurs. Above: nobody's key, only our time.
MIN_BITS = 1024
MAX_BITS = 16384
MAX_EXPONENT_BITS = 64


@dataclass(frozen=True, slots=True)
class SignatureState:
    """What became of checking a signature; `key_id` is whom it names: sixteen hex digits or nothing."""

    state: Literal["absent", "unverified", "valid", "bad"]
    key_id: str = ""
    reason: str = ""


ABSENT = SignatureState("absent")


def verify(signed: bytes, packet: bytes, keys: Sequence[PublicKey]) -> SignatureState:
    """The state of a signature packet over `signed`, a header's immutable region with its magic in front."""
    try:
        signature = read_signature(packet)
    except RpmError as error:
        return SignatureState("bad", "", str(error))
    if isinstance(signature, int):
        return SignatureState("unverified", "", f"signatures of version {signature} are not read")
    name, prefix = DIGESTS.get(signature.digest, ("", b""))
    if not name:
        reason = f"digest algorithm {signature.digest} is not accepted"
        return SignatureState("unverified", signature.key_id, reason)
    digest = hashlib.new(name, signed + signature.trailer, usedforsecurity=False).digest()
    if signature.start_of_digest != digest[:2]:
        # Certain without any key: these are not the bytes that were signed.
        return SignatureState("bad", signature.key_id, "the header is not the one that was signed")
    if signature.algorithm not in RSA:
        algorithm = ALGORITHMS.get(signature.algorithm, f"algorithm {signature.algorithm}")
        return SignatureState("unverified", signature.key_id, f"{algorithm} signatures are not read")
    if signature.kind != BINARY_DOCUMENT:
        return SignatureState("bad", signature.key_id, f"type {signature.kind} is not over bytes")
    return _by_keys(signature, prefix + digest, keys)


def _by_keys(signature: Signature, expected: bytes, keys: Sequence[PublicKey]) -> SignatureState:
    """The state by the keys that the signature names; one that names none may be by any of them."""
    known = [key for key in keys if signature.key_id in ("", key.key_id)]
    usable = [key for key in known if _usable(key)]
    if not usable:
        reason = "its key is of a kind or size not accepted" if known else "its key is not among those given"
        return SignatureState("unverified", signature.key_id, reason)
    for key in usable:
        if _opens(signature.number, expected, key):
            return SignatureState("valid", key.key_id)
    return SignatureState("bad", signature.key_id, "the key did not make this signature")


def _usable(key: PublicKey) -> bool:
    bits = key.modulus.bit_length()
    return MIN_BITS <= bits <= MAX_BITS and 2 < key.exponent < 1 << MAX_EXPONENT_BITS and key.algorithm in RSA


def _opens(number: int, expected: bytes, key: PublicKey) -> bool:
    """Whether the key turns the number into exactly the padded digest: built and compared, never parsed."""
    size = (key.modulus.bit_length() + 7) // 8
    if number >= key.modulus or size < len(expected) + 11:
        return False
    padded = b"\x00\x01" + b"\xff" * (size - len(expected) - 3) + b"\x00" + expected
    return pow(number, key.exponent, key.modulus) == int.from_bytes(padded, "big")
