"""Shell patterns on short known texts, and the well-known program names a pattern may stand for."""

from __future__ import annotations

import re
from fnmatch import translate

VALUE_LIMIT = 300
PATTERN_LIMIT = 32
PROGRAMS = (
    "curl wget bash sh dash zsh ksh ash busybox python python3 perl ruby php node nc ncat netcat "
    "socat telnet openssl base64 base32 xxd chmod chattr crontab cat nohup setsid rm cp mv dd tee ssh "
    "scp ftp tftp rev tr sed awk id whoami"
).split()


def _matcher(pattern: str) -> re.Pattern[str] | None:
    # Several stars would make matching slow on hostile text; one says all that honest scripts need.
    if len(pattern) > PATTERN_LIMIT or pattern.count("*") > 2:
        return None
    return re.compile(translate(pattern))


def trim(text: str, operator: str, pattern: str) -> str | None:
    """Gives text after ${name#pattern} and its kin; None when that is not worked out."""
    matcher = _matcher(pattern)
    if matcher is None or len(text) > VALUE_LIMIT:
        return None
    lengths = range(len(text) + 1)
    if operator in ("#", "##"):
        for length in lengths if operator == "#" else reversed(lengths):
            if matcher.match(text[:length]):
                return text[length:]
        return text
    for length in lengths if operator == "%" else reversed(lengths):
        if matcher.match(text[len(text) - length :]):
            return text[: len(text) - length]
    return text


def program_named(pattern: str) -> str | None:
    """Gives the well-known program that a file pattern in command position stands for."""
    if not ("?" in pattern or "*" in pattern or "[" in pattern):
        return None
    directory, slash, name = pattern.rpartition("/")
    if not any(sign in name for sign in "?*[") or not any(letter.isalnum() for letter in name):
        return None
    matcher = _matcher(name)
    if matcher is None:
        return None
    found = [program for program in PROGRAMS if matcher.match(program)]
    return f"{directory}{slash}{found[0]}" if found else None
