"""Every detection answers soon on lines made to keep it busy."""

import time

import pytest

from tests.cases import case_of, parts

LONG = 100_000
SECONDS = 60.0  # of processor time: linear reading takes a few, a quadratic one never ends
LINES = {
    "a word without a dot": "a" * LONG,
    "dots": "a." * LONG,
    "at signs": "@" * LONG,
    "blanks": " " * LONG + "x",
    "a long path": "/opt" + "/.x" * LONG,
    "a base64 word": "QUJD" * LONG,
    "a long url": "curl http://" + "a" * LONG,
    "many options": "ssh" + " -N" * (LONG // 10),
    "a setuid mode that never comes": "chmod " + "ug" * LONG + " x",
}


@pytest.mark.parametrize("command", LINES.values(), ids=LINES)
def test_a_hostile_line_is_judged_in_time(command: str) -> None:
    host = {"/etc/cron.d/x": f"* * * * * root {command}\n* * * * * root x {command}\n"}
    case = case_of({"host": host}, parts()[0])
    slow = []
    for detection in parts()[1]:
        started = time.process_time()
        list(detection.judge(case))
        if time.process_time() - started > SECONDS:
            slow.append(detection.name)
    assert slow == []
