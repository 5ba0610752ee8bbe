"""A host we point at, by URI."""

from dataclasses import dataclass

from kenshin.model.errors import UsageError

SCHEMES = ("local", "root", "bundle")


@dataclass(frozen=True, slots=True)
class Target:
    """`local:`, `root:/mnt/disk` or `bundle:host.evidence`."""

    scheme: str
    value: str = ""

    def __str__(self) -> str:
        """The URI again."""
        return f"{self.scheme}:{self.value}"


def parse_target(uri: str) -> Target:
    """The target that a URI names.

    Errors: UsageError when the scheme is unknown, or the value is missing or not wanted.
    """
    scheme, colon, value = uri.partition(":")
    if not colon or scheme not in SCHEMES:
        raise UsageError(
            f"'{uri}' is not a target",
            remedy="Targets are local:, root:/mnt/disk and bundle:host.evidence",
        )
    if scheme == "local" and value:
        raise UsageError(
            f"'{uri}': local: takes nothing after the colon", remedy="For a directory use root:/path"
        )
    if scheme != "local" and not value:
        raise UsageError(f"'{uri}': {scheme}: needs a path after the colon")
    return Target(scheme, value)
