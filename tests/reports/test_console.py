"""The console: never wider than it may be, never in the host's own hand."""

import re
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from kenshin.model.assessment import Assessment
from kenshin.model.escape import show
from kenshin.model.finding import Kind
from kenshin.reports import console
from tests.reports.golden import NAMES, screen, stored
from tests.reports.strategies import assessments, concealing

STYLE = re.compile(r"\x1b\[[0-9;]*m")


def coloured(assessment: Assessment, no_color: bool = False) -> str:
    written = StringIO()
    terminal = Console(
        file=written, width=80, force_terminal=True, color_system="truecolor", no_color=no_color
    )
    console.render(assessment, terminal)
    return written.getvalue()


@settings(max_examples=60, deadline=None)
@given(assessments, st.integers(10, 120))
def test_no_line_is_wider_than_the_console(assessment: Assessment, width: int) -> None:
    for line in screen(assessment, width).split("\n"):
        assert cell_len(line) <= width
        assert line == line.rstrip()
        assert not concealing(line)


@settings(max_examples=30, deadline=None)
@given(assessments)
def test_a_terminal_gets_styles_and_nothing_else_of_control(assessment: Assessment) -> None:
    bare = STYLE.sub("", coloured(assessment))
    assert bare == screen(assessment)
    assert coloured(assessment, no_color=True) == bare


@pytest.mark.parametrize("name", NAMES)
def test_colour_only_where_it_is_wanted(name: str) -> None:
    assert "\x1b[" in coloured(stored(name))
    assert "\x1b" not in coloured(stored(name), no_color=True)
    assert "\x1b" not in screen(stored(name))


def test_no_color_of_the_environment_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    written = StringIO()
    console.render(stored("compromised"), Console(file=written, width=80, force_terminal=True))
    assert "\x1b" not in written.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_comes_first_and_no_colour_calls_it_good(name: str) -> None:
    first = coloured(stored(name)).split("\n", 1)[0]
    assert name.replace("_", " ").upper() in first
    assert "32m" not in first


def test_every_finding_shows_its_place_and_line() -> None:
    assessment = stored("compromised")
    shown = re.sub(r"\s+│?\s*", "", screen(assessment))
    for finding in assessment.findings:
        place = finding.origin.path if finding.kind is Kind.UNEXPLAINED else str(finding.origin)
        assert show(place) in shown
        assert re.sub(r"\s+", "", show(finding.text[:30])) in shown


def test_an_ascii_console_is_written_in_ascii() -> None:
    raw = BytesIO()
    file = TextIOWrapper(raw, encoding="ascii")
    console.render(stored("compromised"), Console(file=file, width=80))
    file.flush()
    assert raw.getvalue().startswith(b"| COMPROMISED -- somebody has broken into")


def test_long_lists_say_how_much_is_left_out() -> None:
    shown = screen(stored("suspicious"))
    assert "and 4 more lines; see them all with: --format json" in shown
    assert "and 5 more holes; see them all with: --format json" in shown
