"""Makes encoded text plain, within bounds: base64, base32, hexadecimal, rot13, gzip and their kin."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import lzma
import re
import zlib

OUTPUT_LIMIT = 1 << 18
NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/_-]")
NOT_BASE32 = re.compile(r"[^A-Za-z2-7]")
NOT_HEX = re.compile(r"[^0-9A-Fa-f]")
DUMP_OFFSET = re.compile(r"[0-9A-Fa-f]+:? *")


def to_bytes(text: str) -> bytes:
    """Gives the bytes that text from a host stands for."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def to_text(data: bytes) -> str:
    """Gives bytes as text, losslessly."""
    return data[:OUTPUT_LIMIT].decode("utf-8", "surrogateescape")


def from_base64(text: str) -> str:
    """Gives what base64 -di would print."""
    clean = NOT_BASE64.sub("", text).replace("-", "+").replace("_", "/")
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return to_text(base64.b64decode(clean + "=" * (-len(clean) % 4)))


def from_base32(text: str) -> str:
    """Gives what base32 -di would print."""
    clean = NOT_BASE32.sub("", text).upper()
    # These many letters do not end on a whole byte; one less does.
    clean = clean[:-1] if len(clean) % 8 in (1, 3, 6) else clean
    return to_text(base64.b32decode(clean + "=" * (-len(clean) % 8)))


def from_hexadecimal(text: str) -> str:
    """Gives what xxd -r -p would print."""
    clean = NOT_HEX.sub("", text)
    return to_text(bytes.fromhex(clean[: len(clean) // 2 * 2]))


def from_dump(text: str) -> str:
    """Gives what xxd -r would print: of each line what stands between the offset and two blanks."""
    digits: list[str] = []
    for line in text.splitlines():
        offset = DUMP_OFFSET.match(line)
        if offset:
            digits.append(line[offset.end() :].split("  ", 1)[0])
    return from_hexadecimal("".join(digits))


def from_rot13(text: str) -> str:
    """Gives text with its letters turned by thirteen."""
    return codecs.encode(text, "rot13")


def from_compressed(text: str) -> str | None:
    """Gives what gzip, zlib, raw deflate, bzip2 or xz data holds, cut at the limit."""
    return inflate(to_bytes(text))


def inflate(data: bytes) -> str | None:
    """Gives what compressed bytes hold, cut at the limit; None where they are none."""
    try:
        if data[:3] == b"BZh":
            return to_text(bz2.BZ2Decompressor().decompress(data, OUTPUT_LIMIT))
        if data[:6] == b"\xfd7zXZ\x00":
            return to_text(lzma.LZMADecompressor(memlimit=64 << 20).decompress(data, OUTPUT_LIMIT))
    except (OSError, lzma.LZMAError):
        return None
    for window in (47, -15):
        if window > 0 and data[:2] != b"\x1f\x8b" and data[:1] != b"\x78":
            continue
        try:
            plain = zlib.decompressobj(window).decompress(data, OUTPUT_LIMIT)
        except zlib.error:
            continue
        if plain:
            return to_text(plain)
    return None


def from_uuencode(text: str) -> str | None:
    """Gives what uudecode would write."""
    head, _, body = text.strip().partition("\n")
    if head.startswith("begin-base64 "):
        return from_base64(body.rpartition("====")[0] or body)
    parts: list[bytes] = []
    for line in text.splitlines()[:20_000]:
        if line.startswith("begin ") or line in ("end", "`", ""):
            continue
        try:
            parts.append(binascii.a2b_uu(line.encode("ascii", "replace")))
        except binascii.Error:
            return None
    return to_text(b"".join(parts))
