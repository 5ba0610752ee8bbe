"""Splits a command line that no shell reads, as systemd does for ExecStart= (systemd.service(5))."""

from __future__ import annotations

from kenshin.shell.escapes import unescape

BLANK = " \t\n\r"


def split_command(text: str) -> tuple[str, ...]:
    """Gives the arguments: quotes group, backslashes escape, nothing is expanded."""
    words: list[str] = []
    current: list[str] = []
    started = False
    quote = ""
    position = 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\\" and quote != "'" and position < len(text):
            length = 4 if text[position] == "x" else 2
            escaped = text[position - 1 : position - 1 + length]
            plain = unescape(escaped)
            current.append(escaped[1:] if plain == escaped else plain)
            position += length - 1
            started = True
        elif quote:
            if character == quote:
                quote = ""
            else:
                current.append(character)
        elif character in "'\"":
            quote, started = character, True
        elif character in BLANK:
            if started:
                words.append("".join(current))
            current, started = [], False
        else:
            current.append(character)
            started = True
    if started:
        words.append("".join(current))
    return tuple(words)
