"""Reads the calls in Python, Perl, PHP, Ruby, JavaScript, Lua and awk code that reach out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kenshin.shell.encodings import from_base64, from_compressed, from_hexadecimal, from_rot13
from kenshin.shell.escapes import unescape
from kenshin.shell.value import Value, literal, unknown

CODE_LIMIT = 1 << 17
PASS_LIMIT = 8
TOKEN_LIMIT = 5_000
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = rf"{OPEN}(\d+){CLOSE}"
STRING = re.compile(
    r"'''(?s:.*?)(?:'''|\Z)|\"\"\"(?s:.*?)(?:\"\"\"|\Z)|[bruf]{0,2}'(?:[^'\\]|\\(?s:.))*(?:'|\Z)"
    r"|[bruf]{0,2}\"(?:[^\"\\]|\\(?s:.))*(?:\"|\Z)|`(?:[^`\\]|\\(?s:.))*(?:`|\Z)"
    r"|(?<![\w$])(?:qx|qq|q|%x)(?:\{[^{}]*\}|\([^()]*\)|/[^/\n]*/)"
)
JOINED = re.compile(rf"{TOKEN}\s{{0,5}}[.+]\s{{0,5}}{TOKEN}")
IMPORTED = re.compile(rf"(?:__import__|require|importlib\.import_module)\s?\(\s?{TOKEN}\s?\)")
SUFFIX = re.compile(
    rf"({TOKEN})\s?(?:\.|->)\s?(?:read|decode|text|content|body|strip|encode|to_s|toString|data|join)\b"
    r"(?:\s?\([^()]{0,40}\))?"
)
REVERSED = re.compile(rf"{TOKEN}\s?\[::-1\]|(?:strrev|reverse)\s?\(\s?{TOKEN}\s?\)|{TOKEN}\.reverse\b")
UNPACKED = re.compile(rf"{TOKEN}\.unpack1?\s?\(?\s?{TOKEN}\s?\)?(?:\.first|\[0\])?")
PACKED = re.compile(rf"\bpack\s?\(?\s?{TOKEN}\s?,\s?{TOKEN}\s?\)?")
BUFFER = re.compile(rf"Buffer\.from\s?\(\s?{TOKEN}\s?,\s?{TOKEN}\s?\)")
WRAPPED = re.compile(
    rf"\b(?:compile|bytes|str|bytearray|Request|StringIO|urllib\.request\.Request|marshal\.loads|loads)"
    rf"\s?\(\s?({TOKEN})[^()]{{0,60}}\)"
)
MODULE = re.compile(
    rf"(?<![\w$.:>])[A-Za-z_]\w{{0,30}}(?:(?:\.|::|->)[A-Za-z_]\w{{0,30}}){{0,3}}(?:\.|::|->)(?={OPEN})"
)
PARENTHESES = re.compile(rf"(?<![\w$)\]])\(\s?({TOKEN})\s?\)")
REQUEST = re.compile(
    r"\$_(?:GET|POST|REQUEST|COOKIE|FILES|SERVER)\s?(?:\[[^\]]{0,60}\]|\{[^}]{0,60}\})"
    r"|file_get_contents\s?\(\s?" + OPEN + r"\d+" + CLOSE + r"\s?\)(?=\s?;\s?#php)"
)
ASSIGNED = re.compile(
    rf"(?<![\w.])\$?([A-Za-z_]\w{{0,60}})\s{{0,5}}(?::\s?\w+\s?)?=\s{{0,5}}{TOKEN}(?=\s{{0,5}}(?:[;\n\r)}}]|\Z))"
)
NUMBERED = re.compile(r"(?<![\w.])\$?([A-Za-z_]\w{0,60})\s{0,5}=\s{0,5}(\d{1,5})\b")
CALLED_NAME = re.compile(r"\$([A-Za-z_]\w{0,60})\s?\(")
FETCHING = re.compile(
    rf"(?<![\w$])(?:urlopen|urlretrieve|requests\.(?:get|post|request)|http\.get|https\.get|file_get_contents|fopen|curl_init|"
    rf"readfile|getstore|mirror|get|getprint|get_response|Net::HTTP\.get|URI\.open|URI\.parse|URI|open|fetch|axios\.get|"
    rf"download|wget|include|require|include_once|require_once)\b\s{{0,3}}\(?\s{{0,3}}(?:URI\s?\(|URI\.parse\s?\()?\s{{0,3}}{TOKEN}"
    rf"(?:\s{{0,3}},\s{{0,3}}{TOKEN})?[^()\n;]{{0,60}}\)?"
)
DECODERS: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
    (
        "base64",
        r"(?:urlsafe_|standard_)?b64decode|decode(?:bytes|string|_base64)|base64_decode|(?:strict_|urlsafe_)?decode64|atob",
        from_base64,
    ),
    ("hex", r"hex2bin|fromhex|unhexlify|a2b_hex", from_hexadecimal),
    ("rot13", r"str_rot13", from_rot13),
    (
        "gzip",
        r"gzinflate|gzuncompress|gzdecode|zlib_decode|decompress|inflateSync|gunzipSync|inflate",
        from_compressed,
    ),
    (
        "url",
        r"urldecode|rawurldecode|unquote|unescape|decodeURIComponent",
        lambda text: re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found.group(1), 16)), text),
    ),
)
DECODING = tuple(
    (
        name,
        re.compile(
            rf"(?<!\w)(?:{names})\s?\(?\s?{TOKEN}"
            rf"(?:\s?,\s?[\w.\-+]{{1,30}})?\s?\)?"
        ),
        decode,
    )
    for name, names, decode in DECODERS
)


@dataclass(slots=True)
class Skeleton:
    """Code whose strings are numbered marks, with what each string holds."""

    code: str
    language: str
    values: list[Value] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    shells: list[int] = field(default_factory=list)
    fetches: list[tuple[str, str | None]] = field(default_factory=list)
    decodes: list[tuple[tuple[str, ...], str | None]] = field(default_factory=list)

    def mark(self, value: Value) -> str:
        """Keeps a value and gives its mark."""
        if len(self.values) < TOKEN_LIMIT:
            self.values.append(value)
        return f"{OPEN}{len(self.values) - 1}{CLOSE}"

    def value(self, number: str | int) -> Value:
        """Gives the value of a mark."""
        index = int(str(number)[:6])
        return self.values[index] if index < len(self.values) else Value()


def skeleton(code: str, language: str) -> Skeleton:
    """Gives the code with its strings taken out, decoders and fetches worked out inside-out."""
    clean = code[:CODE_LIMIT].replace(OPEN, "").replace(CLOSE, "")
    found = Skeleton("", language)
    found.code = STRING.sub(lambda match: _string(found, match.group()), clean)
    for _ in range(PASS_LIMIT):
        before = found.code
        _work_out(found)
        if found.code == before:
            break
    return found


def _string(found: Skeleton, text: str) -> str:
    """Takes one string literal out; a command between backticks is noted as well."""
    body = (
        text.lstrip("bruf") if text[:1] in "bruf" and "'" in text[:3] + '"' and text[-1:] in "'\"" else text
    )
    if text.startswith(("'''", '"""')):
        mark = found.mark(literal(text[3:].removesuffix(text[:3])))
    elif text.startswith(("q", "%x")):
        start = next((index for index, letter in enumerate(text) if letter in "{(/"), 0)
        mark = found.mark(literal(text[start + 1 : -1]))
        if text.startswith(("qx", "%x")):
            found.shells.append(len(found.values) - 1)
    elif text.startswith("`"):
        mark = found.mark(literal(text[1:].removesuffix("`")))
        if found.language not in ("node", "lua", "awk", "python"):
            found.shells.append(len(found.values) - 1)
    else:
        quote = body[:1]
        inner = body[1:].removesuffix(quote)
        raw = "r" in text[: len(text) - len(body)]
        if quote == "'" and found.language in ("perl", "php", "ruby"):
            inner = inner.replace("\\'", "'").replace("\\\\", "\\")
        elif not raw:
            inner = unescape(inner)
        mark = found.mark(literal(inner))
    return mark


