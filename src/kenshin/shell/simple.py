"""Simple commands: expansion, wrappers, what is run, and who knows what it does."""

from __future__ import annotations

from dataclasses import replace

from kenshin.shell.act import Connect, Run
from kenshin.shell.builtins import BUILTINS, keep_redirects, run_prompt
from kenshin.shell.call import Call, basename
from kenshin.shell.code import SHELLS, feed, run_code
from kenshin.shell.expand import expand_text, expand_words
from kenshin.shell.patterns import program_named
from kenshin.shell.programs import PROGRAMS, run_unknown
from kenshin.shell.redirects import finish, redirect
from kenshin.shell.state import State, Streams
from kenshin.shell.syntax import Compound, Simple
from kenshin.shell.tricks import is_disguised
from kenshin.shell.value import Value, literal
from kenshin.shell.wrappers import Stripped, strip_wrappers

TAINTED = frozenset({"network", "decoded"})
# A function is followed this often; by then its calls have shown what they can.
CALL_LIMIT = 24
COMMAND_COST = 4
HIDDEN_ORIGINS = frozenset({"network", "decoded", "file"})


def run_simple(state: State, node: Simple, streams: Streams) -> Value:
    """Gives the output of one simple command."""
    fields = expand_words(state, node.words)
    if not fields:
        _assign(state, node)
        if not node.redirects:
            return Value()
        return finish(state, redirect(state, node.redirects, streams), Value())
    if fields[0].text == "exec" and len(fields) == 1:
        keep_redirects(state, node.redirects, streams)
        return Value()
    own = redirect(state, node.redirects, streams) if node.redirects or state.descriptors else streams
    environment = tuple((one.name, expand_text(state, one.value).text) for one in node.assignments)
    for one in node.assignments:
        _assign_one(state, node, one.name)
    fields = _alias(state, fields)
    tricks = bool(node.words) and is_disguised(node.words[0], fields)
    output = _execute(state, fields, own, environment, tricks)
    return finish(state, own, output)


def execute(state: State, fields: list[Value], streams: Streams) -> Value:
    """Gives the output of a command already expanded, such as xargs starts."""
    return _execute(state, fields, streams, (), False) if fields else Value()


def _assign(state: State, node: Simple) -> None:
    for one in node.assignments:
        if one.elements is not None:
            values = tuple(expand_words(state, one.elements))
            state.arrays[one.name] = state.arrays.get(one.name, ()) + values if one.append else values
            state.assign(one.name, values[0] if values else Value())
            continue
        value = expand_text(state, one.value)
        before = state.look_up(one.name)
        if one.append and before is not None:
            value = replace(
                value, pieces=before.pieces + value.pieces, origins=before.origins | value.origins
            )
        run_prompt(state, one.name, value)
        state.assign(one.name, value)


def _assign_one(state: State, node: Simple, name: str) -> None:
    """A prefix assignment counts for the words of nested code, so it is kept as a variable too."""
    if state.look_up(name) is None:
        _assign(state, replace(node, assignments=tuple(one for one in node.assignments if one.name == name)))


def _alias(state: State, fields: list[Value]) -> list[Value]:
    body = state.aliases.get(fields[0].text)
    if body is None or not fields[0].known:
        return fields
    return [literal(word) for word in body.split()] + fields[1:]


def _execute(
    state: State,
    fields: list[Value],
    streams: Streams,
    environment: tuple[tuple[str, str], ...],
    tricks: bool,
) -> Value:
    state.machine.spend(COMMAND_COST)
    first = fields[0]
    if first.origins & HIDDEN_ORIGINS and not (first.known and "/" in first.text):
        plain = " ".join(field.text for field in fields) if first.known else None
        feed(state, state.interpreter, replace(first, path=None), plain)
        if not first.known:
            _note_bound(Call(state, "eval", (), streams))
            return first.via(state.interpreter)
    function = state.functions.get(first.text)
    if isinstance(function, Compound):
        return _call_function(state, function, fields, streams)
    pattern = program_named(first.text) if first.known else None
    if pattern:
        fields, tricks = [first.with_text(pattern), *fields[1:]], True
    stripped = strip_wrappers(fields)
    stripped.environment[:0] = environment
    if stripped.code is not None:
        inner = state.deeper()
        inner.wrappers = (*state.wrappers, *stripped.wrappers)[-12:]
        return run_code(inner, stripped.code, "sh", streams)
    _note_run(state, stripped, tricks)
    return _dispatch(state, stripped, streams)


def _call_function(state: State, function: Compound, fields: list[Value], streams: Streams) -> Value:
    times = state.machine.called.get(function.name, 0)
    if times >= CALL_LIMIT:
        return Value()
    state.machine.called[function.name] = times + 1
    inner = state.deeper()
    inner.variables, inner.functions = state.variables, dict(state.functions)
    # A function that calls itself says nothing new the second time.
    inner.functions.pop(function.name, None)
    inner.positional = tuple(fields[1:])
    inner.fixed = False
    own = redirect(inner, function.redirects, streams)
    output = inner.machine.run(inner, function.bodies[0], own.stdin, own.sink)
    state.cwd = inner.cwd
    return output


def _note_run(state: State, stripped: Stripped, tricks: bool) -> None:
    argv = tuple(field.text for field in stripped.fields)
    written = argv[0]
    path = state.place(written) if "/" in written else None
    state.machine.emit(
        Run(
            state.line,
            state.text,
            argv,
            path if path and path.startswith("/") else None,
            basename(written),
            (*state.wrappers, *stripped.wrappers),
            stripped.title,
            state.background or bool({"setsid", "daemonize", "screen", "tmux"} & set(stripped.wrappers)),
            tuple(stripped.environment),
            tricks,
        )
    )


def _dispatch(state: State, stripped: Stripped, streams: Streams) -> Value:
    name = basename(stripped.fields[0].text)
    written = stripped.fields[0].text
    path = state.place(written) if "/" in written else None
    call = Call(state, name, tuple(stripped.fields[1:]), streams, path)
    _note_bound(call)
    builtin = BUILTINS.get(name)
    if builtin:
        return builtin(call)
    fetched = state.program(stripped.fields[0].text)
    if fetched and fetched[1].origins & TAINTED:
        feed(state, "exec", replace(fetched[1], path=fetched[0]), fetched[1].plain)
        if fetched[1].known:
            run_code(state.deeper(), fetched[1], "sh", streams, quiet=True)
    handler = PROGRAMS.get(name) or PROGRAMS.get(name.rstrip("0123456789."))
    return handler(call) if handler else run_unknown(call)


def _note_bound(call: Call) -> None:
    """A program whose input and output are both a socket serves whoever is at the other end."""
    start, end = call.streams.socket_in, call.streams.socket_out
    shell = call.name in SHELLS or call.name in ("script", "python", "python3", "perl", "eval")
    code = any(text.startswith("-") and text.endswith("c") for text in call.texts)
    socket = end or start
    if socket and shell and ((start and end) or "-i" in call.texts or (end and not code)):
        line, text = call.place
        call.emit(Connect(line, text, socket.host, socket.port, "/dev/tcp", True))
