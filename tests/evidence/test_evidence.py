"""What evidence gives by path and by want."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request, Want
from kenshin.model.coverage import Hole
from kenshin.model.outcome import Outcome


def of(*entries: Entry) -> Evidence:
    return Evidence(entries={(entry.path, entry.view): entry for entry in entries})


def file(path: str, data: bytes = b"x") -> Entry:
    return Entry(path, Outcome.READ, type=FileType.FILE, data=data)


def link(path: str, to: str, kind: FileType = FileType.LINK) -> Entry:
    return Entry(path, Outcome.READ, type=kind, to=to)


ALIAS = FileType.ALIAS
HOST = of(
    link("/etc/cron.d", "/opt/jobs", ALIAS),
    link("/lib", "/usr/lib"),
    link("/lib/systemd", "/usr/lib/systemd", ALIAS),
    Entry("/opt/jobs", Outcome.READ, type=FileType.DIRECTORY),
    file("/opt/jobs/one"),
    link("/opt/jobs/two", "/opt/jobs/one"),
    file("/opt/jobs-old/three"),
    file("/usr/lib/systemd/unit"),
    link("/dangling", ""),
    link("/a", "/b"),
    link("/b", "/a"),
)


def test_at_and_file() -> None:
    assert HOST.at("/etc/cron.d") == HOST.file("/opt/jobs")
    two = HOST.at("/opt/jobs/two")
    assert two is not None
    assert two.type is FileType.LINK
    assert HOST.file("/opt/jobs/two") == HOST.at("/opt/jobs/one")
    for nothing in ("/dangling", "/a", "/unasked"):
        assert HOST.file(nothing) is None
    assert HOST.at("/unasked") is None


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("/etc/cron.d/**", ["/etc/cron.d/one", "/etc/cron.d/two"]),
        ("/etc/cron.d/*", ["/etc/cron.d/one", "/etc/cron.d/two"]),
        ("/etc/cr*/t*", ["/etc/cron.d/two"]),
        ("/etc/cron.d/two", []),
        ("/opt/jobs/*", ["/opt/jobs/one", "/opt/jobs/two"]),
        ("/opt/**", ["/opt/jobs", "/opt/jobs-old/three", "/opt/jobs/one", "/opt/jobs/two"]),
        ("/lib/systemd/*", ["/lib/systemd/unit"]),
        ("/*/systemd/*", ["/lib/systemd/unit"]),
        ("/**/unit", ["/usr/lib/systemd/unit"]),
        ("/nothing/*", []),
    ],
)
def test_matching_follows_links_among_the_parents(pattern: str, paths: list[str]) -> None:
    found = list(HOST.matching(Want(pattern)))
    assert [path for path, _ in found] == paths
    assert all(entry.type not in (FileType.LINK, ALIAS) for _, entry in found)


def test_matching_gives_each_view() -> None:
    raw = Entry("/x", Outcome.ABSENT, view="raw")
    assert [entry.view for _, entry in of(file("/x"), raw).matching(Want("/x", views=("raw", "libc")))] == [
        "raw",
        "libc",
    ]


PARTS = some.lists(some.sampled_from(["a", "b", "ab", "*", "a*", "*b"]), min_size=1, max_size=3)
PATHS = some.lists(some.lists(some.sampled_from(["a", "b", "ab", "aab"]), min_size=1, max_size=3), max_size=6)


@given(PARTS, PATHS, some.booleans())
def test_matching_agrees_with_a_simple_match(parts: list[str], paths: list[list[str]], deep: bool) -> None:
    pattern = "/" + "/".join(parts) + "/**" * deep
    host = of(*(file("/" + "/".join(path)) for path in paths))
    simple = re.compile(pattern.replace("**", ".+").replace("*", "[^/]*"))
    found = [path for path, _ in host.matching(Want(pattern))]
    assert found == sorted(entry.path for entry in host if simple.fullmatch(entry.path))


def test_names_and_aliases() -> None:
    assert list(HOST.names("/opt/jobs/one")) == ["/opt/jobs/one", "/etc/cron.d/one"]
    assert list(HOST.names("/opt/jobs")) == ["/opt/jobs", "/etc/cron.d"]
    assert list(HOST.names("/opt/jobs-old/three")) == ["/opt/jobs-old/three"]
    assert HOST.is_aliased("/etc/cron.d/one")
    assert not HOST.is_aliased("/opt/jobs/two")


def test_merged_keeps_what_tells_more() -> None:
    hole = Hole("(bundle)", Outcome.CUT, "cut")
    first = of(file("/a", b"long"), file("/b", b"s"))
    later = Evidence(
        entries=of(file("/a", b"s"), file("/b", b"long"), file("/c")).entries,
        problems=(hole,),
        asked=frozenset(["/c"]),
    )
    both = first.merged(later)
    assert {entry.path: entry.data for entry in both} == {"/a": b"long", "/b": b"long", "/c": b"x"}
    assert (both.problems, both.asked, both.header) == ((hole,), frozenset(["/c"]), first.header)


def test_a_request_as_data() -> None:
    wants = (Want("/a/*", read=1, digest=2, text=True, select="x", otherwise="b", live=True), Want("/\udcff"))
    assert Request(wants).as_data()[0] == {
        "path": "/a/*",
        "read": 1,
        "digest": 2,
        "text": True,
        "select": "x",
        "otherwise": "b",
        "views": ["libc"],
    }
    assert (wants[0].exact, wants[1].exact) == (False, True)
    assert wants[1].matches("/\udcff")
