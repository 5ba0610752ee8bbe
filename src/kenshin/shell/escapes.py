"""Backslash escapes of $'...', echo -e and printf (bash(1), printf(1))."""

from __future__ import annotations

import re

ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,4})|c(.)|(.))", re.DOTALL
)
ENCODED = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|0?[0-7]{3}|u[0-9A-Fa-f]{4})")
NAMED = {
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}


def unescape(text: str) -> str:
    """Gives the text with its backslash escapes made plain; unknown ones stay as written."""
    if "\\" not in text:
        return text
    return ESCAPE.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    hexadecimal, short, long, octal, control, other = found.groups()
    code = -1
    if hexadecimal or short or long:
        code = int(hexadecimal or short or long, 16)
    elif octal:
        code = int(octal, 8) & 0xFF
    elif control:
        code = ord(control) & 0x1F
    if code < 0:
        return NAMED.get(other, found.group())
    if code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return ""
    if code > 0x7F and (hexadecimal or octal):
        return chr(0xDC00 + code)
    return chr(code)


def encodes(text: str) -> bool:
    """Tells whether escapes are used to hide readable text, not to colour or separate it."""
    readable = 0
    for found in ENCODED.finditer(text):
        plain = unescape(found.group())
        if plain.isascii() and (plain.isalnum() or plain in "/.:-_|&;$@ ~+=#"):
            readable += 1
            if readable >= 3:
                return True
    return False
