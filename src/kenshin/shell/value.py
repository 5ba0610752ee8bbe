"""Abstract values: text of which some pieces are unknown, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, replace

TEXT_LIMIT = 1 << 17
HOW_LIMIT = 12
NOWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Value:
    """Text as far as known; an unknown piece holds its source text instead."""

    pieces: tuple[tuple[str, bool], ...] = ()
    origins: frozenset[str] = NOWHERE
    how: tuple[str, ...] = ()
    path: str | None = None

    @property
    def text(self) -> str:
        """The text, unknown pieces as their source."""
        return "".join(piece for piece, _ in self.pieces)

    @property
    def known(self) -> bool:
        """Whether no piece is unknown."""
        return all(known for _, known in self.pieces)

    @property
    def plain(self) -> str | None:
        """The text when wholly known."""
        return self.text if self.known else None

    def via(self, step: str, *origins: str) -> Value:
        """Gives this value after one more step of processing."""
        how = self.how if self.how[-1:] == (step,) else (*self.how, step)[-HOW_LIMIT:]
        return replace(self, how=how, origins=self.origins | frozenset(origins))

    def with_text(self, text: str) -> Value:
        """Gives a known text with the origins of this value."""
        return replace(self, pieces=((text[:TEXT_LIMIT], True),))

    def hidden(self, source: str) -> Value:
        """Gives an unknown text, shown as its source, with the origins of this value."""
        return replace(self, pieces=((source, False),))


def literal(text: str) -> Value:
    """Gives a value wholly known."""
    return Value(((text, True),)) if text else Value()


def unknown(source: str, *origins: str, how: tuple[str, ...] = (), path: str | None = None) -> Value:
    """Gives a value of which only the source is known."""
    return Value(((source, False),), frozenset(origins), how, path)


def concatenate(values: list[Value]) -> Value:
    """Gives the values one after another, their origins together."""
    if len(values) == 1:
        return values[0]
    pieces: list[tuple[str, bool]] = []
    origins, how, path, size = NOWHERE, (), None, 0  # type: frozenset[str], tuple[str, ...], str | None, int
    for value in values:
        origins |= value.origins
        how += tuple(step for step in value.how if step not in how)
        path = path or value.path
        for piece, known in value.pieces:
            size += len(piece)
            if size > TEXT_LIMIT:
                break
            if known and pieces and pieces[-1][1]:
                pieces[-1] = (pieces[-1][0] + piece, True)
            else:
                pieces.append((piece, known))
    return Value(tuple(pieces), origins, how[:HOW_LIMIT], path)


def either(first: Value, second: Value) -> Value:
    """Gives what stands for a value that is one or the other: the one that tells more, origins of both."""
    chosen = second if second.text and (second.known or not first.known or not first.text) else first
    how = first.how + tuple(step for step in second.how if step not in first.how)
    return replace(
        chosen, origins=first.origins | second.origins, how=how[:HOW_LIMIT], path=chosen.path or first.path
    )
