"""The assessment as one HTML page: no network, no script; for screen, paper and screen reader."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from kenshin.model.assessment import Assessment, Line, Question
from kenshin.model.coverage import Hole
from kenshin.model.finding import Finding, Kind
from kenshin.model.origin import Origin
from kenshin.reports.listing import Group, Listed, by_place, listing, references
from kenshin.reports.markup import Markup, code, element, join, words
from kenshin.reports.wording import (
    ANSWER_WORD,
    HOLE_WORD,
    KIND_TITLE,
    QUESTION_TITLE,
    VERDICT_WORD,
    Step,
    asked,
    count,
    examination_facts,
    headline,
    host_facts,
    meaning,
    next_steps,
    seen,
    vouched,
    why_nobody,
)

Contexts = Mapping[Origin, tuple[tuple[int, str], ...]]
NO_CONTEXTS: Final[Contexts] = MappingProxyType({})
# Characters of the host's own text: of an accused line, of one beside it, of one under a question.
_LINE, _BESIDE, _BRIEF = 1_600, 400, 300
_NOTHING = Markup("")


def render(assessment: Assessment, contexts: Contexts = NO_CONTEXTS) -> str:
    """The page; `contexts` gives, for the origin of a finding, the numbered lines around it."""
    style = files("kenshin.reports").joinpath("page.css").read_text("utf-8")
    main = (
        _questions(assessment),
        _findings(assessment, Kind.COMPROMISE, contexts),
        _unexplained(assessment, contexts),
        _findings(assessment, Kind.EXPOSURE, contexts),
        _coverage(assessment),
        _next(assessment),
    )
    body = join((_header(assessment), element("main", join(part for part in main if part))))
    page = element(
        "html",
        _head(assessment, style),
        element("body", body, class_=assessment.verdict.value),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _head(assessment: Assessment, style: str) -> Markup:
    digest = b64encode(sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    name = assessment.host.name or assessment.host.target
    title = f"{VERDICT_WORD[assessment.verdict]}: {name} — kenshin"
    return element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        element("title", words(title)),
        element("style", Markup(style)),
    )


def _header(assessment: Assessment) -> Markup:
    verdict = element("strong", words(VERDICT_WORD[assessment.verdict]))
    facts = (host_facts(assessment.host), examination_facts(assessment.host))
    lines = (element("p", words(" · ".join(line)), class_="facts") for line in facts if line)
    sentence = element("span", words(headline(assessment)))
    return element("header", element("h1", verdict, Markup(" "), sentence), join(lines))


def _section(name: str, title: str, *content: Markup, note: str = "") -> Markup:
    aside = element("small", words(note)) if note else _NOTHING
    heading = element("h2", words(title), Markup(" "), aside, id=name)
    return element("section", heading, join(content), class_=name, aria_labelledby=name)


def _questions(assessment: Assessment) -> Markup:
    leads = references(assessment)
    return _section("questions", "Four questions", *(_question(one, leads) for one in assessment.questions))


def _question(question: Question, leads: Mapping[str, tuple[str, ...]]) -> Markup:
    title = element("h3", words(QUESTION_TITLE.get(question.name, question.name)))
    answer = element("span", words(ANSWER_WORD[question.answer]), class_=f"badge {question.answer.value}")
    sentence = element("p", answer, Markup(" "), words(question.sentence))
    lines = element("ul", join(_line(line, leads) for line in question.evidence), class_="lines")
    return element("article", title, sentence, lines if question.evidence else _NOTHING, class_="question")


def _line(line: Line, leads: Mapping[str, tuple[str, ...]]) -> Markup:
    place = element("span", words(str(Origin(line.path, line.line))), class_="place")
    voucher = element("span", words(f"vouches: {vouched(line.attestation)}"), class_="voucher")
    named = dict.fromkeys(identity for finding in line.findings for identity in leads.get(finding, ()))
    links = join((_link(identity) for identity in named), " ")
    return element("li", place, code(line.text, _BRIEF), element("small", voucher, Markup(" "), links))


def _link(identity: str) -> Markup:
    return element("a", words(identity), href=f"#{identity}")


def _findings(assessment: Assessment, kind: Kind, contexts: Contexts) -> Markup:
    listed = listing(assessment, kind)
    if not listed:
        return _NOTHING
    articles = (_finding(one, contexts) for one in listed)
    return _section(kind.value, KIND_TITLE[kind], *articles, note=count(len(listed), "finding"))


def _finding(listed: Listed, contexts: Contexts) -> Markup:
    finding = listed.finding
    grade = element("span", words(finding.grade.value.upper()), class_=f"badge {finding.grade.value}")
    identity = element("span", words(listed.identity), class_="identity")
    place = element("span", words(str(finding.origin)), class_="place")
    details = element("ul", join(element("li", code(detail, _LINE)) for detail in finding.details))
    return element(
        "article",
        element("h3", grade, Markup(" "), place, Markup(" "), identity),
        _text(finding, contexts),
        element("p", words(finding.summary), class_="summary"),
        details if finding.details else _NOTHING,
        _facts(finding),
        class_="finding",
        id=listed.identity,
    )


def _text(finding: Finding, contexts: Contexts) -> Markup:
    """The line itself, marked, among the lines around it where the caller gave them."""
    around = contexts.get(finding.origin, ())
    if finding.origin.line not in {number for number, _ in around}:
        around = ()
    if around:
        rows = (_row(number, text, number == finding.origin.line) for number, text in around)
        return element("pre", join(rows, ""), tabindex="0")
    if not finding.text:
        return _NOTHING
    return element("pre", _row(finding.origin.line, finding.text, hit=True), tabindex="0")


def _row(number: int | None, text: str, hit: bool) -> Markup:
    numbered = element("span", words("" if number is None else str(number)), class_="number")
    content = element("mark", code(text, _LINE)) if hit else code(text, _BESIDE)
    return element("span", numbered, content, class_="row")


def _facts(finding: Finding) -> Markup:
    facts = (
        ("ATT&CK", ", ".join(finding.attack)),
        ("vouches", why_nobody(finding)),
        ("remedy", finding.remedy),
        ("detection", finding.detection),
    )
    pairs = (element("dt", words(label)) + element("dd", words(fact)) for label, fact in facts if fact)
    return element("dl", join(map(Markup, pairs)))


def _unexplained(assessment: Assessment, contexts: Contexts) -> Markup:
    listed = listing(assessment, Kind.UNEXPLAINED)
    if not listed:
        return _NOTHING
    groups = (_group(group, contexts) for group in by_place(listed))
    title = KIND_TITLE[Kind.UNEXPLAINED]
    return _section(Kind.UNEXPLAINED.value, title, *groups, note=count(len(listed), "line"))


def _group(group: Group, contexts: Contexts) -> Markup:
    """One card; what is true of each of its lines is said once."""
    facts = dict.fromkeys(_facts(listed.finding) for listed in group.listed)
    shared = next(iter(facts)) if len(facts) == 1 else _NOTHING
    lines = (_asked_line(listed, contexts, told=bool(shared)) for listed in group.listed)
    return element(
        "article",
        element("h3", element("span", words(group.path), class_="place")),
        element("p", words(group.summary), class_="summary"),
        element("ul", join(lines), class_="lines"),
        shared,
        class_="finding",
    )


def _asked_line(listed: Listed, contexts: Contexts, told: bool) -> Markup:
    identity = element("span", words(listed.identity), class_="identity")
    facts = _NOTHING if told else _facts(listed.finding)
    return element("li", identity, _text(listed.finding, contexts), facts, id=listed.identity)


def _coverage(assessment: Assessment) -> Markup:
    holes = assessment.coverage.holes
    counts = element("p", words(f"{seen(assessment.coverage)} {asked(assessment)}"))
    note = count(len(holes), "hole") if holes else "nothing"
    return _section("unseen", "Not seen", _holes(holes) if holes else _NOTHING, counts, note=note)


def _holes(holes: tuple[Hole, ...]) -> Markup:
    columns = ("Place", "Outcome", "Reason", "Wanted for")
    head = element("tr", join(element("th", words(column), scope="col") for column in columns))
    rows = join(map(_hole, holes))
    caption = element("caption", words("Places that were not seen, and lines that were not understood"))
    return element("table", caption, element("thead", head), element("tbody", rows))


def _hole(hole: Hole) -> Markup:
    place = element("th", words(str(Origin(hole.path, hole.line))), scope="row")
    cells = (HOLE_WORD[hole.outcome], hole.reason, ", ".join(hole.artifacts))
    return element("tr", place, join(element("td", words(cell)) for cell in cells))


def _next(assessment: Assessment) -> Markup:
    meant = join(element("p", words(sentence)) for sentence in meaning(assessment))
    means = _section("means", "What this means", meant) if meant else _NOTHING
    steps = element("ol", join(map(_step, next_steps(assessment))))
    return join((means, _section("next", "What to do next", steps)))


def _step(step: Step) -> Markup:
    command = element("pre", element("code", words(step.command))) if step.command else _NOTHING
    return element("li", words(step.words), command)
