"""Programs that change files: cp, mv, chmod, chattr, tee, dd, sed -i, crontab, sysctl."""

from __future__ import annotations

import re

from kenshin.shell.act import Stop, Write
from kenshin.shell.call import Call, Handlers, basename, parse_options
from kenshin.shell.redirects import DETAIL_LIMIT, write_file
from kenshin.shell.state import Sink
from kenshin.shell.value import Value, unknown

MODE = re.compile(r"[0-7]{3,4}|[ugoa]*[-+=][rwxXst]*(?:,[ugoa]*[-+=][rwxXst]*)*")
INSTALLED = (
    "/usr/local/",
    "/opt/",
    "/etc/init.d/",
    "/etc/systemd/system/",
    "/usr/lib/systemd/",
    "/lib/systemd/",
    "/usr/sbin/",
    "/usr/bin/",
)


def _wrote(call: Call, path: str, how: str, detail: str = "") -> None:
    line, text = call.place
    place = call.state.place(path)
    if place and not place.startswith("<("):
        call.emit(Write(line, text, place, how, detail[:DETAIL_LIMIT]))


def _copy(call: Call) -> Value:
    """cp, mv, install, ln: the last operand, or -t, is the target."""
    options = parse_options(
        call.arguments, "tSmog", frozenset({"target-directory", "suffix", "mode", "owner", "group"})
    )
    names = [value.text for value in options.operands]
    given = options.value("t", "target-directory")
    if call.name == "install" and options.has("d", "directory"):
        for name in names:
            _wrote(call, name, "mkdir")
        return Value()
    if given is not None:
        target = given.text + "/"
    elif len(names) > 1:
        target = names.pop()
    elif names and call.name == "ln":
        target = basename(names[0])
    else:
        return Value()
    into = target.endswith("/") or target in (".", "..") or len(names) > 1
    mode = options.value("m", "mode")
    for source in names:
        final = f"{target.rstrip('/')}/{basename(source)}" if into else target
        _wrote(call, final, call.name, f"{source} {mode.text}" if mode else source)
        _carry(call, source, final, target)
    return Value()


def _carry(call: Call, source: str, final: str, target: str) -> None:
    """What is known of the source is known of the target, also when that is a directory."""
    found = call.state.files.get(call.state.place(source))
    if found is not None:
        call.state.files[call.state.place(final)] = found
        if final == target:
            call.state.files[call.state.place(f"{target}/{basename(source)}")] = found


def _marked(call: Call) -> Value:
    """chmod, chown, chgrp, chattr, setfacl, setcap: a mode and files."""
    words = [text for text in call.texts if text == "--" or not text.startswith("--")]
    details: list[str] = []
    files: list[str] = []
    for word in words:
        is_mode = bool(re.fullmatch(r"[-+=][A-Za-z]+", word)) or (not files and not details)
        if call.name == "chmod":
            is_mode = (not files and not details and not word.startswith("-R")) or (
                bool(MODE.fullmatch(word)) and not files
            )
        if word in ("-R", "-v", "-f", "-V", "-h", "-Rf", "-c", "-RV"):
            continue
        (details if is_mode else files).append(word)
    for file in files:
        _wrote(call, file, call.name, " ".join(details))
    return Value()


def _made(call: Call) -> Value:
    """touch, mkdir, mkfifo, mknod, truncate, rm, shred, unlink: operands are files."""
    options = parse_options(
        call.arguments,
        "drtmsn" if call.name not in ("rm", "shred") else "",
        frozenset({"reference", "date", "mode", "size"}),
    )
    flags = "".join(sorted(flag for flag in options.flags if len(flag) == 1))
    size = options.value("s", "size")
    for value in options.operands:
        _wrote(call, value.text, call.name, size.text if size else flags)
        if call.name in ("rm", "shred", "unlink"):
            _removed(call, value.text)
    return Value()


def _removed(call: Call, path: str) -> None:
    """A file fetched, run and removed again stays known: whoever runs it later ran it."""
    place = call.state.place(path)
    if place.startswith(INSTALLED):
        line, text = call.place
        call.emit(Stop(line, text, (place,), "rm"))


def _tee(call: Call) -> Value:
    content = call.stdin if call.stdin is not None else unknown("$(tee)")
    operator = ">>" if any(text in ("-a", "--append", "-ai", "-ia") for text in call.texts) else ">"
    for value in call.arguments:
        if not value.text.startswith("-") and not value.text.startswith("/dev/"):
            write_file(
                call.state,
                Sink("file", value.text, operator),
                content,
                "tee" if operator == ">" else "tee -a",
            )
    return content


def _dd(call: Call) -> Value:
    settings = dict(text.partition("=")[::2] for text in call.texts if "=" in text)
    source = call.state.content(settings["if"]) if "if" in settings else call.stdin
    content = source if source is not None else unknown("$(dd)")
    if "of" in settings:
        write_file(call.state, Sink("file", settings["of"]), content, "dd")
        return Value()
    return content


def _crontab(call: Call) -> Value:
    """crontab(1): - or a file installs, -r removes."""
    options = parse_options(call.arguments, "u")
    user = options.value("u")
    path = f"crontab:{user.text}" if user else "crontab"
    line, text = call.place
    if options.has("r"):
        call.emit(Stop(line, text, (path,), "crontab -r"))
    elif options.operands and options.operands[0].text != "-":
        content = call.state.content(options.operands[0].text)
        call.emit(Write(line, text, path, "crontab", content.text[:DETAIL_LIMIT]))
    elif not options.has("l", "e") and (options.operands or call.stdin is not None):
        detail = call.stdin.text if call.stdin is not None else ""
        call.emit(Write(line, text, path, "crontab", detail[:DETAIL_LIMIT]))
    return unknown("$(crontab -l)", how=("crontab -l",))


def _sysctl(call: Call) -> Value:
    for text in call.texts:
        key, equals, value = text.partition("=")
        if equals and not key.startswith("-"):
            path = "/proc/sys/" + key.strip().replace(".", "/")
            _wrote(call, path, "sysctl", value.strip())
    return Value()


def _unpack(call: Call) -> Value:
    """tar, unzip, 7z, cpio: files from the network lie in the directory afterwards."""
    options = parse_options(call.arguments, "fCdo", frozenset({"file", "directory"}))
    texts = call.texts
    if call.name == "tar" and not any("x" in text for text in texts[:4] if not text.startswith("/")):
        return call.output()
    directory = options.value("C", "d", "directory")
    archives = [call.state.files.get(call.state.place(text)) for text in texts]
    found = [value for value in (*archives, call.stdin) if value is not None and "network" in value.origins]
    place = call.state.place(directory.text if directory else ".")
    if found and place not in ("/", "/usr", "/usr/local", "/opt", "/usr/bin", "/usr/local/bin"):
        call.state.unpacked[place] = found[0].via(call.name)
    return call.output()


CHANGES: Handlers = {
    **dict.fromkeys(("cp", "mv", "install", "ln"), _copy),
    **dict.fromkeys(("chmod", "chown", "chgrp", "chattr", "setfacl", "setcap"), _marked),
    **dict.fromkeys(
        ("touch", "mkdir", "mkfifo", "mknod", "truncate", "rm", "shred", "unlink", "rmdir"), _made
    ),
    "tee": _tee,
    "dd": _dd,
    "crontab": _crontab,
    "sysctl": _sysctl,
    **dict.fromkeys(("tar", "bsdtar", "unzip", "7z", "7za", "cpio"), _unpack),
}
