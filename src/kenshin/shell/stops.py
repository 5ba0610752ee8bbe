"""Programs that stop, disable or remove something."""

from __future__ import annotations

import re

from kenshin.shell.act import Stop
from kenshin.shell.call import Call, Handlers, basename, parse_options
from kenshin.shell.value import Value

SYSTEMCTL = frozenset({"stop", "disable", "mask", "kill"})
# Signals by which a running program is told something; they do not end it as a rule.
TELLING = frozenset("0 1 10 12 18 28 HUP USR1 USR2 CONT WINCH".split())
SIGNAL = re.compile(r"-(?:SIG)?([0-9]+|[A-Z][A-Z0-9]+)")
REMOVERS = {
    "apt": ("remove", "purge", "autoremove"),
    "apt-get": ("remove", "purge", "autoremove"),
    "aptitude": ("remove", "purge"),
    "yum": ("remove", "erase", "autoremove"),
    "dnf": ("remove", "erase", "autoremove"),
    "zypper": ("remove", "rm"),
    "apk": ("del",),
    "snap": ("remove",),
    "docker": ("rm", "kill", "stop", "rmi"),
    "podman": ("rm", "kill", "stop", "rmi"),
    "rc-update": ("del", "delete"),
}


def _stopped(call: Call, what: list[str], how: str) -> Value:
    line, text = call.place
    call.emit(Stop(line, text, tuple(what), how))
    return Value()


def _operands(call: Call, short: str = "") -> list[str]:
    return [value.text for value in parse_options(call.arguments, short).operands]


def _signalled(call: Call) -> tuple[str, list[str]]:
    """Gives the signal, nothing where none is named, and the operands."""
    signal = ""
    # For pkill -s is a session.
    options = parse_options(call.arguments, "" if call.name == "pkill" else "s", frozenset({"signal"}))
    given = options.value("s", "signal")
    if given is not None:
        signal = given.text.upper().removeprefix("SIG")
    named = [found.group(1) for text in call.texts if (found := SIGNAL.fullmatch(text))]
    return signal or (named[0] if named else ""), [value.text for value in options.operands]


def _pkill(call: Call) -> Value:
    signal, names = _signalled(call)
    return Value() if signal in TELLING else _stopped(call, names, call.name)


def _fuser(call: Call) -> Value:
    """fuser(1) lists who uses a file, and kills them with -k."""
    kills = any(text == "--kill" or re.fullmatch(r"-[a-z]*k[a-z]*", text) for text in call.texts)
    return _pkill(call) if kills else call.output()


def _kill(call: Call) -> Value:
    """kill(1): numbers say little, but the pattern that found them says what was meant."""
    signal, what = _signalled(call)
    if signal in TELLING or "-l" in call.texts:
        return Value()
    for value in (*call.arguments, call.stdin):
        if value is not None:
            what += [
                step.partition(" ")[2] for step in value.how if step.startswith(("grep ", "pgrep ", "pidof "))
            ]
    named = [name for name in dict.fromkeys(what) if not name.startswith("$(")]
    return _stopped(call, named, "kill")


def _systemctl(call: Call) -> Value:
    names = _operands(call, "HMpt")
    if names and names[0] in SYSTEMCTL:
        return _stopped(call, names[1:], f"systemctl {names[0]}")
    return call.output()


def _service(call: Call) -> Value:
    names = _operands(call)
    if len(names) > 1 and names[1] == "stop":
        return _stopped(call, names[:1], "service stop")
    return call.output()


def _chkconfig(call: Call) -> Value:
    texts = call.texts
    if "off" in texts or "--del" in texts or "disable" in texts or "remove" in texts:
        names = [
            text for text in texts if not text.startswith("-") and text not in ("off", "disable", "remove")
        ]
        verb = "chkconfig off" if call.name == "chkconfig" else f"{call.name} disable"
        return _stopped(call, names, verb)
    return call.output()


def _package(call: Call) -> Value:
    names = _operands(call, "otc")
    verbs = REMOVERS[call.name]
    if names and names[0] in verbs and len(names) > 1:
        return _stopped(call, names[1:], f"{call.name} {names[0]}")
    return call.output()


def _dpkg(call: Call) -> Value:
    texts = call.texts
    if texts and texts[0] in ("-r", "-P", "--purge", "--remove", "-e", "--erase", "-R", "-Rns"):
        return _stopped(call, [text for text in texts if not text.startswith("-")], f"{call.name} {texts[0]}")
    return call.output()


def _firewall(call: Call) -> Value:
    texts = call.texts
    joined = " ".join(texts)
    if call.name in ("iptables", "ip6tables", "ebtables"):
        for flag in ("-F", "-X", "--flush", "-Z"):
            if flag in texts:
                return _stopped(call, ["firewall"], f"{call.name} {flag}")
        if "-P" in texts and "ACCEPT" in texts:
            return _stopped(call, ["firewall"], f"{call.name} {joined}")
    if call.name == "ufw" and ("disable" in texts or "reset" in texts):
        return _stopped(call, ["firewall"], f"ufw {joined}")
    if call.name == "nft" and "flush" in texts:
        return _stopped(call, ["firewall"], f"nft {joined}")
    if call.name == "setenforce" and texts[:1] in (["0"], ["Permissive"], ["permissive"]):
        return _stopped(call, ["selinux"], "setenforce 0")
    if call.name == "auditctl" and ("-D" in texts or ("-e" in texts and "0" in texts)):
        return _stopped(call, ["audit"], f"auditctl {joined}")
    if call.name in ("aa-disable", "aa-teardown", "aa-complain"):
        return _stopped(call, texts or ["apparmor"], call.name)
    return call.output()


def init_script(call: Call) -> None:
    """Notes /etc/init.d/NAME stop, and scripts that uninstall something."""
    texts, path = call.texts, call.path
    if path and "/init.d/" in path and texts[:1] == ["stop"]:
        _stopped(call, [basename(path)], "service stop")
    lowered = (path or call.name).lower()
    if "uninst" in lowered or (any("uninst" in text.lower() for text in texts[:2]) and "/" in (path or "")):
        _stopped(call, [path or call.name, *texts[:3]], "uninstall script")


STOPS: Handlers = {
    **dict.fromkeys(("pkill", "killall", "killall5", "skill"), _pkill),
    "fuser": _fuser,
    "kill": _kill,
    "systemctl": _systemctl,
    "service": _service,
    **dict.fromkeys(("chkconfig", "update-rc.d"), _chkconfig),
    **dict.fromkeys(REMOVERS, _package),
    **dict.fromkeys(("dpkg", "rpm", "pacman"), _dpkg),
    **dict.fromkeys(
        (
            "iptables",
            "ip6tables",
            "ebtables",
            "ufw",
            "nft",
            "setenforce",
            "auditctl",
            "aa-disable",
            "aa-teardown",
            "aa-complain",
        ),
        _firewall,
    ),
}
