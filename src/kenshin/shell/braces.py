"""Brace expansion: {curl,-s,url} (bash(1), Brace Expansion)."""

from __future__ import annotations

import re

from kenshin.shell.syntax import Arithmetic, Parameter, Plain, Process, Substitution, Word

Part = Plain | Parameter | Substitution | Arithmetic | Process
Row = list[Part]

TOKEN = re.compile(r"[{},]|[^{},]+")
RESULT_LIMIT = 64
DEPTH_LIMIT = 6
TOKEN_LIMIT = 400


def expand_braces(word: Word) -> list[Word]:
    """Gives the words that brace expansion makes of one; the word itself where there is none."""
    if "{" not in word.text or "," not in word.text:
        return [word]
    tokens: list[Part | str] = []
    for part in word.parts:
        if isinstance(part, Plain) and not part.quoting:
            tokens.extend(token if token in "{,}" else Plain(token) for token in TOKEN.findall(part.text))
        else:
            tokens.append(part)
    if len(tokens) > TOKEN_LIMIT or "{" not in tokens or "," not in tokens:
        return [word]
    rows, _ = _sequence(tokens, 0, 0)
    if rows is None or len(rows) < 2:
        return [word]
    return [Word(tuple(row), "".join(_shown(part) for part in row)) for row in rows[:RESULT_LIMIT]]


def _shown(part: Part) -> str:
    return part.text


def _sequence(tokens: list[Part | str], start: int, depth: int) -> tuple[list[Row] | None, int]:
    rows: list[Row] = [[]]
    position = start
    while position < len(tokens):
        token = tokens[position]
        if depth and (token == "," or token == "}"):
            break
        choices: list[Row] = [[Plain(token) if isinstance(token, str) else token]]
        following = position + 1
        if token == "{" and depth < DEPTH_LIMIT:
            found, after = _alternatives(tokens, position + 1, depth + 1)
            if found is not None:
                choices, following = found, after
        rows = [row + choice for row in rows for choice in choices][:RESULT_LIMIT]
        position = following
    return rows, position


def _alternatives(tokens: list[Part | str], start: int, depth: int) -> tuple[list[Row] | None, int]:
    choices: list[Row] = []
    position, commas = start, 0
    while True:
        rows, position = _sequence(tokens, position, depth)
        choices.extend(rows or [])
        if position >= len(tokens):
            return None, start
        position += 1
        if tokens[position - 1] == "}":
            return (choices, position) if commas else (None, start)
        commas += 1
