"""Gives what a script does, as acts; the one entry to the abstract interpretation."""

from __future__ import annotations

from dataclasses import replace

from kenshin.shell.act import Act, Connect, Decode, Feed, Fetch, Run, Stop, Unread, Write
from kenshin.shell.evaluate import run_statements
from kenshin.shell.simple import execute
from kenshin.shell.state import TERMINAL, Context, Machine, State, TooComplex
from kenshin.shell.syntax import Compound, Script, Statement
from kenshin.shell.value import literal

__all__ = [
    "Act",
    "Connect",
    "Context",
    "Decode",
    "Feed",
    "Fetch",
    "Run",
    "Stop",
    "Unread",
    "Write",
    "acts",
]


def acts(script: Script, context: Context = Context()) -> tuple[Act, ...]:  # noqa: B008
    """Gives each act once, in the order it is met; Unread tells what was not worked out."""
    machine = Machine(context, run_statements, execute)
    variables = {name: literal(value) for name, value in context.variables}
    state = State(machine, variables=variables, cwd=context.cwd)
    for statement in script.commands:
        try:
            run_statements(state, (statement,), None, TERMINAL)
        except TooComplex as reason:
            machine.emit(Unread(statement.line, statement.text, str(reason)))
            state.fixed = state.background = False
            if machine.steps < 0:
                break
    _run_uncalled(state, script.commands)
    return tuple(act for act in machine.acts if not _is_repeated(act, machine.acts))


def _is_repeated(act: Act, others: dict[Act, None]) -> bool:
    """A connection that turned out to serve a shell is told once."""
    return isinstance(act, Connect) and not act.interactive and replace(act, interactive=True) in others


def _run_uncalled(state: State, statements: tuple[Statement, ...]) -> None:
    """Functions that nothing here calls may be called from elsewhere."""
    for name, function in list(state.functions.items()):
        if name in state.machine.called or not isinstance(function, Compound):
            continue
        try:
            state.fixed = False
            run_statements(state.fork(), function.bodies[0], None, TERMINAL)
        except TooComplex as reason:
            state.machine.emit(Unread(statements[0].line, statements[0].text, str(reason)))
            if state.machine.steps < 0:
                return
