"""From a source to records, in rounds: a script that runs a script is read as well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from kenshin.evidence import gather as module
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.gather import Gathered, gather
from kenshin.evidence.request import Request, Want
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome
from tests.fakes import FakeSource, host


def parse(asked: Asked) -> Iterator[Record | Unparsed]:
    """Each line is a record of the path that it names; a question mark is not understood."""
    for number, line in enumerate(asked.entry.text.splitlines(), 1):
        origin = Origin(asked.path, number)
        yield Unparsed(origin, line, "what?") if line == "?" else Record(origin, line)


def more(_: Evidence, records: Sequence[Record]) -> Iterable[Want]:
    return [Want(record.text) for record in records]


SCRIPT = Artifact("script", (Want("/start"),), parse, more)


class OneByOne(FakeSource):
    """Answers no more than was asked for, as a real source does."""

    def collect(self, request: Request) -> Evidence:
        whole = super().collect(request)
        kept = {key: e for key, e in whole.entries.items() if any(w.matches(e.path) for w in request.wants)}
        return replace(whole, entries=kept)


def gathered(files: Mapping[str, object], *artifacts: Artifact) -> Gathered:
    return gather(OneByOne(host(files)).collect, artifacts or (SCRIPT,), (Want("/extra"),))


def test_what_a_record_names_is_read_in_a_later_round() -> None:
    found = gathered({"/start": "/one\n/none\n", "/one": "/two\n", "/two": "?\n", "/extra": "x"})
    assert [record.text for record in found.records] == ["/one", "/none", "/two"]
    assert [(item.origin, item.text) for item in found.unparsed] == [(Origin("/two", 1), "?")]
    assert {want.path for want in found.asked["script"]} == {"/start", "/one", "/none", "/two"}
    assert found.evidence.file("/extra") is not None


def test_a_chain_without_end_is_a_hole() -> None:
    found = gathered(
        {f"/{name}": f"/{after}\n" for name, after in zip("start a b c d e".split(), "abcdef", strict=True)}
    )
    assert [record.text for record in found.records] == ["/a", "/b", "/c", "/d"]
    [left] = found.unparsed
    assert (left.origin.path, "it and 0 more" in left.reason) == ("/d", True)


def test_too_many_names_are_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WANTS_PER_ROUND", 2)
    found = gathered({"/start": "/1\n/2\n/3\n/4\n", "/1": "x"})
    assert {want.path for want in found.asked["script"]} >= {"/start", "/1", "/2"}
    assert found.unparsed[0].origin.path == "/3"


def test_each_artifact_parses_a_path_once_and_only_files_that_were_read() -> None:
    files = {
        "/d/file": "a\n",
        "/d/denied": {"outcome": "denied"},
        "/d/link": {"link": "file"},
        "/d/fifo": {"type": "fifo"},
    }
    twice = Artifact("twice", (Want("/d/*"), Want("/d/file")), parse)
    other = Artifact("other", (Want("/d/file"),), parse)
    found = gathered(files, twice, other)
    assert [record.origin.path for record in found.by_artifact["twice"]] == ["/d/file", "/d/link"]
    assert [record.origin.path for record in found.by_artifact["other"]] == ["/d/file"]


def test_a_cut_file_is_parsed_as_far_as_it_goes() -> None:
    found = gathered({"/start": {"content": "x\n", "outcome": "cut"}})
    assert [record.text for record in found.records] == ["x"]


ALIASED = Evidence(
    entries={
        (path, "libc"): Entry(
            path, Outcome.READ, type=kind, to=to, data=b"x\n" if kind is FileType.FILE else b""
        )
        for path, kind, to in (
            ("/etc/cron.d", FileType.ALIAS, "/opt/jobs"),
            ("/opt/jobs/one", FileType.FILE, ""),
            ("/lib/s", FileType.ALIAS, "/usr/lib/s"),
            ("/usr/lib/s/unit", FileType.FILE, ""),
        )
    }
)


@pytest.mark.parametrize(
    ("patterns", "paths"),
    [
        (["/etc/cron.d/*"], ["/etc/cron.d/one"]),
        (["/lib/s/*", "/usr/lib/s/*"], ["/usr/lib/s/unit"]),
        (["/lib/s/*"], ["/lib/s/unit"]),
    ],
)
def test_what_lies_behind_a_link_among_the_parents_is_parsed_once(
    patterns: list[str], paths: list[str]
) -> None:
    artifact = Artifact("any", tuple(map(Want, patterns)), parse)
    found = gather(lambda _: ALIASED, (artifact,), ())
    assert [record.origin.path for record in found.records] == paths


def test_records_are_completed_by_the_rest_of_the_evidence() -> None:
    def complete(evidence: Evidence, record: Record) -> Record:
        return replace(record, text=f"{record.text} {len(evidence.entries)}")

    found = gathered({"/start": "x\n"}, replace(SCRIPT, more=None, complete=complete))
    assert [record.text for record in found.records] == ["x 2"]
