"""What code in another language does: whole Python, Perl, PHP, Ruby scripts."""

from __future__ import annotations

from kenshin.shell.act import Act, Unread
from kenshin.shell.evaluate import run_statements
from kenshin.shell.interpreters import note_code
from kenshin.shell.simple import execute
from kenshin.shell.state import Context, Machine, State, TooComplex

NAMES = {"python3": "python", "python2": "python", "javascript": "node", "nodejs": "node", "gawk": "awk"}


def acts_of(code: str, language: str, line: int, text: str) -> tuple[Act, ...]:
    """Gives what code does in this language, all with the line and text given."""
    machine = Machine(Context(), run_statements, execute)
    state = State(machine, line, text, fixed=True)
    try:
        note_code(state, code, NAMES.get(language, language))
    except TooComplex as reason:
        machine.emit(Unread(line, text, str(reason)))
    return tuple(machine.acts)
