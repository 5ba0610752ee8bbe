"""What a database yields for each package it holds: the header's bytes, or why there are none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blob:
    """The header of one package as the database stores it, and its place there."""

    place: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Flaw:
    """A part of the database that could not be read or that contradicts the rest."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
