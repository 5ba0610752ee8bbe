"""A host read by our collector: this machine, or a disk mounted on it."""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from importlib import resources

from kenshin.evidence import bundle
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request
from kenshin.model.coverage import Hole
from kenshin.model.errors import BundleError, CollectorError
from kenshin.model.outcome import Outcome
from kenshin.transport.channel import Channel


@dataclass(slots=True)
class CollectedSource:
    """Sends the collector through a channel to read below `root`.

    `live` says that the root is that of a running host. `keep` is given every line of evidence as
    it comes (one header, then entries and problems), so that a bundle can be written beside.
    """

    channel: Channel
    root: str = "/"
    live: bool = True
    keep: Callable[[bytes], object] | None = None
    resolver: str | None = None
    _rounds: int = field(default=0, init=False)

    def collect(self, request: Request) -> Evidence:
        """See Source.collect. Only the first round may fail as a whole; a later one is a hole."""
        self._rounds += 1
        try:
            found = self._round(request)
        except CollectorError as error:
            if self._rounds == 1:
                raise
            reason = f"round {self._rounds} of the collection failed: {error.message}"
            found = Evidence(problems=(Hole(bundle.PLACE, Outcome.FAILED, reason),))
        for problem in found.problems:
            self._keep(bundle.problem_line(problem))
        return found

    def _round(self, request: Request) -> Evidence:
        task = program(self.root, self.live, request, self.resolver)
        try:
            with closing(self.channel.run(task)) as lines:
                return bundle.read(lines, self._keep_of_round)
        except BundleError as error:
            remedy = "Whatever starts with Python there must print nothing of its own"
            raise CollectorError("what the collector printed is not evidence", self.root, remedy) from error

    def _keep_of_round(self, line: bytes) -> None:
        if self._rounds == 1 or not line.startswith(b'{"kenshin_bundle"'):
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        if self.keep is not None:
            self.keep(line)


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
