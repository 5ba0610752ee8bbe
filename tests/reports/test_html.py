"""The page: one file, no script, no network, and nothing of the host's that a browser would obey."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from kenshin.model.assessment import Assessment
from kenshin.model.origin import Origin
from kenshin.reports import html
from tests.reports.golden import NAMES, reports, stored
from tests.reports.strategies import assessments, concealing

VOID = {"meta"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article"),
    *("h1", "h2", "h3", "p", "span", "strong", "small", "ul", "ol", "li", "dl", "dt", "dd", "a"),
    *("pre", "code", "mark", "table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href"),
    *("scope", "tabindex", "aria-labelledby"),
}


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.content: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.content.append((self.opened[-1] if self.opened else "", data))

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.attributes if known == name]

    def text(self, tag: str) -> str:
        return "".join(data for place, data in self.content if place == tag)


def harmless(text: str) -> Page:
    page = Page(text)
    assert page.opened == []
    assert page.tags <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"#F-[0-9a-f]{8}(-[0-9]+)?", link) for link in page.values("href"))
    assert {link[1:] for link in page.values("href")} <= set(page.values("id"))
    assert len(page.values("id")) == len(set(page.values("id")))
    style = page.text("style")
    assert not re.search(r"url\(|@import|http|expression", style)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; " in page.values("content")[0]
    return page


@settings(max_examples=40, deadline=None)
@given(assessments)
def test_no_assessment_gets_a_hold_of_the_page(assessment: Assessment) -> None:
    contexts = {
        finding.origin: ((finding.origin.line or 0, finding.text), (7, assessment.reason))
        for finding in assessment.findings
    }
    text = html.render(assessment, contexts)
    harmless(text)
    assert not concealing(text.replace("\n", ""))


@pytest.mark.parametrize("name", NAMES)
def test_golden_pages_are_harmless_and_name_the_verdict(name: str) -> None:
    page = harmless(reports(name)[f"{name}.html"])
    assert page.text("strong") == name.replace("_", " ").upper()
    assert ("lang", "en") in page.attributes


def test_the_accused_line_is_marked_among_its_neighbours() -> None:
    text = reports("compromised")["compromised.html"]
    assert '<span class="number">71</span><mark><code>vm.nr_hugepages=128</code></mark>' in text
    assert r"#\tkept &lt;b&gt;off&lt;/b&gt; \xff\x1b[31m" in text


def test_lines_around_another_place_are_not_shown() -> None:
    finding = stored("compromised").findings[0]
    text = html.render(stored("compromised"), {finding.origin: ((1, "from elsewhere"),)})
    assert "from elsewhere" not in text
    assert html.render(stored("compromised"), {Origin("/x"): ()}) == html.render(stored("compromised"))
