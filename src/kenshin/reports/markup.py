"""HTML built so that unescaped text cannot get in: only these functions make Markup."""

from collections.abc import Iterable
from html import escape
from typing import NewType

from kenshin.model.escape import show
from kenshin.reports.excerpt import excerpt

Markup = NewType("Markup", str)


def words(text: str) -> Markup:
    """Text of ours or of the host, harmless to the reader and to the browser."""
    return Markup(escape(show(text)))


def code(text: str, limit: int) -> Markup:
    """A line of the host as it stands, escaped and at most `limit` characters of it."""
    return element("code", Markup(escape(excerpt(text, limit))))


def element(name: str, *content: Markup, **attributes: str) -> Markup:
    """An element; of an attribute's name the last underscore falls away (`class_`), others become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(show(value))}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{''.join(content)}</{name}>")


def join(parts: Iterable[Markup], separator: str = "\n") -> Markup:
    """The parts one after another; the separator is text."""
    return Markup(escape(separator).join(parts))
