"""Signatures by a throw-away key: honest ones, forged ones, and those that are not read."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance.rpm.openpgp import PublicKey
from kenshin.provenance.rpm.signature import DIGESTS, verify

# 1024 bits, made for this file; the second has the exponent that made forged padding famous.
MODULUS = int(
    "d817848be858f1a9be9634b2f6cdc4487dcefa3739ddaddcd3ddad2d06b0059977ca1c3c236b7bdd821df4566da452299d6e311abd8e"
    "07795e7d4c2e9173124ec69f138f58036e68f9c61dd02a30ae8e5a58c02401ebd0dd16da7db86aec7fc0b2650ed303d2b074b5e261bf"
    "b65f0e10aff25a9a0d257b0f4c815a67b3d5fcfd",
    16,
)
SECRET = int(
    "d34212b450fffbaace87bc97a60fbeb07c46887acb58bcec22391b5fe4a4dba490e707b9878b423a6945eda53d65a369c9de7ba53fe2"
    "05ce9320fe049cf019d91b907b0035db450303972d01100e4d5810fa3d21ffc77529c41773a98e812babb650d2d94f1d65539adc78c1"
    "0e15422f7cbd5f842b7eca287e0b7ec45321b581",
    16,
)
CUBIC = int(
    "bdb8204f187a157fa1ad66e63dcc573c187019dc6f9e5273ec759f5e27ab50bbb2bdb82c5a172d7b7c6f5387a9d8d6f1f932e322043a"
    "2710f0a16d24d56c90a0f5ee8d767df40baacc6a3c89a6a346ee505073b74c7d6603c3471bf3ce011ca0e559fae79fb62a1bd62ee293"
    "c2edc938ecbeb281271e0cb828b41bd241b30edb",
    16,
)
NAME = "00112233aabbccdd"
KEY = PublicKey(NAME, "", 1, MODULUS, 65537)
SIGNED = b"a header's region"
SIZE = 128
HASHED = b"\5\2\0\0\0\1"


def padded(digest: int, content: bytes) -> bytes:
    name, prefix = DIGESTS[digest]
    encoded = prefix + hashlib.new(name, content).digest()
    return b"\0\1" + b"\xff" * (SIZE - len(encoded) - 3) + b"\0" + encoded


def integer(number: int) -> bytes:
    return number.bit_length().to_bytes(2, "big") + number.to_bytes((number.bit_length() + 7) // 8, "big")


def packet(body: bytes) -> bytes:
    return b"\x89" + len(body).to_bytes(2, "big") + body


def version_4(
    digest: int = 8, *, kind: int = 0, algorithm: int = 1, number: int | None = None, area: bytes = HASHED
) -> bytes:
    """A signature of version 4 over SIGNED, honest unless `number` replaces what the secret key makes."""
    head = bytes([4, kind, algorithm, digest]) + len(area).to_bytes(2, "big") + area
    content = SIGNED + head + b"\4\xff" + len(head).to_bytes(4, "big")
    if digest not in DIGESTS:
        return packet(head + b"\0\0" + b"xx" + integer(9))
    encoded = padded(digest, content)
    made = pow(int.from_bytes(encoded, "big"), SECRET, MODULUS) if number is None else number
    issuer = b"\x09\x10" + bytes.fromhex(NAME)
    start = hashlib.new(DIGESTS[digest][0], content).digest()[:2]
    return packet(head + len(issuer).to_bytes(2, "big") + issuer + start + integer(made))


def version_3(digest: int = 2) -> bytes:
    trailer = b"\0" + bytes(4)
    encoded = padded(digest, SIGNED + trailer)
    start = hashlib.new(DIGESTS[digest][0], SIGNED + trailer).digest()[:2]
    made = pow(int.from_bytes(encoded, "big"), SECRET, MODULUS)
    return packet(b"\3\5" + trailer + bytes.fromhex(NAME) + bytes([1, digest]) + start + integer(made))


@pytest.mark.parametrize("digest", DIGESTS)
def test_honest_signatures_of_both_versions_are_valid(digest: int) -> None:
    for made in (version_3(digest), version_4(digest)):
        assert verify(SIGNED, made, [KEY]).state == "valid"
        assert verify(SIGNED, made, [KEY]).key_id == NAME
        assert verify(SIGNED + b"!", made, [KEY]).state == "bad"
        assert verify(SIGNED + b"!", made, []).state == "bad", "seen without any key"
        assert verify(SIGNED, made, []).state == "unverified"


def test_a_signature_that_names_nobody_is_tried_with_every_key() -> None:
    made = version_4()
    anonymous = made.replace(b"\x09\x10" + bytes.fromhex(NAME), b"\x09\x64" + bytes(8))
    wrong = PublicKey("1" * 16, "", 1, CUBIC, 3)
    assert verify(SIGNED, anonymous, [wrong, KEY]).key_id == NAME
    assert verify(SIGNED, anonymous, [wrong]).state == "bad"


def test_the_fingerprint_in_the_signed_part_names_the_key() -> None:
    fingerprint = b"\x21\x04" + bytes(12) + bytes.fromhex("99" * 8)
    notation = b"\x14" + bytes(300)
    for long in (b"", b"\xc0\x6d" + notation, b"\xff\0\0\1\x2d" + notation):
        made = version_4(area=HASHED + long + b"\x16" + fingerprint)
        assert verify(SIGNED, made, [KEY]).key_id == "99" * 8


@pytest.mark.parametrize("digest", DIGESTS)
def test_a_cube_root_does_not_pass_for_padding(digest: int) -> None:
    """With exponent 3, a number can be made whose cube only begins like a padded digest."""
    key = PublicKey(NAME, "", 1, CUBIC, 3)
    head = bytes([4, 0, 1, digest]) + len(HASHED).to_bytes(2, "big") + HASHED
    name, prefix = DIGESTS[digest]
    encoded = prefix + hashlib.new(name, SIGNED + head + b"\4\xff" + len(head).to_bytes(4, "big")).digest()
    target = int.from_bytes((b"\0\1" + b"\xff" * 8 + b"\0" + encoded).ljust(SIZE, b"\xff"), "big")
    low, high = 0, 1 << (8 * SIZE // 3 + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= target else (low, middle)
    assert low**3 >> 8 * (SIZE - 20) == target >> 8 * (SIZE - 20), "the beginning is as it should be"
    assert verify(SIGNED, version_4(digest, number=low), [key]).state == "bad"


@pytest.mark.parametrize(
    ("made", "state", "reason"),
    [
        (version_4(1), "unverified", "digest algorithm 1"),
        (version_4(kind=1), "bad", "type 1"),
        (version_4(algorithm=22), "unverified", "EdDSA"),
        (version_4(algorithm=99), "unverified", "algorithm 99"),
        (version_4(number=0), "bad", "did not make"),
        (version_4(number=MODULUS), "bad", "did not make"),
        (packet(b"\6" + bytes(30)), "unverified", "version 6"),
        (packet(b""), "bad", "not exactly one"),
        (version_4() * 2, "bad", "not exactly one"),
        (b"\x99\0\1\4", "bad", "not exactly one"),
        (packet(b"\4\0\1\10\xff\xff"), "bad", "cut short"),
        (packet(b"\4\0\1\10\0\2\x09\x10\0\0xx" + integer(9)), "bad", "damaged subpacket"),
        (packet(b"\3\5"), "bad", "damaged signature of version 3"),
        (packet(b"\4\0\1\10\0\0\0\0x"), "bad", "damaged signature of version 4"),
    ],
)
def test_what_is_not_a_good_signature(made: bytes, state: str, reason: str) -> None:
    found = verify(SIGNED, made, [KEY])
    assert found.state == state
    assert reason in found.reason


@pytest.mark.parametrize(
    "key",
    [
        PublicKey(NAME, "", 22, 0, 0),
        PublicKey(NAME, "", 1, MODULUS >> 600, 65537),
        PublicKey(NAME, "", 1, MODULUS << 16000, 65537),
        PublicKey(NAME, "", 1, MODULUS, 1),
        PublicKey(NAME, "", 1, MODULUS, 1 << 4096),
    ],
)
def test_keys_that_prove_nothing_are_not_used(key: PublicKey) -> None:
    found = verify(SIGNED, version_4(), [key])
    assert (found.state, found.reason) == ("unverified", "its key is of a kind or size not accepted")


GOOD = version_4()
# Neither lengths in front nor what nobody signed (the issuer) makes the signature another one.
UNSIGNED = range(3 + 6 + len(HASHED), 3 + 6 + len(HASHED) + 12)


@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(0, len(GOOD) - 1).filter(lambda place: place not in UNSIGNED), bits=st.integers(1, 255)
)
def test_no_flipped_byte_leaves_it_valid(place: int, bits: int) -> None:
    damaged = bytearray(GOOD)
    damaged[place] ^= bits
    found = verify(SIGNED, bytes(damaged), [KEY])
    # The bit length in front of the number may say a few bits more or less of the same bytes.
    same_number = place in (len(GOOD) - SIZE - 1, len(GOOD) - SIZE - 2)
    assert found.state != "valid" or same_number


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_random_packets_are_never_valid(data: bytes) -> None:
    assert verify(SIGNED, packet(data), [KEY]).state in {"bad", "unverified"}
