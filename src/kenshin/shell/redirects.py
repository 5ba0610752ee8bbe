"""Redirections: where the streams of a command come from and go to (bash(1), REDIRECTION)."""

from __future__ import annotations

import re

from kenshin.shell.act import Connect, Write
from kenshin.shell.expand import expand_text
from kenshin.shell.state import NULL, TERMINAL, Sink, Socket, State, Streams
from kenshin.shell.syntax import Redirect
from kenshin.shell.value import Value, concatenate, literal, unknown

DEVICE = re.compile(r"/dev/(?:tcp|udp)/([^/]+)/(.+)")
DETAIL_LIMIT = 4096
End = Socket | Sink | Value | None


def redirect(state: State, redirects: tuple[Redirect, ...], streams: Streams) -> Streams:
    """Gives the streams of a command after its redirections; files other than its output are noted."""
    ends: dict[int, End] = dict(state.descriptors)
    ends.update({0: streams.socket_in or streams.stdin, 1: streams.socket_out or streams.sink})
    for one in redirects:
        _apply(state, one, ends)
    for number, end in ends.items():
        inherited = number == 1 or number in state.descriptors or end is ends.get(1)
        if isinstance(end, Sink) and end.kind == "file" and not inherited:
            write_file(state, end, Value())
    first, second = ends.get(0), ends.get(1)
    socket_in = first if isinstance(first, Socket) else None
    socket_out = second if isinstance(second, Socket) else None
    stdin = first if isinstance(first, Value) else None
    if socket_in:
        stdin = unknown(f"</dev/tcp/{socket_in.host}/{socket_in.port}", "network", how=("/dev/tcp",))
    sink = second if isinstance(second, Sink) else TERMINAL
    return Streams(stdin, sink, socket_in, socket_out)


def keep(state: State, redirects: tuple[Redirect, ...], streams: Streams) -> None:
    """Makes redirections last, as exec without a command does."""
    ends: dict[int, End] = {**state.descriptors, 0: streams.stdin, 1: streams.sink}
    before = dict(ends)
    for one in redirects:
        _apply(state, one, ends)
    for number, end in ends.items():
        if end is not None and end is not before.get(number):
            state.descriptors[number] = end


def _apply(state: State, one: Redirect, ends: dict[int, End]) -> None:
    operator = one.operator
    target = expand_text(state, one.target)
    number = one.descriptor
    if operator in ("<<", "<<-"):
        ends[number or 0] = target
    elif operator == "<<<":
        ends[number or 0] = concatenate([target, literal("\n")])
    elif operator in (">&", "<&") and (target.text.rstrip("-").isdigit() or target.text == "-"):
        source = target.text.rstrip("-")
        default = 1 if operator == ">&" else 0
        ends[default if number is None else number] = ends.get(int(source[:4])) if source else None
    elif operator in ("<", "<>"):
        ends[number or 0] = _opened(state, target, operator)
    else:
        end = _written(state, target, ">>" if operator.endswith(">>") else ">")
        ends[1 if number is None else number] = end
        if operator in ("&>", "&>>", ">&"):
            ends[2] = ends[1]


def _opened(state: State, target: Value, operator: str) -> End:
    found = DEVICE.fullmatch(target.text)
    if found:
        return _socket(state, found)
    if target.text == "/dev/null":
        return Value()
    return state.content(target.text)


def _written(state: State, target: Value, operator: str) -> End:
    found = DEVICE.fullmatch(target.text)
    if found:
        return _socket(state, found)
    if target.text in ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "&1", "&2"):
        return NULL if target.text == "/dev/null" else TERMINAL
    return Sink("file", target.text, operator)


def _socket(state: State, found: re.Match[str]) -> Socket:
    host, port = found.groups()
    state.machine.emit(Connect(state.line, state.text, host, port, "/dev/tcp"))
    return Socket(host, port)


def write_file(state: State, sink: Sink, content: Value, how: str = "") -> None:
    """Notes that a file is written, and what it holds from then on."""
    body = state.consumers.get(sink.path)
    if body is not None:
        state.machine.run(state.deeper(), body, content, TERMINAL)
        return
    place = state.place(sink.path)
    if not place:
        return
    before = state.files.get(place)
    appends = sink.operator == ">>"
    state.files[place] = concatenate([before, content]) if appends and before else content
    detail = content.text[:DETAIL_LIMIT].rstrip("\n") if any(known for _, known in content.pieces) else ""
    state.machine.emit(Write(state.line, state.text, place, how or sink.operator, detail))


def finish(state: State, streams: Streams, output: Value) -> Value:
    """Gives what of the output goes on to the next command, after writing what goes to a file."""
    if streams.sink.kind == "file":
        write_file(state, streams.sink, output)
        return Value()
    if streams.sink.kind == "null" or streams.socket_out:
        return Value()
    return output
