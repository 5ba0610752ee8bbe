"""Shell builtins that change the state or run code (bash(1), SHELL BUILTIN COMMANDS)."""

from __future__ import annotations

import re
from dataclasses import replace

from kenshin.shell.act import Stop
from kenshin.shell.call import Call, Handlers, parse_options
from kenshin.shell.code import run_code, run_file
from kenshin.shell.redirects import keep
from kenshin.shell.state import State, Streams
from kenshin.shell.syntax import Redirect
from kenshin.shell.value import Value, concatenate, literal, unknown

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
HISTORY = frozenset({"HISTFILE", "HISTSIZE", "HISTFILESIZE", "HISTCONTROL", "PROMPT_COMMAND"})


def keep_redirects(state: State, redirects: tuple[Redirect, ...], streams: Streams) -> None:
    """exec with redirections only: they last."""
    keep(state, redirects, streams)


def _cd(call: Call) -> Value:
    operands = parse_options(call.arguments).operands
    target = operands[0].text if operands else "~"
    before = call.state.variables.get("OLDPWD")
    call.state.assign("OLDPWD", literal(call.state.cwd or ""))
    if target == "-":
        call.state.cwd = before.text if before and before.text else None
        return Value()
    if target in ("~", "$HOME"):
        target = call.state.machine.context.home or "~"
    call.state.cwd = call.state.place(target)
    return Value()


def _export(call: Call) -> Value:
    """export, local, declare, readonly: assignments as arguments."""
    for argument in call.arguments:
        found = ASSIGNMENT.fullmatch(argument.text)
        if not found:
            continue
        name = found.group(1)
        _history(call, name, found.group(2))
        value = argument.with_text(found.group(2)) if argument.known else _cut(argument, len(name) + 1)
        run_prompt(call.state, name, value)
        call.state.assign(name, value)
    return Value()


def run_prompt(state: State, name: str, value: Value) -> None:
    """PROMPT_COMMAND is code that an interactive shell runs before each prompt."""
    if name == "PROMPT_COMMAND" and value.pieces:
        run_code(state.deeper(), value, "bash", Streams(), quiet=True)


def _cut(value: Value, length: int) -> Value:
    """Gives a value without its first characters, which are known."""
    head, known = value.pieces[0]
    return replace(value, pieces=((head[length:], known), *value.pieces[1:]))


def _history(call: Call, name: str, value: str) -> None:
    if name in ("HISTFILE", "HISTSIZE", "HISTFILESIZE") and value in ("", "0", "/dev/null"):
        line, text = call.place
        call.emit(Stop(line, text, ("history",), f"{name}={value}"))


def _unset(call: Call) -> Value:
    line, text = call.place
    for name in call.texts:
        if name in HISTORY:
            call.emit(Stop(line, text, ("history",), f"unset {name}"))
        call.state.variables.pop(name, None)
    return Value()


def _read(call: Call) -> Value:
    options = parse_options(call.arguments, "adinNptu", frozenset())
    stdin = call.stdin
    names = [operand.text for operand in options.operands] or ["REPLY"]
    for number, name in enumerate(names[:50]):
        if stdin is None:
            call.state.assign(name, unknown(f"${name}", "variable"))
        elif stdin.known:
            fields = stdin.text.split("\n", 1)[0].split(None, len(names) - 1)
            call.state.assign(name, stdin.with_text(fields[number] if number < len(fields) else ""))
        else:
            call.state.assign(name, stdin.hidden(f"${name}").via("read"))
    return Value()


def _eval(call: Call) -> Value:
    spaced = [part for argument in call.arguments for part in (literal(" "), argument)]
    if not spaced:
        return Value()
    inner = call.state.deeper()
    output = run_code(inner, concatenate(spaced[1:]), "eval", call.streams)
    # eval runs in this shell: what it set stays.
    call.state.variables, call.state.functions, call.state.cwd = inner.variables, inner.functions, inner.cwd
    return output


def _source(call: Call) -> Value:
    operands = parse_options(call.arguments).operands
    if not operands:
        return Value()
    name = "." if call.name == "." else "source"
    if operands[0].text == "/dev/stdin" and call.stdin is not None:
        return run_code(call.state.deeper(), call.stdin, name, call.streams)
    return run_file(call, name, operands[0], operands[1:])


def _set(call: Call) -> Value:
    options = parse_options(call.arguments, "o", stop=True)
    if options.operands or "--" in call.texts:
        call.state.positional = options.operands
    if options.value("o") is None and "+o" in call.texts and "history" in call.texts:
        line, text = call.place
        call.emit(Stop(line, text, ("history",), "set +o history"))
    return Value()


def _shift(call: Call) -> Value:
    given = call.texts[0] if call.texts else "1"
    count = int(given) if given.isdecimal() and len(given) < 5 else 1
    call.state.positional = call.state.positional[count:]
    return Value()


def _trap(call: Call) -> Value:
    operands = parse_options(call.arguments).operands
    if len(operands) > 1 and operands[0].text not in ("", "-"):
        run_code(call.state.deeper(), operands[0], "trap", call.streams)
    return Value()


def _alias(call: Call) -> Value:
    for argument in call.arguments:
        name, equals, body = argument.text.partition("=")
        if equals:
            run_code(call.state.deeper(), argument.with_text(body), "alias", Streams(), quiet=True)
        if equals and len(call.state.aliases) < 200:
            call.state.aliases[name] = body if body.split()[:1] != [name] else ""
            if not call.state.aliases[name]:
                del call.state.aliases[name]
    return Value()


def _history_builtin(call: Call) -> Value:
    if any(text.startswith("-") and "c" in text for text in call.texts):
        line, text = call.place
        call.emit(Stop(line, text, ("history",), "history -c"))
    return Value()


def _nothing(call: Call) -> Value:
    return Value()


BUILTINS: Handlers = {
    "cd": _cd,
    "pushd": _cd,
    "export": _export,
    "local": _export,
    "declare": _export,
    "typeset": _export,
    "readonly": _export,
    "unset": _unset,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "eval": _eval,
    ".": _source,
    "source": _source,
    "set": _set,
    "shift": _shift,
    "trap": _trap,
    "alias": _alias,
    "history": _history_builtin,
    ":": _nothing,
    "true": _nothing,
    "false": _nothing,
    "[": _nothing,
    "test": _nothing,
    "exit": _nothing,
    "return": _nothing,
    "break": _nothing,
    "continue": _nothing,
    "sleep": _nothing,
    "wait": _nothing,
    "umask": _nothing,
    "ulimit": _nothing,
}
