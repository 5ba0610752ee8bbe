"""Any assessment that hypothesis can think of, the host's text odd in every way."""

import unicodedata

from hypothesis import strategies as st

from kenshin.model.assessment import Answer, Assessment, Host, Line, Question, Verdict
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome

QUESTIONS = ("rc_local", "crontab", "ld_so_preload", "hugepages")
TRICKS = (
    "\x1b[2J\x1b]0;title\x07",
    "[red]no[/] [link=http://example.net]x[/link] :bomb:",
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "\u202egpj.yppah\u2066",
    "a\tb\r\nc\x00d\x7f\x85",
    " " * 200 + "hidden",
    "検診" * 60,
    "e\u0301\u0301\u0301👩‍👩‍👧",
    "A" * 3000,
    "\\x1b \\(9 blanks)",
)

host_text = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=40).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    st.sampled_from(TRICKS),
)
# Surrogates that no decoding gives, and runs of them that would decode to something else.
any_text = st.one_of(host_text, st.text(st.characters(categories=["Cs", "Lu"]), max_size=5))
texts = st.lists(any_text, max_size=3).map(tuple)
line_number = st.none() | st.integers(0, 2**53 - 1)
attestation = st.none() | st.builds(
    Attestation, any_text, any_text, st.sampled_from(Strength), st.sampled_from(Scope), any_text
)
finding = st.builds(
    Finding,
    detection=host_text,
    kind=st.sampled_from(Kind),
    grade=st.sampled_from(Grade),
    origin=st.builds(Origin, host_text, line_number, any_text),
    text=host_text,
    summary=any_text,
    remedy=any_text,
    artifact=any_text,
    attack=texts,
    details=texts,
    attestation=attestation,
    nobody=any_text,
    sha256=st.from_regex(r"([0-9a-f]{64})?", fullmatch=True),
)
hole = st.builds(Hole, any_text, st.sampled_from(Outcome), any_text, texts, line_number)
line = st.builds(Line, any_text, line_number, any_text, attestation, texts)


def _question(name: str) -> st.SearchStrategy[Question]:
    answers = st.sampled_from(Answer)
    return st.builds(Question, st.just(name), answers, any_text, st.lists(line, max_size=2).map(tuple))


assessments = st.builds(
    Assessment,
    host=st.builds(Host, any_text, any_text, any_text, any_text, any_text, any_text, st.booleans()),
    verdict=st.sampled_from(Verdict),
    reason=any_text,
    questions=st.tuples(*map(_question, QUESTIONS)),
    findings=st.lists(finding, max_size=4).map(tuple),
    coverage=st.builds(
        Coverage, st.integers(0, 10**6), st.integers(0, 10**6), st.lists(hole, max_size=3).map(tuple)
    ),
    authorities=texts,
)


def concealing(text: str) -> set[str]:
    """The characters that steer a terminal, reorder or hide text."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")}
