"""Expands words to values: variables, substitutions, splitting (bash(1), EXPANSION)."""

from __future__ import annotations

import re
from functools import partial

from kenshin.shell.braces import expand_braces
from kenshin.shell.parameters import elements, expand_parameter
from kenshin.shell.state import PIPE, State
from kenshin.shell.syntax import Arithmetic, Parameter, Plain, Process, Substitution, Word
from kenshin.shell.value import Value, concatenate, literal, unknown

NUMBER = re.compile(r"[0-9+*() -]{1,40}")
FIELD_LIMIT = 2_000


def expand_words(state: State, words: tuple[Word, ...]) -> list[Value]:
    """Gives the fields that words expand to."""
    fields: list[Value] = []
    for word in words:
        for single in expand_braces(word):
            fields.extend(expand_fields(state, single))
            if len(fields) > FIELD_LIMIT:
                return fields[:FIELD_LIMIT]
    return fields


def expand_fields(state: State, word: Word) -> list[Value]:
    """Gives the fields of one word after splitting; none for an empty unquoted expansion."""
    rows: list[list[Value]] = [[]]
    quoted = not word.parts
    for position, part in enumerate(word.parts):
        several = elements(state, part, partial(expand_text, state)) if isinstance(part, Parameter) else None
        if several is not None:
            rows[-1].extend(several[:1])
            rows.extend([value] for value in several[1:])
            continue
        value = expand_part(state, part, position == 0)
        quoted = quoted or isinstance(part, Plain) or part_quoted(part)
        if isinstance(part, Plain) or part_quoted(part):
            rows[-1].append(value)
        else:
            _split_into(rows, value)
    return [concatenate(row) for row in rows if row and any(value.pieces for value in row)] or (
        [Value()] if quoted else []
    )


def part_quoted(part: Plain | Parameter | Substitution | Arithmetic | Process) -> bool:
    """Tells whether an expansion stands between double quotes."""
    if isinstance(part, Process):
        return True
    return bool(part.quoting) if isinstance(part, Plain) else part.quoted


def _split_into(rows: list[list[Value]], value: Value) -> None:
    for piece, known in value.pieces:
        if not known:
            rows[-1].append(Value(((piece, False),), value.origins, value.how, value.path))
            continue
        if piece[:1].isspace():
            rows.append([])
        for number, field in enumerate(piece.split()[:FIELD_LIMIT]):
            if number:
                rows.append([])
            rows[-1].append(Value(((field, True),), value.origins, value.how, value.path))
        if piece[-1:].isspace():
            rows.append([])


def expand_text(state: State, word: Word) -> Value:
    """Gives a word as one value without splitting, as in assignments and here-documents."""
    values = [expand_part(state, part, position == 0) for position, part in enumerate(word.parts)]
    return concatenate(values) if values else Value()


def expand_part(
    state: State, part: Plain | Parameter | Substitution | Arithmetic | Process, first: bool
) -> Value:
    """Gives the value of one part of a word."""
    value = _expand_part(state, part, first)
    # Copying is the work here: a variable that doubles itself costs what its text weighs.
    state.machine.spend(1 + sum(len(piece) for piece, _ in value.pieces) // 256)
    return value


def _expand_part(
    state: State, part: Plain | Parameter | Substitution | Arithmetic | Process, first: bool
) -> Value:
    if isinstance(part, Plain):
        if first and not part.quoting and part.text.startswith("~"):
            return literal(_tilde(state, part.text))
        return literal(part.text)
    if isinstance(part, Parameter):
        return expand_parameter(state, part, partial(expand_text, state))
    if isinstance(part, Substitution):
        return _expand_substitution(state, part)
    if isinstance(part, Arithmetic):
        return unknown(part.text)
    if part.direction == ">":
        state.consumers[part.text] = part.body
    else:
        output = state.machine.run(state.deeper(), part.body, None, PIPE)
        state.files[part.text] = output if output.pieces else unknown(part.text)
    return unknown(part.text, path=part.text)


def _tilde(state: State, text: str) -> str:
    home = state.machine.context.home
    return home + text[1:] if home and (text == "~" or text.startswith("~/")) else text


def _expand_substitution(state: State, part: Substitution) -> Value:
    output = state.machine.run(state.deeper(), part.body, None, PIPE)
    if not output.known:
        return output.hidden(part.text)
    plain = output.text.rstrip("\n")
    return output.with_text(plain) if plain else Value()
