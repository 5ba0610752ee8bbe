"""A JSON object read with types: each member is what it should be, or the error names its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from kenshin.model.errors import AssessmentError
from kenshin.reports.exact_text import decoded

Choice = TypeVar("Choice", bound=StrEnum)
REMEDY = "The file must be as written by: kenshin scan --format json"
_LARGEST = 2**53 - 1  # what every JSON reader keeps exact


@dataclass(frozen=True, slots=True)
class JsonObject:
    """The members of one object, and its place in the document, e.g. `findings[3]`."""

    values: Mapping[str, object]
    place: str = ""

    def text(self, key: str) -> str:
        """A string; where `key_base64` is beside it, the exact text that it stands for."""
        value = self._member(key)
        if not isinstance(value, str):
            raise self.error(key, "a string")
        return _exact(self, key, value, self.values.get(f"{key}_base64"))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, each exact."""
        values = self._list(key)
        exact = self._list(f"{key}_base64") if f"{key}_base64" in self.values else [None] * len(values)
        if len(exact) != len(values):
            raise self.error(f"{key}_base64", f"as long as {key}")
        found = []
        for index, (value, encoded) in enumerate(zip(values, exact, strict=True)):
            if not isinstance(value, str):
                raise self.error(f"{key}[{index}]", "a string")
            found.append(_exact(self, f"{key}[{index}]", value, encoded))
        return tuple(found)

    def number(self, key: str) -> int:
        """A whole number from 0."""
        value = self._member(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise self.error(key, "a whole number from 0")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._member(key)
        if not isinstance(value, bool):
            raise self.error(key, "true or false")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """One of an enumeration."""
        value = self.text(key)
        try:
            return choices(value)
        except ValueError:
            raise self.error(key, "one of " + ", ".join(choices)) from None

    def child(self, key: str) -> "JsonObject":
        """The object that a member is."""
        return as_object(self._member(key), self._place(key))

    def empty(self, key: str) -> bool:
        """Whether a member is null."""
        return self._member(key) is None

    def children(self, key: str) -> tuple["JsonObject", ...]:
        """The objects that a list holds."""
        place = self._place(key)
        return tuple(as_object(value, f"{place}[{index}]") for index, value in enumerate(self._list(key)))

    def error(self, key: str, wanted: str) -> AssessmentError:
        """The error that says where a member is not what it should be."""
        return AssessmentError(f"must be {wanted}", place=self._place(key), remedy=REMEDY)

    def _list(self, key: str) -> list[object]:
        value = self._member(key)
        if not isinstance(value, list):
            raise self.error(key, "a list")
        return value

    def _member(self, key: str) -> object:
        if key not in self.values:
            raise AssessmentError("is missing", place=self._place(key), remedy=REMEDY)
        return self.values[key]

    def _place(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def as_object(value: object, place: str = "") -> JsonObject:
    """The value as an object with its place.

    Errors: AssessmentError when it is none.
    """
    if not isinstance(value, dict):
        raise AssessmentError("must be an object", place=place or "the document", remedy=REMEDY)
    return JsonObject(value, place)


def _exact(owner: JsonObject, key: str, shown: str, encoded: object) -> str:
    """The text that `shown` stands for: itself, or what is in base64 beside it."""
    if encoded is None:
        return shown
    try:
        exact = decoded(str(encoded), shown)
    except ValueError:
        raise owner.error(key, "accompanied by its bytes in base64") from None
    if exact is None:  # else a person could be shown one line and made to trust another
        raise owner.error(key, "the escaped form of the bytes in base64 beside it")
    return exact
