"""Programs that start others with what they read or find: xargs, find -exec, parallel, at."""

from __future__ import annotations

from kenshin.shell.act import Write
from kenshin.shell.call import Call, Handlers, Options, parse_options
from kenshin.shell.code import SHELLS, run_code, run_shell, run_stream
from kenshin.shell.state import Streams
from kenshin.shell.value import Value, concatenate, literal, unknown

EXECUTING = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
FIELD_LIMIT = 200
JOB_LIMIT = 10


def _xargs(call: Call) -> Value:
    """xargs(1): the words of standard input follow the command, or stand where -I says."""
    options: Options = parse_options(
        call.arguments,
        "IdEnLPsa",
        frozenset({"max-args", "replace", "delimiter", "max-procs", "arg-file"}),
        stop=True,
    )
    command = list(options.operands) or [literal("echo")]
    stdin = call.stdin if call.stdin is not None else unknown("$(xargs)")
    mark = options.value("I", "replace")
    given = stdin.via("xargs") if not stdin.known else stdin
    words = [given.with_text(word) for word in given.text.split()[:FIELD_LIMIT]] if given.known else [given]
    if mark is not None and mark.text:
        whole = given.with_text(given.text.strip()) if given.known else given
        fields = [_placed(value, mark.text, whole) for value in command]
    else:
        fields = command + words
    return call.sub(fields, None if command[0].text.rpartition("/")[2] in SHELLS else stdin)


def _placed(value: Value, mark: str, given: Value) -> Value:
    if mark not in value.text or not value.known:
        return value
    parts: list[Value] = []
    for number, chunk in enumerate(value.text.split(mark)[:10]):
        if number:
            parts.append(given)
        if chunk:
            parts.append(literal(chunk))
    return concatenate(parts) if parts else value


def _find(call: Call) -> Value:
    """find(1): -exec COMMAND ; starts it, -delete removes."""
    arguments = list(call.arguments)
    texts = call.texts
    start = texts[0] if texts and not texts[0].startswith("-") else "."
    position = 0
    while position < len(arguments):
        if texts[position] in EXECUTING:
            stop = position + 1
            while stop < len(arguments) and texts[stop] not in (";", "+", "\\;"):
                stop += 1
            found = unknown(f"{start}/*")
            fields = [found if value.text == "{}" else value for value in arguments[position + 1 : stop]]
            if fields:
                call.sub(fields)
            position = stop
        elif texts[position] == "-delete":
            line, text = call.place
            call.emit(Write(line, text, call.state.place(start), "find -delete", " ".join(texts[1:])[:200]))
        position += 1
    return unknown("$(find)", how=("find",))


def _parallel(call: Call) -> Value:
    """parallel(1): each argument after ::: , or line of input, completes a line of shell code."""
    operands = list(parse_options(call.arguments, "jIN", frozenset({"jobs"}), stop=True).operands)
    texts = [value.text for value in operands]
    if ":::" in texts:
        cut = texts.index(":::")
        code = " ".join(texts[:cut]) or "{}"
        for given in texts[cut + 1 :][:JOB_LIMIT]:
            line = code.replace("{}", given) if "{}" in code else f"{code} {given}"
            run_code(call.state.deeper(), literal(line), "sh", Streams())
        return call.output()
    stdin = call.stdin if call.stdin is not None else unknown("$(parallel)")
    if not operands:
        return run_stream(call, "parallel", stdin)
    return call.sub([*operands, stdin] if call.stdin is not None else operands)


def _at(call: Call) -> Value:
    """at(1), batch(1): shell code on standard input, or from -f."""
    options = parse_options(call.arguments, "fqt")
    file = options.value("f")
    if file is not None:
        return run_stream(call, call.name, call.state.content(file.text))
    if call.stdin is not None and not options.has("l", "r", "d"):
        return run_stream(call, call.name, call.stdin)
    return call.output()


LAUNCHERS: Handlers = {
    "xargs": _xargs,
    "find": _find,
    "parallel": _parallel,
    **dict.fromkeys(("at", "batch"), _at),
    **dict.fromkeys(SHELLS, run_shell),
}
