"""The directory that everybody may reach, as the collector's tests have it."""

from tests.collector.conftest import public

__all__ = ["public"]
