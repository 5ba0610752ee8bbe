"""Programs that make encoded text plain: base64 -d, xxd -r, printf, rev, tr, zcat, openssl."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from kenshin.shell.act import Decode
from kenshin.shell.call import Call, Handlers, parse_options
from kenshin.shell.connections import openssl_client
from kenshin.shell.encodings import (
    from_base32,
    from_base64,
    from_compressed,
    from_dump,
    from_hexadecimal,
    from_rot13,
    from_uuencode,
)
from kenshin.shell.escapes import encodes, unescape
from kenshin.shell.redirects import write_file
from kenshin.shell.state import Sink
from kenshin.shell.value import Value, concatenate, literal, unknown

LAYER_LIMIT = 6
FILL_LIMIT = 100
CONVERSION = re.compile(r"%(?:%|[-+ #0-9.*]{0,20}([A-Za-z]))")
Decoder = Callable[[str], str | None]


def decoded(call: Call, step: str, value: Value | None, decode: Decoder) -> Value:
    """Notes that a value is made plain, and gives it; chains beyond the limit stay unknown."""
    layers = sum(1 for done in value.how if "-d" in done or done == "xxd -r") if value is not None else 0
    plain = None
    if value is not None and value.known and layers < LAYER_LIMIT:
        call.state.machine.spend(1 + len(value.text) // 200)
        plain = decode(value.text)
    source = value if value is not None else unknown("$(cat)")
    output = source.with_text(plain) if plain is not None else source.hidden(f"$({step})")
    output = output.via(step, "decoded")
    line, text = call.place
    call.emit(Decode(line, text, output.how, plain))
    return output


def input_of(call: Call, operands: tuple[Value, ...]) -> Value | None:
    """Gives what a filter reads: its files, or standard input."""
    files = [value for value in operands if value.text != "-"]
    return call.state.content(files[0].text) if files else call.stdin


def _base(call: Call) -> Value:
    options = parse_options(call.arguments, "wo", frozenset({"wrap"}))
    if not options.has("d", "D", "decode"):
        return call.output()
    decode = from_base32 if call.name == "base32" else from_base64
    return decoded(call, f"{call.name} -d", input_of(call, options.operands), decode)


def _openssl(call: Call) -> Value:
    client = openssl_client(call)
    if client is not None:
        return client
    options = parse_options(call.arguments, "", frozenset("in out k pass K iv kfile md".split()))
    flags = set(call.texts)
    name = options.operands[0].text if options.operands else ""
    if name not in ("enc", "base64", "aes-256-cbc", "aes-128-cbc") or "-d" not in flags:
        return call.output()
    where = options.value("in")
    source = call.state.content(where.text) if where else call.stdin
    ciphered = [flag for flag in flags if "aes" in flag or "des" in flag or "rc4" in flag or flag[1:] == "bf"]
    plain_base64 = (name == "base64" or "-base64" in flags or "-a" in flags) and not ciphered
    return decoded(call, f"openssl {name} -d", source, from_base64 if plain_base64 else _impossible)


def _impossible(text: str) -> str | None:
    return None


def _xxd(call: Call) -> Value:
    texts = call.texts
    if not any(text.startswith("-") and "r" in text for text in texts):
        return call.output()
    files = tuple(value for value in call.arguments if not value.text.startswith("-"))
    plain = any(text.startswith("-") and "p" in text for text in texts)
    return decoded(call, "xxd -r", input_of(call, files), from_hexadecimal if plain else from_dump)


def _uudecode(call: Call) -> Value:
    """The result goes to the file of -o, else to the one that the first line names."""
    options = parse_options(call.arguments, "o")
    source = input_of(call, options.operands)
    output = decoded(call, "uudecode", source, from_uuencode)
    given = options.value("o")
    named = source.text.split("\n", 1)[0].split() if source is not None and source.known else []
    path = given.text if given else named[2] if len(named) == 3 else "-"
    if path in ("-", "/dev/stdout"):
        return output
    write_file(call.state, Sink("file", path), output, "uudecode")
    return Value()


def _rev(call: Call) -> Value:
    source = input_of(call, call.arguments)
    if source is None or not source.known:
        return call.output() if source is None or not source.origins else source.hidden("$(rev)").via("rev")
    return decoded(call, "rev", source, lambda text: "\n".join(line[::-1] for line in text.split("\n")))


def _decompress(call: Call) -> Value:
    """zcat, gunzip, gzip -d, bzcat, xzcat: a layer where the input is known, else the same origins."""
    options = parse_options(call.arguments, "S")
    if call.name in ("gzip", "bzip2", "xz", "zstd", "lzma") and not options.has("d", "decompress", "dc"):
        return call.output()
    source = input_of(call, options.operands)
    if source is not None and source.known and source.pieces:
        return decoded(call, call.name, source, from_compressed)
    if source is not None and source.origins:
        return source.hidden(f"$({call.name})").via(call.name)
    return call.output()


def _tr(call: Call) -> Value:
    options = parse_options(call.arguments)
    names = [value.text for value in options.operands]
    source = call.stdin
    if source is None or not source.known or not names:
        return call.output()
    first = unescape(_ranges(names[0]))
    if options.has("d", "delete"):
        kept = options.has("c", "C", "complement")
        return source.with_text("".join(one for one in source.text if (one in first) == kept)).via("tr")
    if len(names) < 2 or options.has("s", "c", "C"):
        return call.output()
    second = unescape(_ranges(names[1]))
    if second:
        second = second + second[-1] * (len(first) - len(second))
    table = {ord(left): right for left, right in zip(first, second, strict=False)}
    plain = source.text.translate(table)
    rotated = names[0].lower().startswith(("a-z", "[a-z")) and plain == from_rot13(source.text)
    shuffled = len(first) > 20 and names[1] not in ("a-z", "A-Z", "[a-z]", "[A-Z]", "[:lower:]", "[:upper:]")
    if rotated or shuffled:
        return decoded(call, "tr", source, lambda _: plain)
    return source.with_text(plain).via("tr")


def _ranges(text: str) -> str:
    for name, letters in (("[:upper:]", "A-Z"), ("[:lower:]", "a-z"), ("[:digit:]", "0-9")):
        text = text.replace(name, letters)
    output: list[str] = []
    position = 0
    while position < min(len(text), FILL_LIMIT):
        if position + 2 < len(text) and text[position + 1] == "-" and text[position] <= text[position + 2]:
            last = min(ord(text[position + 2]), ord(text[position]) + 255)
            output.extend(chr(code) for code in range(ord(text[position]), last + 1))
            position += 3
        else:
            output.append(text[position])
            position += 1
    return "".join(output)


def _echo(call: Call) -> Value:
    words = list(call.arguments)
    flags = ""
    while words and words[0].known and words[0].text.startswith("-") and set(words[0].text[1:]) <= set("neE"):
        flags += words.pop(0).text[1:] or "-"
    spaced = [part for word in words for part in (literal(" "), word)][1:]
    return _printed(call, [*spaced, literal("" if "n" in flags else "\n")], "e" in flags)


def _printf(call: Call) -> Value:
    words = list(call.arguments)
    if words[:1] and words[0].text == "-v" and len(words) > 2:
        call.state.assign(words[1].text, _formatted(call, words[2:]))
        return Value()
    return _formatted(call, words[1:] if words[:1] and words[0].text == "--" else words)


def _formatted(call: Call, words: list[Value]) -> Value:
    if not words:
        return Value()
    if not words[0].known:
        return concatenate(words)
    pieces: list[Value] = []
    waiting = words[1:]
    # The format is used again for as long as it takes arguments.
    for _ in range(FILL_LIMIT):
        before = len(waiting)
        pieces.extend(_filled(words[0], waiting))
        if not 0 < len(waiting) < before:
            break
    call.state.machine.spend(1 + len(pieces) // 8)
    return _printed(call, pieces, True)


def _filled(pattern: Value, waiting: list[Value]) -> list[Value]:
    """Gives a format with its conversions replaced by the arguments, which are taken."""
    text, position = pattern.text, 0
    pieces: list[Value] = []
    for found in islice(CONVERSION.finditer(text), FILL_LIMIT):
        pieces.append(pattern.with_text(text[position : found.start()]))
        position = found.end()
        if found.group(1):
            pieces.append(waiting.pop(0) if waiting else Value())
        else:
            pieces.append(literal("%"))
    return [*pieces, pattern.with_text(text[position:])]


def _printed(call: Call, pieces: list[Value], escapes: bool) -> Value:
    from_pieces = Value(
        tuple(piece for value in pieces for piece in value.pieces),
        frozenset().union(*(value.origins for value in pieces)),
        next((value.how for value in pieces if value.how), ()),
    )
    if not escapes or not from_pieces.known:
        return from_pieces
    text = from_pieces.text
    plain = from_pieces.with_text(unescape(text))
    if not encodes(text):
        return plain
    output = plain.via(call.name, "decoded")
    line, source = call.place
    call.emit(Decode(line, source, output.how, output.text))
    return output


DECODERS: Handlers = {
    **dict.fromkeys(("base64", "base32", "gbase64"), _base),
    "openssl": _openssl,
    "xxd": _xxd,
    "uudecode": _uudecode,
    "rev": _rev,
    **dict.fromkeys(
        (
            "zcat",
            "gunzip",
            "gzip",
            "bzcat",
            "bunzip2",
            "bzip2",
            "xzcat",
            "unxz",
            "xz",
            "lzma",
            "unlzma",
            "zstdcat",
            "zstd",
            "unzstd",
            "pigz",
        ),
        _decompress,
    ),
    "tr": _tr,
    "rot13": lambda call: decoded(call, "rot13", call.stdin, from_rot13),
    "echo": _echo,
    "printf": _printf,
}
