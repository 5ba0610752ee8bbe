import inspect

import pytest

from kenshin.model import errors
from kenshin.model.errors import KenshinError, ManifestError

EVERY = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KenshinError("went wrong"), "went wrong"),
        (KenshinError("went wrong", "a.toml"), "a.toml: went wrong"),
        (ManifestError("went wrong", "a.toml", "Do this"), "a.toml: went wrong\n  Do this"),
        (KenshinError("went wrong", remedy="Do this"), "went wrong\n  Do this"),
    ],
)
def test_an_error_says_where_and_what_to_do(error: KenshinError, said: str) -> None:
    assert str(error) == said


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_is_ours_and_says_when_it_comes(kind: type[Exception]) -> None:
    assert issubclass(kind, KenshinError)
    assert kind.__doc__
