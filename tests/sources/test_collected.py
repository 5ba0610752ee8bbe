"""A host read through a channel, whatever comes back through it."""

from collections.abc import Generator
from pathlib import Path

import pytest

from kenshin.evidence import bundle
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request, Want
from kenshin.model.errors import CollectorError, TargetError
from kenshin.model.outcome import Outcome
from kenshin.model.target import parse_target
from kenshin.sources.collected import CollectedSource, program
from kenshin.sources.open import open_source
from kenshin.transport.local import LocalChannel
from tests.evidence.strategies import HEADER, sealed

REQUEST = Request((Want("/x"),))


class FakeChannel:
    """Says one round after the other what it was told to say; an error is raised."""

    def __init__(self, *rounds: list[bytes] | CollectorError) -> None:
        self.rounds = list(rounds)

    def run(self, program: bytes) -> Generator[bytes, None, None]:
        """See Channel.run."""
        assert program.endswith(b")\n")
        said = self.rounds.pop(0)
        if isinstance(said, CollectorError):
            raise said
        yield from said


def entry(path: str, data: str = "") -> bytes:
    return f'{{"path":"{path}","view":"libc","outcome":"read","type":"file","data":"{data}"}}\n'.encode()


def kept_of(*rounds: list[bytes] | CollectorError) -> tuple[Evidence, Evidence]:
    """The evidence of all rounds, and that of the bundle that was kept beside."""
    seal = bundle.Seal()
    kept: list[bytes] = []
    source = CollectedSource(FakeChannel(*rounds), keep=lambda line: kept.append(seal.take(line)))
    found = source.collect(REQUEST)
    for _ in rounds[1:]:
        found = found.merged(source.collect(REQUEST))
    return found, bundle.read([*kept, seal.trailer()])


def test_rounds_are_kept_as_one_bundle() -> None:
    found, kept = kept_of(sealed([entry("/a", "long"), entry("/b")]), sealed([entry("/a"), entry("/c")]))
    assert kept == found
    assert kept.problems == ()
    assert {e.path: e.data for e in kept} == {"/a": b"long", "/b": b"", "/c": b""}


@pytest.mark.parametrize(
    "second",
    [
        [HEADER, entry("/c"), b'{"chunk":"half"}\n'],
        [HEADER, b"garbage\n", entry("/c")],
        sealed([entry("/c"), b"\xff\n"]),
        [HEADER],
        [b"Welcome to host!\n", *sealed([])],
        [],
        CollectorError("it broke", "here"),
    ],
)
def test_what_went_wrong_in_a_later_round_is_kept_too(second: list[bytes] | CollectorError) -> None:
    found, kept = kept_of(sealed([entry("/a")]), second, sealed([entry("/z", "whole")]))
    assert found.problems
    assert set(kept.problems) == set(found.problems)
    assert kept.entries == found.entries
    assert kept.entries[("/z", "libc")].data == b"whole"


@pytest.mark.parametrize("first", [[], [b"Welcome to host!\n"], CollectorError("it broke")])
def test_a_first_round_that_gives_nothing_is_an_error(first: list[bytes] | CollectorError) -> None:
    with pytest.raises(CollectorError):
        kept_of(first)


def test_the_collector_is_sent_with_the_request() -> None:
    sent = program("/r\udcff", True, Request((Want("/etc/'\"\\\n\udcff*"),)), "stepwise").decode("ascii")
    assert sent.startswith('"""')
    call = sent.rpartition("\nmain(")[2]
    assert "stepwise" in call
    assert call.count("\n") == 1


def test_a_collector_that_is_killed_leaves_what_it_had_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    task = program(str(tmp_path), False, Request((Want("/file"),)))
    task = task.replace(b"\nmain(", b"\nSeal.close = lambda self: time.sleep(60)\nmain(")
    found = bundle.read(LocalChannel(deadline=1.0).run(task))
    assert [hole.outcome for hole in found.problems] == [Outcome.CUT]
    assert found.entries[("/file", "libc")].data == b"here"


def test_targets_are_opened(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/x").write_text("here")
    disk = open_source(parse_target(f"root:{tmp_path}")).collect(Request((Want("/etc/x"),)))
    assert (disk.header.live, disk.header.name, [e.data for e in disk]) == (False, "", [b"here"])
    live = open_source(parse_target("local:")).collect(Request((Want("/proc/version"),)))
    assert (live.header.live, live.problems, live.header.name != "") == (True, (), True)


@pytest.mark.parametrize("uri", ["root:{}/none", "root:{}/file", "bundle:{}/none"])
def test_a_target_that_is_not_there_is_an_error(tmp_path: Path, uri: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TargetError, match="there is no such"):
        open_source(parse_target(uri.format(tmp_path)))
