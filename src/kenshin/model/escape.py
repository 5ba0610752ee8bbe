"""The one function that makes a host's text harmless where it leaves kenshin."""

import re
import unicodedata

# Besides C0, C1 and DEL: bidirectional controls, zero-width and invisible fillers, line separators,
# tags, private use and lone surrogates (undecodable bytes). Each has hidden a line from a reader.
_INVISIBLE = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufeff\u2028\u2029\u200b\u200c\u200d\u200e\u200f\u061c"
)
_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Zs")
_PLAIN = re.compile(r"[ -\[\]-~]*")


def show(text: str) -> str:
    """The text with every character that could mislead a reader written as an escape.

    Undecodable bytes (surrogateescape) and controls become `\\xNN`, characters beyond ASCII `\\uNNNN` or
    `\\UNNNNNNNN`; the backslash is doubled. No two texts are shown alike.
    The result is one line of printable characters.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    code = ord(character)
    if character == "\\":
        return "\\\\"
    if 0x20 <= code < 0x7F:
        return character
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code, f"\\x{code:02x}")
    if character in _INVISIBLE or unicodedata.category(character) in _HIDDEN:
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
