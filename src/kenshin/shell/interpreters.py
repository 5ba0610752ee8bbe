"""Interpreters other than shells: their one-liners, their scripts, and code fed to them."""

from __future__ import annotations

import re
from dataclasses import replace

from kenshin.shell.act import Connect, Decode, Fetch, Unread
from kenshin.shell.call import Call, Handlers, parse_options
from kenshin.shell.code import feed, run_code
from kenshin.shell.foreign_calls import CLOSE, OPEN, TOKEN, Skeleton, skeleton
from kenshin.shell.state import PIPE, State, Streams
from kenshin.shell.value import Value, literal, unknown

ARGUMENT = rf"(?:{TOKEN}|\$?([A-Za-z_]\w{{0,60}}))"
SHELL_CALL = re.compile(
    r"(?<![\w$])(?:os\.(?:system|popen|exec\w{1,3}|spawn\w{1,4})|subprocess\.\w+|Popen|check_output|check_call|getoutput|"
    r"getstatusoutput|commands\.\w+|pty\.spawn|system|shell_exec|passthru|proc_open|popen\d?|pcntl_exec|exec|execSync|"
    r"execFile|execFileSync|spawn|spawnSync|io\.popen|os\.execute|IO\.popen|capture[23]e?)(?!\w)"
    rf"\s{{0,3}}\(?\s{{0,3}}(\[?)\s{{0,3}}{ARGUMENT}((?:\s{{0,3}},\s{{0,3}}{OPEN}\d+{CLOSE}){{0,12}})"
)
PIPED = re.compile(rf"\|\s?&?\s?{TOKEN}|{TOKEN}\s?\|&?\s?getline|\bopen\s?\(?[^,;()]{{0,30}},\s?{TOKEN}")
EVALUATED = re.compile(
    r"(?<![\w.$>])(?:exec|eval|assert|instance_eval|class_eval|Function|loadstring|load|execfile|run_in_executor|"
    rf"create_function|runInThisContext|include|require)\b\s{{0,3}}[({{]?\s{{0,3}}{ARGUMENT}"
)
CONNECTED = re.compile(
    rf"(?:[.:]connect|fsockopen|stream_socket_client|TCPSocket\.(?:new|open)|create_connection|net\.connect|"
    rf"createConnection|IO::Socket(?:::\w+)*(?:->new)?|"
    rf"new IO::Socket::INET|connect_ex)\s{{0,3}}\(?\s{{0,3}}\(?"
    rf"(?:\s{{0,3}}(?:PeerAddr|PeerHost)\s?=>\s?)?\s{{0,3}}(?:(\d{{1,5}})\s?,\s?)?{ARGUMENT}"
    rf"(?:\s{{0,3}},\s{{0,3}}(?:(?:PeerPort)\s?=>\s?)?(?:(\d{{1,5}})|{ARGUMENT}))?"
)
PERL_SOCKET = re.compile(rf"inet_aton\s?\(\s?{ARGUMENT}\s?\)")
INET = re.compile(r"/inet6?/(?:tcp|udp)/\d+/([^/\s]+)/(\w+)")
BINDING = re.compile(
    r"dup2|/bin/(?:ba|da)?sh|pty\.spawn|subprocess|os\.system|shell_exec|popen|proc_open|STDIN|spawn\(|"
    r"passthru|\bsh -i|exec|system|`|getline"
)
LANGUAGES = {
    "python": "-c",
    "perl": "-e",
    "ruby": "-e",
    "php": "-r",
    "node": "-e",
    "nodejs": "-e",
    "lua": "-e",
}
DEPTH_LIMIT = 6


