"""Parameter expansion: ${name:-default}, ${name#pattern}, ${name:0:1} (bash(1), Parameter Expansion)."""

from __future__ import annotations

import re
from collections.abc import Callable

from kenshin.shell.patterns import trim
from kenshin.shell.state import State
from kenshin.shell.syntax import Parameter, Word
from kenshin.shell.value import Value, concatenate, literal, unknown

Expander = Callable[[Word], Value]

SLICE = re.compile(r" ?(-?[0-9]{1,6})(?::(-?[0-9]{1,6}))?")
PATHS = frozenset({"PATH", "HOME", "PWD", "SHELL", "OLDPWD", "BASH"})


def expand_parameter(state: State, part: Parameter, expand: Expander) -> Value:
    """Gives the value of a parameter expansion, or its source where it is unknown."""
    found = _named(state, part.name)
    operator = part.operator
    if not operator:
        return found if found is not None else unknown(part.text, "variable")
    if part.argument is None:
        return _prefixed(state, part, found)
    if operator in (":-", "-", ":=", "="):
        return _defaulted(state, part, found, expand(part.argument))
    if operator in (":+", "+"):
        return expand(part.argument)
    if operator in (":?", "?", "@"):
        return found if found is not None else unknown(part.text, "variable")
    if operator == ":" and part.name in PATHS and part.argument.text.replace(" ", "") == "0:1":
        return literal("/")
    if found is None or not found.known:
        return unknown(
            part.text, *(found.origins if found else ("variable",)), how=found.how if found else ()
        )
    text = _changed(found.text, operator, part.argument, expand)
    return unknown(part.text, *found.origins, how=found.how) if text is None else found.with_text(text)


def _named(state: State, name: str) -> Value | None:
    if name.isdigit():
        index = int(name) if len(name) < 4 else 0
        return state.positional[index - 1] if 0 < index <= len(state.positional) else None
    if name in ("@", "*"):
        spaced = [part for value in state.positional for part in (literal(" "), value)]
        return concatenate(spaced[1:]) if spaced else None
    if name.endswith("]"):
        base, _, subscript = name[:-1].partition("[")
        elements = state.arrays.get(base, ())
        if subscript in ("@", "*"):
            spaced = [part for value in elements for part in (literal(" "), value)]
            return concatenate(spaced[1:]) if spaced else None
        if subscript.isdigit() and len(subscript) < 4 and int(subscript) < len(elements):
            return elements[int(subscript)]
        return None
    return state.look_up(name)


def _prefixed(state: State, part: Parameter, found: Value | None) -> Value:
    if part.operator == "!" and found is not None and found.known:
        return state.look_up(found.text) or unknown(part.text, "variable")
    if part.operator == "#" and found is not None and found.known:
        return literal(str(len(found.text)))
    return unknown(part.text, "variable")


def _defaulted(state: State, part: Parameter, found: Value | None, default: Value) -> Value:
    if found is not None and (found.pieces or not part.operator.startswith(":")):
        return found
    if part.operator.endswith("="):
        state.assign(part.name, default)
    return default


def _changed(text: str, operator: str, argument: Word, expand: Expander) -> str | None:
    if operator in ("^^", ",,", "^", ","):
        change = str.upper if operator[0] == "^" else str.lower
        return change(text) if len(operator) == 2 else change(text[:1]) + text[1:]
    given = expand(argument)
    if not given.known:
        return None
    if operator in ("#", "##", "%", "%%"):
        return trim(text, operator, given.text)
    if operator == ":":
        found = SLICE.fullmatch(given.text)
        if not found:
            return None
        start = int(found.group(1))
        start = max(len(text) + start, 0) if start < 0 else start
        if found.group(2) is None:
            return text[start:]
        length = int(found.group(2))
        return text[start:length] if length < 0 else text[start : start + length]
    if operator in ("/", "//"):
        pattern, _, replacement = given.text.partition("/")
        if not pattern or any(sign in pattern for sign in "*?["):
            return None
        return text.replace(pattern, replacement, -1 if operator == "//" else 1)
    return None
