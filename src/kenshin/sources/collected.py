"""A host read by our collector: this machine, or a disk mounted on it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources

from kenshin.evidence import bundle
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request
from kenshin.transport.channel import Channel


@dataclass(slots=True)
class CollectedSource:
    """Sends the collector through a channel to read below `root`.

    `live` says that the root is that of a running host. `keep` is given every line of evidence as
    it comes (one header, then entries), so that a bundle can be written beside.
    """

    channel: Channel
    root: str = "/"
    live: bool = True
    keep: Callable[[bytes], object] | None = None
    resolver: str | None = None
    _rounds: int = field(default=0, init=False)

    def collect(self, request: Request) -> Evidence:
        """See Source.collect."""
        lines = self.channel.run(program(self.root, self.live, request, self.resolver))
        self._rounds += 1
        return bundle.read(self._kept(lines))

    def _kept(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines):
            repeated = number == 0 and self._rounds > 1
            if self.keep is not None and not repeated and not bundle.is_trailer(line):
                self.keep(line)
            yield line


def program(root: str, live: bool, request: Request, resolver: str | None = None) -> bytes:
    """The collector with a call of its main function that carries the request."""
    source = resources.files("kenshin.collector").joinpath("collect.py").read_bytes()
    task = {
        "root": root,
        "live": live,
        "collector": hashlib.sha256(source).hexdigest(),
        "resolver": resolver,
        "wants": request.as_data(),
    }
    return source + f"\nmain({json.dumps(task)!r})\n".encode("ascii")
