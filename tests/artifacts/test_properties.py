"""Any bytes where an artifact reads give records or unparsed lines, soon, and never an exception."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin import catalog
from kenshin.artifacts import cron, script
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.model.origin import Record
from tests.fakes import entry

PLACES = [
    (artifact, want.path.replace("**", "x").replace("*", "x"))
    for artifact in catalog.artifacts()
    for want in (artifact.wants or script.ARTIFACT.wants)
] + [(script.ARTIFACT, "/opt/x"), (script.ARTIFACT, "/opt/x.py")]
WORDS = r"""* * * * * root |@reboot |PATH=|#!/bin/sh|#!/usr/bin/env python|%|$(|`|'|"|<<X|;|{ |}|curl http://a.b/c|=|128|\\"""
PIECES = st.sampled_from(
    [*WORDS.encode().split(b"|"), b"| sh", b"vm.nr_hugepages", b"\n", b"\r", b"\0", b"\x1b[2K"]
)
CONTENTS = st.binary(max_size=200) | st.lists(PIECES, max_size=30).map(b"".join)
LONG = 200_000
SECONDS = 60.0  # of processor time: linear reading takes a few, a quadratic one never ends


def parsed(artifact: Artifact, path: str, data: bytes) -> list[Record | Unparsed]:
    found = entry(path, {"content": data.decode("utf-8", "surrogateescape"), "mode": 0o100755})
    return list(artifact.parse(Asked(path, found)))


@pytest.mark.parametrize(("artifact", "path"), PLACES, ids=[f"{a.name} {path}" for a, path in PLACES])
@settings(max_examples=15, deadline=None)
@given(data=CONTENTS)
def test_any_bytes_are_read(artifact: Artifact, path: str, data: bytes) -> None:
    for item in parsed(artifact, path, data):
        assert isinstance(item, Record | Unparsed)
        assert item.origin.line is None or 1 <= item.origin.line <= data.count(b"\n") + 1


@given(
    when=st.text(max_size=40)
    | st.lists(st.sampled_from("* 1 5-9 */2 0~3 jan mon 99 - ² @daily".split()), max_size=7).map(" ".join)
)
def test_any_schedule_is_taken_or_refused(when: str) -> None:
    words = cron.describe(when)
    assert words or not cron.is_schedule(when)


@pytest.mark.parametrize(
    "line",
    [
        b"A=x" + b" " * LONG + b"y",
        b" " * LONG,
        b"* " * LONG,
        b"* * * * * root /opt/x " + b"a" * LONG,
        b"* * * * * root sh" + b"%" * LONG,
        b"1," * LONG + b"1 * * * * root /opt/x",
        b"\x1b" * LONG,
        b"#!" + b" -x" * LONG,
        b"@daily root " + b"\\" * LONG,
    ],
    ids=lambda line: repr(line[:20]),
)
@pytest.mark.parametrize(
    ("artifact", "path"), [(cron.ARTIFACT, "/etc/cron.d/x"), (script.ARTIFACT, "/opt/x")]
)
def test_a_long_line_is_read_in_time(artifact: Artifact, path: str, line: bytes) -> None:
    started = time.process_time()
    parsed(artifact, path, line)
    assert time.process_time() - started < SECONDS
