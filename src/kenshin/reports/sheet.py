"""A console written line by line: folded to its width, hanging indents, no blanks at line ends."""

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

_WIDEST = 100  # longer lines are hard to read, however wide the terminal
_LEAST = 10  # narrower columns cannot be read
_ASCII = str.maketrans({"—": "--", "·": "-", "│": "|", "┃": "|", "━": "=", "─": "-", "…": "..."})


class Sheet:
    """Writes styled text: no colour where the console wants none, ASCII where it can show no other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._plain = console.no_color or not console.is_terminal
        self._ascii = console.options.ascii_only
        self.width = max(1, min(console.width, _WIDEST))

    def text(self, *parts: tuple[str, str]) -> Text:
        """One text of (words, style) pairs; the words stand as they are, markup in them means nothing."""
        text = Text(overflow="fold", no_wrap=False)
        for words, style in parts:
            text.append(self._writable(words), "" if self._plain else style)
        return text

    def write(self, body: Text, first: Text | None = None, rest: Text | None = None) -> None:
        """The body folded: `first` goes before its first line, `rest` or as much blank before the others."""
        lead = first or Text()
        follow = Text(" " * cell_len(lead.plain)) if rest is None else rest
        room = self.width - max(cell_len(lead.plain), cell_len(follow.plain))
        if room < _LEAST:  # too narrow for columns
            lead, follow, body, room = Text(), Text(), lead + body, self.width
        for line in body.wrap(self._console, room, overflow="fold") or [Text()]:
            whole = lead + line
            whole.rstrip()
            self._console.print(whole, soft_wrap=True)
            lead = follow

    def heading(self, title: str, style: str, note: str = "") -> None:
        """A title after a blank line, with a rule to the right margin."""
        self.blank()
        words = f"{title} ({note})" if note else title
        room = self.width - cell_len(words) - 1
        rule = f" {'─' * room}" if room > 0 else ""
        self.write(self.text((words, f"bold {style}"), (rule, style)))

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def _writable(self, words: str) -> str:
        if not self._ascii:
            return words
        return words.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
