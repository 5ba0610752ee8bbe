"""Tells whether a command name was only reached by obfuscation: c""url, cu\\rl, $'\\x63url', ${IFS}."""

from __future__ import annotations

from itertools import pairwise

from kenshin.shell.syntax import Parameter, Plain, Substitution, Word
from kenshin.shell.value import Value


def is_disguised(word: Word, fields: list[Value]) -> bool:
    """Tells whether this command word hides what it names."""
    parts = word.parts
    if any(isinstance(part, Plain) and part.quoting == "$'" for part in parts):
        return True
    if any(isinstance(part, Parameter) and _is_trick(part) for part in parts):
        return True
    for part in parts:
        if isinstance(part, Substitution) and fields and fields[0].known and fields[0].text.isalnum():
            return True
    if fields and "{" in word.text and "," in word.text and len(fields) > 1 and not word.text.startswith('"'):
        return True
    return _split_letters(parts) or _joined_variables(parts, fields)


def _is_trick(part: Parameter) -> bool:
    return part.name == "IFS" or part.operator == ":"


def _split_letters(parts: tuple[object, ...]) -> bool:
    """Quotes or backslashes between letters that need none."""
    plain = [part for part in parts if isinstance(part, Plain)]
    if len(plain) != len(parts):
        return _empty_between(parts)
    if plain and plain[0].quoting == "\\":
        plain = plain[1:]
    for left, right in pairwise(plain):
        if left.quoting == right.quoting and left.quoting != "\\":
            continue
        if left.text[-1:].isalnum() and right.text[:1].isalnum():
            return True
    return any(not part.text and part.quoting for part in plain[1:-1])


def _empty_between(parts: tuple[object, ...]) -> bool:
    """A parameter that is surely empty between letters: c$@url."""
    for left, middle, right in zip(parts, parts[1:], parts[2:], strict=False):
        empty = isinstance(middle, Parameter) and (middle.name in ("@", "*") or middle.name.isdigit())
        if empty and isinstance(left, Plain) and isinstance(right, Plain):
            return left.text[-1:].isalpha() and right.text[:1].isalpha()
    return False


def _joined_variables(parts: tuple[object, ...], fields: list[Value]) -> bool:
    """A name put together from variables: $a$b, ${x}rl."""
    if len(parts) < 2 or not fields or not fields[0].known or "/" in fields[0].text.strip("/"):
        return False
    for left, right in pairwise(parts):
        if not (isinstance(left, Parameter) or isinstance(right, Parameter)):
            continue
        if isinstance(left, Plain) and not left.text[-1:].isalpha():
            continue
        if isinstance(right, Plain) and not right.text[:1].isalpha():
            continue
        return fields[0].text.isalpha()
    return False
