"""Interprets statements abstractly: every branch once, loops a few times, never running anything."""

from __future__ import annotations

from dataclasses import replace

from kenshin.shell.expand import expand_text, expand_words
from kenshin.shell.redirects import finish, redirect
from kenshin.shell.simple import run_simple
from kenshin.shell.state import PIPE, Sink, State, Streams
from kenshin.shell.syntax import Chain, Compound, Node, Pipeline, Simple, Statement
from kenshin.shell.value import Value, concatenate, either, literal, unknown

LOOP_LIMIT = 8


def run_statements(state: State, statements: tuple[Statement, ...], stdin: Value | None, sink: Sink) -> Value:
    """Gives the output of statements run one after another in this state."""
    return _run_list(state, statements, Streams(stdin, sink))


def _run_list(state: State, statements: tuple[Statement, ...], streams: Streams) -> Value:
    outputs: list[Value] = []
    for statement in statements:
        state.machine.spend()
        saved = state.line, state.text, state.fixed, state.background
        if not state.fixed:
            state.line, state.text = statement.line, statement.text
            state.fixed = "\n" not in statement.text or not _has_compound(statement.node)
        state.background = state.background or statement.background
        outputs.append(run_node(state, statement.node, streams))
        state.line, state.text, state.fixed, state.background = saved
    return _joined(outputs)


def _joined(outputs: list[Value]) -> Value:
    """Gives outputs one after another; an unknown one is taken to end its line."""
    parts: list[Value] = []
    for output in outputs:
        if parts and output.pieces and not parts[-1].text.endswith("\n"):
            parts.append(literal("\n"))
        if output.pieces:
            parts.append(output)
    return concatenate(parts) if parts else Value()


def _has_compound(node: Node) -> bool:
    if isinstance(node, Compound):
        return True
    if isinstance(node, Pipeline):
        return any(isinstance(member, Compound) for member in node.members)
    if isinstance(node, Chain):
        return any(
            _has_compound(member) for member in (node.first, *(following for _, following in node.rest))
        )
    return False


def run_node(state: State, node: Node, streams: Streams) -> Value:
    """Gives the output of one command of any kind."""
    state.machine.spend()
    if isinstance(node, Simple):
        return run_simple(state, node, streams)
    if isinstance(node, Pipeline):
        return _run_pipeline(state, node, streams)
    if isinstance(node, Chain):
        return _run_chain(state, node, streams)
    return _run_compound(state, node, streams)


def _run_pipeline(state: State, node: Pipeline, streams: Streams) -> Value:
    current = streams.stdin
    output = Value()
    for member in node.members[:-1]:
        output = run_node(state.fork(), member, replace(streams, stdin=current, sink=PIPE, socket_out=None))
        current = output
    return run_node(state.fork(), node.members[-1], replace(streams, stdin=current))


def _run_chain(state: State, node: Chain, streams: Streams) -> Value:
    start = state.cwd
    outputs = [run_node(state, node.first, streams)]
    for operator, following in node.rest:
        if operator == "&&":
            outputs.append(run_node(state, following, streams))
            continue
        # The right side of || runs instead of the left: where both change something, the first is kept.
        moved, before = state.cwd, dict(state.variables)
        outputs.append(run_node(state, following, streams))
        if moved != start:
            state.cwd = moved
        _merge(state, before)
    return _joined(outputs)


def _merge(state: State, before: dict[str, Value]) -> None:
    for name, value in list(state.variables.items()):
        old = before.get(name)
        if old is not None and old is not value:
            state.variables[name] = either(old, value)


def _run_compound(state: State, node: Compound, streams: Streams) -> Value:
    if node.kind == "function":
        state.functions[node.name] = node
        return Value()
    inner = state.fork() if node.kind == "subshell" else state
    saved = dict(inner.descriptors)
    own = redirect(inner, node.redirects, streams) if node.redirects else streams
    if own.socket_in:
        inner.descriptors[0] = own.socket_in
    if own.socket_out:
        inner.descriptors[1] = own.socket_out
    passed = replace(own, sink=PIPE) if own.sink.kind == "file" else own
    output = _run_bodies(inner, node, passed)
    inner.descriptors = saved
    return finish(state, own, output) if node.redirects else output


def _run_bodies(state: State, node: Compound, streams: Streams) -> Value:
    if node.kind in ("if", "case"):
        for word in node.words:
            expand_text(state, word)
        return _run_branches(state, node, streams)
    if node.kind == "for":
        return _run_for(state, node, streams)
    outputs = [_run_list(state, body, streams) for body in node.bodies]
    return _joined(outputs)


def _run_branches(state: State, node: Compound, streams: Streams) -> Value:
    outputs: list[Value] = []
    merged: dict[str, Value] = {}
    start, moved = state.cwd, state.cwd
    for number, body in enumerate(node.bodies):
        if node.kind == "if" and number % 2 == 0 and number < len(node.bodies) - 1:
            outputs.append(_run_list(state, body, streams))
            continue
        before = dict(state.variables)
        state.machine.spend(1 + len(before) // 50)
        outputs.append(_run_list(state, body, streams))
        for name, value in state.variables.items():
            if before.get(name) is not value:
                merged[name] = either(merged[name], value) if name in merged else value
        state.variables = before
        if moved == start:
            moved = state.cwd
        state.cwd = start
    state.cwd = moved
    for name, value in merged.items():
        old = state.variables.get(name)
        state.variables[name] = either(old, value) if old is not None else value
    return _joined(outputs)


def _run_for(state: State, node: Compound, streams: Streams) -> Value:
    values = expand_words(state, node.words)
    if not node.words:
        values = list(state.positional) or [unknown(f"${node.name}", "variable")]
    outputs: list[Value] = []
    for value in values[:LOOP_LIMIT]:
        if node.name:
            state.assign(node.name, value)
        outputs.append(_run_list(state, node.bodies[0], streams))
    return _joined(outputs)
