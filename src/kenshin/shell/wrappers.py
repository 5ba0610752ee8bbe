"""Programs that only start another program: sudo, nohup, timeout, env and their kin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kenshin.shell.call import basename, parse_options
from kenshin.shell.value import Value, concatenate, literal

ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
LOADER = re.compile(r"ld(?:-linux[\w.-]*|-musl[\w.-]*|-[0-9.]+)\.so[.0-9]*")
WRAPPER_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """How a wrapper is called: options that take a value, operands before the command."""

    short: str = ""
    long: frozenset[str] = frozenset()
    operands: int = 0


def _shape(short: str = "", long: str = "", operands: int = 0) -> Shape:
    return Shape(short, frozenset(long.split()), operands)


SHAPES = {
    "sudo": _shape("ughpCcTrtRDU", "user group host prompt chdir chroot role type close-from"),
    "doas": _shape("uC"),
    "nohup": _shape(),
    "setsid": _shape(),
    "timeout": _shape("ks", "kill-after signal", 1),
    "nice": _shape("n", "adjustment"),
    "ionice": _shape("cnpPu", "class classdata"),
    "env": _shape("uCS", "unset chdir split-string"),
    "chroot": _shape("", "userspec groups", 1),
    "exec": _shape("a"),
    "busybox": _shape(),
    "toybox": _shape(),
    "command": _shape(),
    "builtin": _shape(),
    "stdbuf": _shape("ioe", "input output error"),
    "time": _shape("fo", "format output"),
    "chrt": _shape("TPD", "", 1),
    "taskset": _shape("", "", 1),
    "cgexec": _shape("g"),
    "unshare": _shape("SGR", "root wd setuid setgid"),
    "nsenter": _shape("tSGrw", "target"),
    "daemonize": _shape("acepolu"),
    "setarch": _shape("", "", 1),
    "linux64": _shape(),
    "linux32": _shape(),
    "numactl": _shape("CNmipl"),
    "prlimit": _shape("", "pid"),
    "strace": _shape("eopsuaE"),
    "chpst": _shape("uUbenodfcmrtP/"),
    "cpulimit": _shape("lpe", "limit"),
    "torsocks": _shape("uaPp"),
    "torify": _shape(),
    "proxychains": _shape("f"),
    "proxychains4": _shape("f"),
    "chronic": _shape(),
    "cronic": _shape(),
    "unbuffer": _shape(),
    "sshpass": _shape("pfde"),
    "gosu": _shape("", "", 1),
    "su-exec": _shape("", "", 1),
    "setpriv": _shape("", "reuid regid groups"),
    "setuidgid": _shape("", "", 1),
    "faketime": _shape("f", "", 1),
    "eatmydata": _shape(),
    "systemd-inhibit": _shape("", "what who why mode"),
    "systemd-cat": _shape("tp", "identifier priority"),
    "systemd-run": _shape(
        "pEuMHC", "unit property setenv uid gid slice description on-active on-boot on-calendar"
    ),
    "flock": _shape("wE", "timeout wait conflict-exit-code", 1),
    "dbus-run-session": _shape(),
    "firejail": _shape(),
    "lockrun": _shape("", "lockfile"),
    "sem": _shape("j", "id"),
    "xvfb-run": _shape("nefsp"),
}


@dataclass(slots=True)
class Stripped:
    """A command without its wrappers; code is shell text to be run instead of a program."""

    fields: list[Value]
    wrappers: list[str] = field(default_factory=list)
    environment: list[tuple[str, str]] = field(default_factory=list)
    title: str | None = None
    code: Value | None = None


def strip_wrappers(fields: list[Value]) -> Stripped:
    """Gives the command that the wrappers would start."""
    found = Stripped(list(fields))
    while found.fields and len(found.wrappers) < WRAPPER_LIMIT and found.code is None:
        name = basename(found.fields[0].text)
        rest = found.fields[1:]
        special = SPECIAL.get(name)
        following = special(found, rest) if special else _strip_shape(found, name, rest)
        if following is None:
            break
        found.wrappers.append(name)
        found.fields = following
    return found


def _strip_shape(found: Stripped, name: str, rest: list[Value]) -> list[Value] | None:
    shape = SHAPES.get(name)
    if shape is None:
        return rest if LOADER.fullmatch(name) and rest and not rest[0].text.startswith("--") else None
    if not rest or (name == "command" and rest[0].text in ("-v", "-V")):
        return None
    options = parse_options(tuple(rest), shape.short, shape.long, stop=True)
    following = list(options.operands)
    if name == "exec" and (title := options.value("a")):
        found.title = title.text
    if name == "nice" and following and following[0].text.lstrip("+-").isdigit():
        following = following[1:]
    if name == "env" and (split := options.value("S", "split-string")):
        following = [literal(word) for word in split.text.split()] + following
    if name in ("chrt", "taskset") and options.has("p", "pid"):
        return None
    following = following[shape.operands :]
    if name == "flock":
        following = _strip_flock(found, following, options.value("c", "command"))
    while following and ASSIGNMENT.match(following[0].text):
        key, _, value = following.pop(0).text.partition("=")
        found.environment.append((key, value))
    return following or ([] if found.code is not None else None)


def _strip_flock(found: Stripped, following: list[Value], code: Value | None) -> list[Value]:
    if following and following[0].text in ("-c", "--command"):
        code = following[1] if len(following) > 1 else None
        following = []
    if code is not None:
        found.code = code
        return []
    return following


def _strip_su(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """su(1), runuser(1): -c code, or runuser -u user -- command."""
    options = parse_options(tuple(rest), "csugGw", frozenset({"command", "shell", "user", "group"}))
    code = options.value("c", "command", "session-command")
    if code is not None:
        found.code = code
        return []
    if options.has("u", "user") and options.operands:
        return list(options.operands)
    return None


def _strip_script(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """script(1): -c code file."""
    options = parse_options(tuple(rest), "cIOBTmot", frozenset({"command"}))
    found.code = options.value("c", "command")
    return [] if found.code is not None else None


def _strip_watch(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """watch(1): the operands joined are shell code."""
    options = parse_options(tuple(rest), "nq", frozenset({"interval"}), stop=True)
    if not options.operands:
        return None
    spaced = [part for value in options.operands for part in (literal(" "), value)]
    found.code = concatenate(spaced[1:])
    return []


def _strip_screen(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """screen(1): -dmS name command."""
    options = parse_options(tuple(rest), "SctTpXeshL", stop=True)
    return list(options.operands) or None if not options.has("X", "r", "x") else None


def _strip_tmux(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """tmux(1): new-session -d -s name 'code'; send-keys types code."""
    options = parse_options(tuple(rest), "LSf", stop=True)
    verb = options.operands[0].text if options.operands else ""
    if verb not in (
        "new-session",
        "new",
        "new-window",
        "neww",
        "split-window",
        "send-keys",
        "send",
        "run-shell",
    ):
        return None
    inner = parse_options(options.operands[1:], "sncxyteFl", stop=True).operands
    inner = tuple(word for word in inner if word.text not in ("C-m", "Enter", "ENTER"))
    if not inner:
        return None
    spaced = [part for value in inner for part in (literal(" "), value)]
    found.code = concatenate(spaced[1:])
    return []


def _strip_daemon(found: Stripped, rest: list[Value]) -> list[Value] | None:
    """start-stop-daemon(8): --startas or --exec, and the arguments after --."""
    long = frozenset(
        "exec startas pidfile chuid user group name nicelevel chdir chroot signal retry umask "
        "iosched procsched".split()
    )
    options = parse_options(tuple(rest), "xapucgnNdrsRkI", long)
    program = options.value("startas", "a") or options.value("exec", "x")
    if program is None or not options.has("start", "S", "b", "background"):
        return None
    return [program, *options.operands]


SPECIAL = {
    "su": _strip_su,
    "runuser": _strip_su,
    "script": _strip_script,
    "watch": _strip_watch,
    "screen": _strip_screen,
    "tmux": _strip_tmux,
    "start-stop-daemon": _strip_daemon,
}
