"""A line of the host's text as it may be shown: escaped, and short enough to be read."""

import re

from kenshin.model.escape import show

# A blank run this long has no honest use inside a line, and pushes what follows out of sight.
_BLANKS = re.compile(r" {8,}")


def excerpt(text: str, limit: int) -> str:
    r"""The text escaped; blank runs are counted, and past `limit` characters the middle is left out.

    Our own notes read `\(200 blanks)` and `\(9,000 of 12,000 characters left out)`. No text of a host can
    forge them: `show` never writes a single backslash before a parenthesis.
    """
    left_out = len(text) - limit
    if left_out <= 0:
        return _counted(show(text))
    head, tail = limit * 3 // 4, limit - limit * 3 // 4
    note = f"\\({left_out:,} of {len(text):,} characters left out)"
    return f"{_counted(show(text[:head]))} {note} {_counted(show(text[-tail:]))}"


def _counted(shown: str) -> str:
    return _BLANKS.sub(lambda run: f" \\({len(run.group())} blanks) ", shown)
