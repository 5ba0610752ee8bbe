"""Whatever bytes stand where the host starts things, each detection answers, and soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import case_of, parts

PLACES = (
    "/etc/cron.d/x",
    "/var/spool/cron/root",
    "/etc/cron.daily/x",
    "/var/spool/at/a0000101c1a2b3",
    "/etc/rc.local",
    "/etc/ld.so.preload",
)
PIECES = (
    r"""* * * * * root |@reboot |#!/bin/sh\n|SHELL=|PATH=|BASH_ENV=/tmp/|chattr +ia |chmod 0 |rm -rf |> |\n|;
|systemctl stop |pkill -HUP |aegis| /usr/local/qcloud/| /var/log/wtmp|\x1b[01;31m|\x1b[|\r|\0|\u200d|\u202e|'
|/tmp/.x|-- MySQL dump |REDIS0009""".replace("\n", "")
    .encode()
    .decode("unicode-escape")
    .split("|")
)
CONTENTS = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
LONG = 60_000
SECONDS = 60.0  # of processor time: linear reading takes a few, a quadratic one never ends
LINES = {
    "colours that never end": "\x1b[" + "01" * LONG,
    "colours that go on": "\x1b[" + "01;" * LONG,
    "returns and blanks": "x" + "\r " * LONG,
    "joiners": "\u200d" * LONG,
    "an option": "chattr +" + "e" * LONG + " /x",
    "logs in logs": "rm " + "/log" * LONG,
    "dots in a name": "rm /x" + ".log-" * LONG,
    "stops": "pkill -9 aegis; " * (LONG // 16),
}


def host(content: str) -> dict[str, object]:
    encoded = content.encode("utf-8", "ignore").decode("utf-8")  # lone surrogates are no bytes
    return {path: {"content": encoded, "mode": 0o100755} for path in PLACES}


@settings(max_examples=40, deadline=None)
@given(content=CONTENTS)
def test_any_text_is_judged(content: str) -> None:
    case = case_of({"host": host(content)}, parts()[0])
    for detection in parts()[1]:
        for finding in detection.judge(case):
            assert finding.summary
            assert finding.detection == detection.name


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_long_line_is_judged_in_time(line: str) -> None:
    case = case_of(
        {"host": {"/etc/rc.local": {"content": f"#!/bin/sh\n/opt/x; {line}\n", "mode": 0o100755}}}, parts()[0]
    )
    slow = {}
    for detection in parts()[1]:
        started = time.process_time()
        list(detection.judge(case))
        slow[detection.name] = time.process_time() - started
    assert {name: seconds for name, seconds in slow.items() if seconds > SECONDS} == {}
