"""What goes wrong with an rpm database."""

from kenshin.model.errors import KenshinError


class RpmError(KenshinError):
    """Bytes that are not the rpm thing they were said to be."""


class BrokenHeaderError(RpmError):
    """One package header that cannot be read; the others of its database still can."""
