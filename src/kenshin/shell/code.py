"""Shell code held in data: sh -c, eval, source, and shells fed from a pipe or a file."""

from __future__ import annotations

from dataclasses import replace

from kenshin.shell.act import Feed, Unread
from kenshin.shell.call import Call, parse_options
from kenshin.shell.read import read
from kenshin.shell.state import State, Streams
from kenshin.shell.value import Value

SHELLS = frozenset("sh bash dash zsh ksh ash mksh pdksh csh tcsh fish rbash hush lksh yash".split())
SOURCES = frozenset({"network", "decoded", "file", "variable", "literal"})
CODE_LIMIT = 1 << 18


def feed(state: State, interpreter: str, value: Value, plain: str | None = None) -> None:
    """Notes that an interpreter executes this value."""
    how = value.how if value.how[-1:] == (interpreter,) else (*value.how, interpreter)
    source = value.origins & SOURCES
    state.machine.emit(Feed(state.line, state.text, interpreter, source, value.path, plain, how))


def run_code(
    state: State,
    value: Value,
    interpreter: str,
    streams: Streams,
    arguments: tuple[Value, ...] = (),
    quiet: bool = False,
) -> Value:
    """Gives the output of shell code; quiet where its being data is already noted."""
    text = value.text[:CODE_LIMIT]
    state.machine.spend(1 + len(text) // 200)
    shown = _shown(value)
    first_known = not shown or shown[0]
    if not quiet and (value.origins or not value.known):
        if value.known:
            feed(state, interpreter, value, text)
        elif not first_known:
            feed(state, interpreter, value)
    if not any(shown):
        return value.via(interpreter)
    script = read(text, state.line)
    # Unknown pieces stand as their source, which need not be whole: only known code can be said to be broken.
    if script.problems and value.known:
        reason = f"code given to {interpreter}: {script.problems[0].message}"
        state.machine.emit(Unread(state.line, state.text, reason))
    state.fixed = True
    state.interpreter = interpreter
    if arguments:
        state.positional = arguments
    return state.machine.run(state, script.commands, streams.stdin, streams.sink)


def _shown(value: Value) -> list[bool]:
    """Tells of each piece that is not blank whether it is known."""
    return [known for piece, known in value.pieces if piece.strip()]


def run_stream(call: Call, interpreter: str, value: Value) -> Value:
    """Gives the output of a shell that reads its commands from this value."""
    if not value.pieces:
        return Value()
    origins = value.origins or (frozenset({"literal"}) if value.known else frozenset())
    partly = any(_shown(value))
    feed(call.state, interpreter, replace(value, origins=origins), value.plain)
    if not partly:
        return call.output().via(interpreter)
    return run_code(call.state.deeper(), value, interpreter, replace(call.streams, stdin=None), quiet=True)


def run_shell(call: Call) -> Value:
    """sh(1), bash(1): -c code, a script file, or standard input."""
    options = parse_options(call.arguments, "oO", frozenset({"rcfile", "init-file"}), stop=True)
    operands = options.operands
    interactive = options.has("i")
    if options.has("c") and operands:
        output = run_code(call.state.deeper(), operands[0], call.name, call.streams, operands[2:])
        return replace(output, origins=output.origins | {"shell"}) if interactive else output
    if operands and not options.has("s") and operands[0].text not in ("-", "/dev/stdin"):
        return run_file(call, call.name, operands[0], operands[1:])
    output = Value()
    if call.stdin is not None:
        output = run_stream(call, call.name, call.stdin)
    marked = {"shell"} if call.stdin is None or call.stdin.path or not call.stdin.known else set()
    if marked or interactive:
        output = replace(output if output.pieces else call.output(), origins=output.origins | {"shell"})
    return output


def run_file(call: Call, interpreter: str, file: Value, arguments: tuple[Value, ...] = ()) -> Value:
    """Gives the output of a shell executing a file, whose content may be known from earlier commands."""
    state = call.state
    content = state.content(file.text)
    place = content.path if content.path and not file.path else state.place(file.text)
    content = replace(content, path=place, origins=content.origins | {"file"})
    if file.path and file.path.startswith("<("):
        content = replace(content, path=None, origins=content.origins - {"file"})
    feed(state, interpreter, content, content.plain)
    if content.known and content.pieces:
        run_code(state.deeper(), content, interpreter, call.streams, arguments, quiet=True)
    return call.output()