def note_code(state: State, code: str, language: str, depth: int = 0) -> Value:
    """Notes what code in another language does; gives what it may print."""
    state.machine.spend(1 + len(code) // 50)
    if depth > DEPTH_LIMIT:
        state.machine.emit(Unread(state.line, state.text, f"{language} code nested too deeply"))
        return Value()
    found = skeleton(code, language)
    output = Value()
    for url, target in found.fetches:
        to = state.place(target) if target else None
        state.machine.emit(Fetch(state.line, state.text, language, (url,), to))
        content = unknown(f"$({language} {url})", "network", how=(language,), path=to)
        if to:
            state.files[to] = content
        else:
            output = content
    for how, plain in found.decodes:
        state.machine.emit(Decode(state.line, state.text, how, plain))
        if not output.origins:
            output = (
                unknown(f"$({language})", "decoded", how=how)
                if plain is None
                else literal(plain).via(how[-1], "decoded")
            )
    _note_evaluated(state, found, depth)
    _note_shells(state, found)
    _note_connections(state, found)
    return output


def _argument(found: Skeleton, number: str | None, name: str | None) -> Value | None:
    if number is not None:
        return found.value(number)
    index = found.names.get(name or "")
    return found.value(index) if index is not None else None


def _note_evaluated(state: State, found: Skeleton, depth: int) -> None:
    for match in EVALUATED.finditer(found.code):
        value = _argument(found, match.group(1), match.group(2))
        word = match.group().lstrip()
        if value is None or (word.startswith("exec") and found.language != "python"):
            continue
        if word.startswith(("include", "require", "load")) and "network" not in value.origins:
            continue
        if value.origins or not value.known:
            feed(state, found.language, value, value.plain)
        if value.known:
            note_code(state, value.text, found.language, depth + 1)


def _note_shells(state: State, found: Skeleton) -> None:
    for match in SHELL_CALL.finditer(found.code):
        bracket, number, name, more = match.groups()
        if found.language == "python" and match.group().lstrip().startswith("exec"):
            continue
        value = _argument(found, number, name)
        if value is None:
            continue
        others = [found.value(other) for other in re.findall(r"\d+", more)]
        listed = bool(bracket) or (bool(others) and found.language in ("perl", "ruby", "python"))
        if listed and "os.popen" not in match.group():
            first = match.group().lstrip()
            fields = [value, *others]
            if first.startswith(("os.execl", "os.spawnl")) and len(fields) > 1:
                fields = [fields[0], *fields[2:]]
            state.machine.execute(state.deeper(), fields, Streams(None, PIPE))
        else:
            run_code(state.deeper(), value, "sh", Streams())
    for index in found.shells:
        run_code(state.deeper(), found.value(index), "sh", Streams(), quiet=True)
    for match in PIPED.finditer(found.code):
        value = found.value(next(group for group in match.groups() if group is not None))
        written = value.text.strip()
        command = written.strip("|").removeprefix("-").strip()
        piped = found.language == "awk" or written.startswith("|") or written.endswith("|")
        if value.known and piped and command and not INET.search(command) and command not in "<>>rwb":
            run_code(state.deeper(), literal(command), "sh", Streams(), quiet=True)


def _note_connections(state: State, found: Skeleton) -> None:
    everything = found.code + " ".join(value.text for value in found.values[:200])
    bound = bool(BINDING.search(everything))
    hosts: list[tuple[str, str | None]] = []
    for match in CONNECTED.finditer(found.code):
        first, number, name, port, port_number, port_name = match.groups()
        value = _argument(found, number, name)
        if value is None or not value.known:
            continue
        port_value = _argument(found, port_number, port_name)
        known_port = port or first or (port_value.text if port_value else found.numbers.get(port_name or ""))
        hosts.append((value.text, known_port))
    for match in PERL_SOCKET.finditer(found.code):
        value = _argument(found, match.group(1), match.group(2))
        if value is not None:
            hosts.append((value.text, found.numbers.get("p") or found.numbers.get("port")))
    for value in found.values[:200]:
        inet = INET.search(value.text)
        if inet:
            hosts.append((inet.group(1), inet.group(2)))
    for written, given in hosts:
        host, colon, joined = written.split("://", 1)[-1].partition(":")
        port = given or (joined if colon else None)
        state.machine.emit(Connect(state.line, state.text, host, port, found.language, bound))


def _run_interpreter(call: Call) -> Value:
    """python -c CODE, perl -e CODE, a script file, or code on standard input."""
    language = call.name.rstrip("0123456789.")
    flag = LANGUAGES.get(language, "-e")
    options = parse_options(
        call.arguments,
        "ceErmMIWXdS" if language == "python" else "eErIdMfBRE",
        frozenset({"eval"}),
        stop=True,
    )
    code = next(
        (options.value(letter) for letter in (flag[1], "e", "E", "B", "R") if options.has(letter)), None
    )
    if language == "python" and not options.has("c"):
        code = None
    if code is not None:
        if not code.known:
            feed(call.state, call.name, code)
        output = note_code(call.state, code.text, "node" if language == "nodejs" else language)
        return output if output.pieces else call.output()
    if options.has("m"):
        return call.output()
    file = options.value("f") if language == "php" else None
    operands = options.operands
    if file is None and operands and operands[0].text not in ("-", "/dev/stdin"):
        file = operands[0]
    return _run_data(call, language, file)


def _run_data(call: Call, language: str, file: Value | None) -> Value:
    state = call.state
    if file is not None:
        content = state.content(file.text)
        place = None if file.path and file.path.startswith("<(") else state.place(file.text)
        content = replace(
            content, path=place, origins=content.origins | {"file"} if place else content.origins
        )
    elif call.stdin is not None and call.stdin.pieces:
        content = call.stdin
        if content.known and not content.origins:
            content = replace(content, origins=frozenset({"literal"}))
    else:
        return call.output()
    feed(state, call.name, content, content.plain)
    if content.known:
        note_code(state, content.text, language)
    return call.output()


def _awk(call: Call) -> Value:
    options = parse_options(call.arguments, "Fvf", stop=True)
    operands = options.operands
    if options.has("f") or not operands:
        return call.output()
    if operands[0].known and any(word in operands[0].text for word in ("system", "getline", "|", "/inet")):
        note_code(call.state, operands[0].text, "awk")
    files = operands[1:]
    if files:
        return call.state.content(files[0].text).hidden("$(awk)").via("awk")
    return call.output()


INTERPRETERS: Handlers = {
    **dict.fromkeys(
        ("python", "pypy", "perl", "ruby", "php", "php-cli", "node", "nodejs", "lua", "luajit"),
        _run_interpreter,
    ),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
}
