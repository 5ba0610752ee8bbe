"""From a target to the source that answers for it."""

from collections.abc import Callable
from pathlib import Path

from kenshin.model.errors import TargetError
from kenshin.model.target import Target
from kenshin.sources.archive import ArchiveSource
from kenshin.sources.collected import CollectedSource
from kenshin.sources.source import Source
from kenshin.transport.local import LocalChannel


def open_source(target: Target, keep: Callable[[bytes], object] | None = None) -> Source:
    """The source of a target; `keep` is given each line of evidence as it is collected.

    Errors: TargetError when there is nothing at the target.
    """
    if target.scheme == "bundle":
        path = Path(target.value)
        if not path.is_file():
            raise TargetError(
                "there is no such bundle", str(path), "Make one with: kenshin collect TARGET -o FILE"
            )
        return ArchiveSource(path)
    if target.scheme == "root":
        root = Path(target.value).absolute()
        if not root.is_dir():
            raise TargetError(
                "there is no such directory", str(root), "Mount the disk, read-only, and name its root"
            )
        return CollectedSource(LocalChannel(), str(root), live=False, keep=keep)
    return CollectedSource(LocalChannel(), keep=keep)