def _work_out(found: Skeleton) -> None:
    for match in NUMBERED.finditer(found.code):
        found.numbers[match.group(1)] = match.group(2)
    found.code = JOINED.sub(lambda match: _joined(found, match), found.code)
    found.code = IMPORTED.sub(
        lambda match: re.sub(r"\W", "", found.value(match.group(1)).text) or "x", found.code
    )
    for match in ASSIGNED.finditer(found.code):
        found.names[match.group(1)] = int(match.group(2)[:6])
    if found.language == "php":
        found.code = CALLED_NAME.sub(lambda match: _renamed(found, match), found.code)
        found.code = REQUEST.sub(
            lambda match: found.mark(unknown(match.group(), "network", how=("request",))), found.code
        )
    found.code = REVERSED.sub(
        lambda match: _decoded(found, match, "reverse", lambda text: text[::-1]), found.code
    )
    found.code = UNPACKED.sub(lambda match: _unpacked(found, match.group(1), match.group(2)), found.code)
    found.code = PACKED.sub(lambda match: _unpacked(found, match.group(2), match.group(1)), found.code)
    found.code = BUFFER.sub(lambda match: _unpacked(found, match.group(1), match.group(2)), found.code)
    for name, pattern, decode in DECODING:
        found.code = pattern.sub(lambda match, n=name, d=decode: _decoded(found, match, n, d), found.code)  # type: ignore[misc]
    found.code = FETCHING.sub(lambda match: _fetching(found, match), found.code)
    found.code = MODULE.sub("", found.code)
    for pattern in (SUFFIX, WRAPPED, PARENTHESES):
        found.code = pattern.sub(lambda match: match.group(1), found.code)
    found.code = re.sub(
        r"((?:decode|decompress|decode64|inflate|rot13|b64decode)\s?\(\s?)\$?([A-Za-z_]\w{0,60})(?=\s?[,)])",
        lambda match: _named(found, match),
        found.code,
    )


