"""Programs that connect to the network: nc, socat, telnet, openssl s_client, ssh tunnels."""

from __future__ import annotations

import re

from kenshin.shell.act import Act, Connect, Fetch, Run
from kenshin.shell.call import Call, Handlers, Options, parse_options
from kenshin.shell.code import SHELLS, run_code
from kenshin.shell.interpreters import LANGUAGES
from kenshin.shell.value import Value, literal, unknown

ADDRESS = re.compile(
    r"(?:tcp|udp|tcp4|tcp6|openssl|ssl|tcp-connect|openssl-connect|sctp|tcp-listen|tcp4-listen|"
    r"openssl-listen|udp-listen|proxy|socks4a?):([^,]+)",
    re.IGNORECASE,
)
EXECUTES = re.compile(r"(?:exec|system|shell):(.*)", re.IGNORECASE | re.DOTALL)

NC_SHORT = "cegGiIMmopPqsTtVWwxX"
NC_OPENBSD = "IiMmOPpqsTVWwXx"
NC_LONG = frozenset(
    "exec sh-exec lua-exec source source-port wait proxy proxy-type allow idle-timeout max-conns".split()
)


def _connect(call: Call, how: str, host: str, port: str | None, bound: bool) -> Value:
    """Notes a connection; gives what is read from it."""
    line, text = call.place
    stdin = call.stdin
    bound = bound or (stdin is not None and "shell" in stdin.origins)
    call.emit(Connect(line, text, host, port, how, bound))
    target = f"tcp://{host}:{port}" if port else f"tcp://{host}"
    if call.used and not bound and (stdin is None or stdin.known):
        to = call.state.place(call.streams.sink.path) if call.streams.sink.kind == "file" else None
        call.emit(Fetch(line, text, call.name, (target,), to))
    return unknown(f"$({call.name} {host})", "network", how=(call.name,))


def _execute(call: Call, code: Value, as_shell: bool) -> None:
    if as_shell:
        run_code(call.state.deeper(), code, "sh", call.streams, quiet=True)
    else:
        call.sub([code.with_text(word) for word in code.text.split()])


def _nc(call: Call) -> Value:
    """nc(1), ncat(1): HOST PORT, -l to listen, -e to bind a program, -z to look only."""
    openbsd = call.name == "nc.openbsd"
    options = parse_options(call.arguments, NC_OPENBSD if openbsd else NC_SHORT, NC_LONG)
    program = options.value("e", "exec")
    code = options.value("c", "sh-exec", "lua-exec")
    host, port = _nc_address(options)
    if not host and port is None and program is None:
        return call.output()
    looks = options.has("z")
    bound = (program is not None or code is not None) and not looks
    output = _connect(call, f"{call.name} -z" if looks else call.name, host, port, bound)
    if program is not None:
        _execute(call, program, False)
    if code is not None:
        _execute(call, code, True)
    return Value() if looks else output


def _nc_address(options: Options) -> tuple[str, str | None]:
    """Gives host and port; a listener without an address has an empty host."""
    names = [value.text for value in options.operands]
    if options.has("l", "listen"):
        given = options.value("p", "source-port")
        port = given.text if given else names[-1] if names else None
        return names[0] if len(names) > 1 else "", port
    return names[0] if names else "", names[1] if len(names) > 1 else None


def _telnet(call: Call) -> Value:
    names = [value.text for value in parse_options(call.arguments, "belnX").operands]
    return (
        _connect(call, call.name, names[0], names[1] if len(names) > 1 else None, False)
        if names
        else call.output()
    )


def _serves(call: Call, code: Value, as_shell: bool) -> bool:
    """Tells whether a shell, or an interpreter without a script, is started."""
    machine = call.state.machine
    before, machine.acts = machine.acts, {}
    try:
        _execute(call, code, as_shell)
    finally:
        started, machine.acts = machine.acts, before
        for act in started:
            machine.emit(act)
    return any(_takes_orders(act) for act in started)


def _takes_orders(act: Act) -> bool:
    if not isinstance(act, Run):
        return False
    if act.name.startswith("$"):
        return True
    if act.name not in SHELLS and act.name.rstrip("0123456789.") not in LANGUAGES:
        return False
    options = parse_options(tuple(literal(text) for text in act.argv[1:]), "oO", stop=True)
    scripted = bool(options.operands) and options.operands[0].text != "-"
    return options.has("i", "s") or not (scripted or options.has("c", "e", "m", "r"))


def _socat(call: Call) -> Value:
    """socat(1): two addresses; EXEC or SYSTEM beside a network address may bind a shell."""
    names = [value for value in call.arguments if not value.text.startswith("-") or value.text == "-"]
    found: list[tuple[str, str | None]] = []
    bound = executed = False
    for value in names:
        address = ADDRESS.match(value.text)
        executes = EXECUTES.match(value.text)
        if address:
            host, _, port = address.group(1).rpartition(":")
            found.append((host, port))
        elif executes:
            executed = True
            command = value.with_text(executes.group(1).split(",", 1)[0].strip("'\""))
            bound = _serves(call, command, not value.text.lower().startswith("exec")) or bound
    if not found:
        return call.output()
    if not executed and not any(name.text in ("-", "STDIO", "stdio") for name in names):
        # A relay between two sockets carries traffic, no program.
        host, port = found[-1]
        line, text = call.place
        call.emit(Connect(line, text, host, port, "socat"))
        return Value()
    return _connect(call, "socat", *found[0], bound)


def openssl_client(call: Call) -> Value | None:
    """openssl s_client; None for the other uses of openssl."""
    if not call.texts or call.texts[0] != "s_client":
        return None
    options = parse_options(
        call.arguments[1:], "", frozenset({"connect", "host", "port", "servername", "CAfile"})
    )
    where = options.value("connect")
    host, _, port = (where.text if where else "").partition(":")
    if where is None and (given := options.value("host")):
        named = options.value("port")
        host, port = given.text, named.text if named else ""
    line, text = call.place
    stdin = call.stdin
    bound = stdin is not None and "shell" in stdin.origins
    call.emit(Connect(line, text, host, port or None, "openssl", bound))
    return unknown(f"$(openssl s_client {host})", "network", how=("openssl s_client",))


def _ssh(call: Call) -> Value:
    """ssh(1): tunnels, and commands that run elsewhere."""
    options: Options = parse_options(call.arguments, "BbcDEeFIiJLlmOopQRSWw", stop=True)
    names = [value.text for value in options.operands]
    host = names[0] if names else ""
    line, text = call.place
    port = options.value("p")
    for letter in ("R", "D", "L", "w"):
        if letter in options.values:
            call.emit(Connect(line, text, host, port.text if port else None, f"ssh -{letter}"))
    if len(names) > 1 and call.used and call.stdin is None:
        return unknown(f"$(ssh {host})", "network", how=("ssh",))
    return unknown(f"$(ssh {host})", how=("ssh",))


def _gs_netcat(call: Call) -> Value:
    line, text = call.place
    serves = any(name.startswith("-") and ("i" in name or "l" in name or "e" in name) for name in call.texts)
    call.emit(Connect(line, text, "gsocket", None, "gs-netcat", serves))
    return call.output()


CONNECTIONS: Handlers = {
    **dict.fromkeys(("nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "cryptcat", "pnetcat"), _nc),
    **dict.fromkeys(("telnet",), _telnet),
    **dict.fromkeys(("socat", "socat1"), _socat),
    **dict.fromkeys(("ssh", "autossh", "slogin", "dbclient"), _ssh),
    **dict.fromkeys(("gs-netcat", "gsocket"), _gs_netcat),
}
