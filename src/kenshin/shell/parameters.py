"""Parameter expansion: ${name:-default}, ${name#pattern}, ${name:0:1} (bash(1), Parameter Expansion)."""

from __future__ import annotations

import re
from collections.abc import Callable

from kenshin.shell.patterns import trim
from kenshin.shell.state import State
from kenshin.shell.syntax import Arithmetic, Parameter, Plain, Process, Substitution, Word
from kenshin.shell.value import Value, concatenate, literal, unknown

Part = Plain | Parameter | Substitution | Arithmetic | Process
Expander = Callable[[Word], Value]

SLICE = re.compile(r" ?(-?[0-9]{1,6})(?::(-?[0-9]{1,6}))?")
PATHS = frozenset({"PATH", "HOME", "PWD", "SHELL", "OLDPWD", "BASH"})


def expand_parameter(state: State, part: Parameter, expand: Expander) -> Value:
    """Gives the value of a parameter expansion, or its source where it is unknown."""
    operator = part.operator
    several = elements(state, part, expand) if operator else None
    if several is not None:
        return _spaced(several) or Value()
    found = _named(state, part.name)
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


def elements(state: State, part: Parameter, expand: Expander) -> tuple[Value, ...] | None:
    """Gives the fields of $@ and ${a[@]}, also cut as by ${@:2}; None where they are not known."""
    if part.name in ("@", "*"):
        every, first = state.positional, 1
    elif part.name.endswith(("[@]", "[*]")):
        every, first = state.arrays.get(part.name[:-3], ()), 0
    else:
        return None
    if not part.operator:
        return every if every or first else None
    found = SLICE.fullmatch(expand(part.argument).text) if part.operator == ":" and part.argument else None
    if not found or not every:
        return None
    start = int(found.group(1))
    start = max(start - first, 0) if start >= 0 else max(len(every) + start, 0)
    return every[start:] if found.group(2) is None else every[start : start + max(int(found.group(2)), 0)]


def _spaced(values: tuple[Value, ...]) -> Value | None:
    parts = [part for value in values for part in (literal(" "), value)]
    return concatenate(parts[1:]) if parts else None


def _named(state: State, name: str) -> Value | None:
    if name.isdigit():
        index = int(name) if len(name) < 4 else 0
        return state.positional[index - 1] if 0 < index <= len(state.positional) else None
    if name in ("@", "*"):
        return _spaced(state.positional)
    if name.endswith("]"):
        base, _, subscript = name[:-1].partition("[")
        every = state.arrays.get(base, ())
        if subscript in ("@", "*"):
            return _spaced(every)
        if subscript.isdigit() and len(subscript) < 4 and int(subscript) < len(every):
            return every[int(subscript)]
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
    if operator.startswith("/"):
        return _replaced(text, operator, argument, expand)
    given = expand(argument)
    if not given.known:
        return None
    if operator in ("#", "##", "%", "%%"):
        return trim(text, operator, given.text)
    return _slice(text, given.text) if operator == ":" else None


def _slice(text: str, given: str) -> str | None:
    """Gives ${name:start:length}."""
    found = SLICE.fullmatch(given)
    if not found:
        return None
    start = int(found.group(1))
    start = max(len(text) + start, 0) if start < 0 else start
    if found.group(2) is None:
        return text[start:]
    length = int(found.group(2))
    return text[start:length] if length < 0 else text[start : start + length]


def _replaced(text: str, operator: str, argument: Word, expand: Expander) -> str | None:
    """Gives ${name/pattern/replacement} where the pattern is a plain text."""
    before, after = _parted(argument)
    old, new = expand(before), expand(after)
    if not (old.known and new.known) or not old.text or any(sign in old.text for sign in "*?["):
        return None
    if operator == "/#":
        return new.text + text[len(old.text) :] if text.startswith(old.text) else text
    if operator == "/%":
        return text[: -len(old.text)] + new.text if text.endswith(old.text) else text
    return text.replace(old.text, new.text, -1 if operator == "//" else 1)


def _parted(argument: Word) -> tuple[Word, Word]:
    """Gives a word before and after its first slash that is not quoted."""
    for position, part in enumerate(argument.parts):
        if isinstance(part, Plain) and not part.quoting and "/" in part.text:
            head, _, tail = part.text.partition("/")
            before = (*argument.parts[:position], Plain(head))
            after = (Plain(tail), *argument.parts[position + 1 :])
            return _unescaped(before), _unescaped(after)
    return _unescaped(argument.parts), _unescaped(())


def _unescaped(parts: tuple[Part, ...]) -> Word:
    # Between double quotes the reader leaves this backslash; it only kept the slash from parting.
    plain = tuple(
        Plain("/", "\\") if isinstance(part, Plain) and part.text == "\\/" else part for part in parts
    )
    return Word(plain, "".join(part.text for part in plain))
