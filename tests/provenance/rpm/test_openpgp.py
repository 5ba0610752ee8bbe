"""Packets of every length form, keys armoured and not, and the damage that both may have."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance.rpm.errors import RpmError
from kenshin.provenance.rpm.openpgp import PublicKey, packets, read_keys, read_signature
from tests.provenance.rpm.forge import kept

ARMOURED = kept("rsa.asc")
BINARY = kept("rsa.gpg")


def key_packet(body: bytes, tag: int = 6) -> bytes:
    return bytes([0x80 | tag << 2 | 1]) + len(body).to_bytes(2, "big") + body


def test_armoured_and_binary_keys_are_the_same() -> None:
    (key,) = read_keys(ARMOURED)
    assert read_keys(BINARY) == (key,)
    assert key.fingerprint.endswith(key.key_id)
    assert (key.algorithm, key.modulus.bit_length(), key.exponent) == (1, 2048, 65537)


def test_a_file_may_hold_several_blocks_and_a_block_several_keys() -> None:
    other = read_keys(kept("other.asc"))
    both = (*read_keys(ARMOURED), *other)
    dos = kept("other.asc").replace(b"\n", b"\r\n")
    assert read_keys(b"Vendor's keys\n" + ARMOURED + b"\nand\n" + dos) == both
    block = base64.encodebytes(BINARY + bare(dos))
    head = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: a-b\n\n"
    assert read_keys(head + block + b"=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n") == both


def bare(armoured: bytes) -> bytes:
    lines = [line for line in armoured.splitlines() if b"-" not in line and line[:1] != b"="]
    return base64.b64decode(b"".join(lines))


def test_keys_of_version_3_are_named_by_their_modulus() -> None:
    modulus = (1 << 1023) + 0xABCDEF
    body = b"\3" + bytes(6) + b"\1" + (1024).to_bytes(2, "big") + modulus.to_bytes(128, "big") + b"\0\2\3"
    assert read_keys(key_packet(body)) == (PublicKey("0000000000abcdef", "", 1, modulus, 3),)


def test_keys_of_another_algorithm_have_no_numbers() -> None:
    (key,) = read_keys(key_packet(b"\4" + bytes(4) + b"\x16" + b"curve"))
    assert (key.algorithm, key.modulus, key.exponent) == (22, 0, 0)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x88\3abc", [(2, b"abc")]),
        (b"\x89\0\3abc", [(2, b"abc")]),
        (b"\x8a\0\0\0\3abc", [(2, b"abc")]),
        (b"\x8babc", [(2, b"abc")]),
        (b"\xc2\3abc", [(2, b"abc")]),
        (b"\xc2\xc0\0" + b"a" * 192, [(2, b"a" * 192)]),
        (b"\xc2\xff\0\0\0\3abc\xc6\0", [(2, b"abc"), (6, b"")]),
    ],
)
def test_every_form_of_length_is_read(data: bytes, expected: list[tuple[int, bytes]]) -> None:
    assert list(packets(data)) == expected


@pytest.mark.parametrize(
    "data", [b"\x05abc", b"\x88\4abc", b"\x89\0", b"\xc2", b"\xc2\xff\0", b"\xc2\xe1ab", b"\x88"]
)
def test_broken_framing_is_refused(data: bytes) -> None:
    with pytest.raises(RpmError):
        list(packets(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing of the kind",
        ARMOURED[:200],
        ARMOURED.replace(b"m", b"*", 1),
        key_packet(b"\6" + bytes(20)),
        key_packet(b"\4" + bytes(4) + b"\1" + b"\xff\xff"),
        key_packet(b"\4"),
        BINARY[:100],
    ],
)
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(RpmError):
        read_keys(data)


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from([b"", b"\x89\1\0\4\0\1\x08", b"\x88\x30\3\5\0", BINARY[:20]]),
)
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes) -> None:
    for read in (read_keys, read_signature):
        with suppress(RpmError):
            assert read(head + data) is not None
