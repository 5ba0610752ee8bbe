"""Reads shell text into a Script; any text gives one, with its problems named."""

from __future__ import annotations

from kenshin.shell.command_reader import read_command, read_list
from kenshin.shell.reader import Allowance, Grammar, Reader
from kenshin.shell.syntax import Problem, Script, Statement

__all__ = ["Problem", "Script", "Statement", "read"]

GRAMMAR = Grammar(read_list, read_command)


def read(text: str, line: int = 1) -> Script:
    """Gives the statements of POSIX or bash text whose first line has this number."""
    # bash drops NUL bytes; Windows line ends would otherwise stick to the last word of each line.
    source = text.replace("\0", "").replace("\r\n", "\n")
    allowance = Allowance()
    reader = Reader(source.removesuffix("\r"), line, 0, allowance, GRAMMAR)
    return Script(read_list(reader, frozenset()), tuple(allowance.problems))