def _named(found: Skeleton, match: re.Match[str]) -> str:
    index = found.names.get(match.group(2))
    return match.group() if index is None else f"{match.group(1)}{OPEN}{index}{CLOSE}"


def _joined(found: Skeleton, match: re.Match[str]) -> str:
    left, right = found.value(match.group(1)), found.value(match.group(2))
    if not (left.known and right.known):
        return found.mark(left if not left.known else right)
    return found.mark(literal((left.text + right.text)[:CODE_LIMIT]))


def _renamed(found: Skeleton, match: re.Match[str]) -> str:
    index = found.names.get(match.group(1))
    name = found.value(index).text if index is not None else ""
    return f"{name}(" if name.isidentifier() else match.group()


def _decoded(found: Skeleton, match: re.Match[str], step: str, decode: Callable[[str], str | None]) -> str:
    number = next(group for group in match.groups() if group is not None)
    source = found.value(number)
    if len(source.how) > PASS_LIMIT:
        return found.mark(source.hidden("..."))
    plain = decode(source.text) if source.known else None
    output = (source.with_text(plain) if plain is not None else source.hidden("...")).via(step, "decoded")
    found.decodes.append((output.how, plain))
    return found.mark(output)


def _unpacked(found: Skeleton, data: str, kind: str) -> str:
    form = found.value(kind).text
    decode = from_hexadecimal if form[:1] in ("H", "h") else from_base64
    match = re.match(TOKEN, f"{OPEN}{data}{CLOSE}")
    return _decoded(found, match, "pack" if form[:1] in "Hh" else "base64", decode) if match else ""


def _fetching(found: Skeleton, match: re.Match[str]) -> str:
    url = found.value(match.group(1)).text
    if not re.match(r"(?:https?|ftp)://", url, re.IGNORECASE):
        return match.group()
    target = found.value(match.group(2)).text if match.group(2) else None
    stores = re.match(r"(?:urlretrieve|getstore|mirror|download)", match.group().split(".")[-1])
    found.fetches.append((url, target if stores else None))
    return found.mark(unknown(f"$({found.language} {url})", "network", how=(found.language,)))
