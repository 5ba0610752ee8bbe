"""The assessment as a tired engineer reads it in a terminal: the verdict first, what to do next last."""

from rich.console import Console

from kenshin.model.assessment import Answer, Assessment, Verdict
from kenshin.model.coverage import Hole
from kenshin.model.escape import show
from kenshin.model.finding import Grade, Kind
from kenshin.reports.excerpt import excerpt
from kenshin.reports.listing import Group, Listed, by_place, listing
from kenshin.reports.sheet import Sheet
from kenshin.reports.wording import (
    ANSWER_WORD,
    HOLE_WORD,
    KIND_TITLE,
    QUESTION_TITLE,
    VERDICT_WORD,
    asked,
    count,
    examination_facts,
    headline,
    host_facts,
    meaning,
    next_steps,
    seen,
    why_nobody,
)

# Never green: a good colour would say `clean`, and kenshin never says that.
_VERDICT_STYLE = {
    Verdict.COMPROMISED: "red",
    Verdict.LIKELY_COMPROMISED: "red",
    Verdict.SUSPICIOUS: "yellow",
    Verdict.INCONCLUSIVE: "magenta",
    Verdict.NO_EVIDENCE: "cyan",
}
_ANSWER_STYLE = {
    Answer.COMPROMISE: "bold red",
    Answer.SUSPICIOUS: "bold yellow",
    Answer.UNEXPLAINED: "bold yellow",
    Answer.EXPLAINED: "cyan",
    Answer.NOTHING: "cyan",
    Answer.UNKNOWN: "bold magenta",
}
_GRADE_STYLE = {Grade.PROOF: "bold white on red", Grade.STRONG: "bold red", Grade.WEAK: "bold yellow"}
_KIND_STYLE = {Kind.COMPROMISE: "red", Kind.UNEXPLAINED: "yellow", Kind.EXPOSURE: "blue"}
_MOST = {Kind.COMPROMISE: 100, Kind.UNEXPLAINED: 20, Kind.EXPOSURE: 20}
_MOST_HOLES = 15
_MOST_DETAILS = 12
_LINE, _TERSE_LINE = 400, 150  # characters of the host's own text
_FURTHER = "see them all with: --format json"
_QUIET = "dim"


def render(assessment: Assessment, console: Console) -> None:
    """Write the report to the console."""
    sheet = Sheet(console)
    _verdict(sheet, assessment)
    _questions(sheet, assessment)
    _findings(sheet, assessment, Kind.COMPROMISE)
    _terse(sheet, assessment, Kind.UNEXPLAINED)
    _findings(sheet, assessment, Kind.EXPOSURE)
    _unseen(sheet, assessment)
    _next(sheet, assessment)


def _verdict(sheet: Sheet, assessment: Assessment) -> None:
    style = _VERDICT_STYLE[assessment.verdict]
    bar = sheet.text(("┃ ", style))
    words = sheet.text(
        (VERDICT_WORD[assessment.verdict], f"bold reverse {style}"),
        (f" — {show(headline(assessment))}", "bold"),
    )
    sheet.write(words, bar, bar)
    for facts in (host_facts(assessment.host), examination_facts(assessment.host)):
        if facts:
            sheet.write(sheet.text((" · ".join(map(show, facts)), "")), bar, bar)


def _questions(sheet: Sheet, assessment: Assessment) -> None:
    sheet.heading("Four questions", "")
    for question in assessment.questions:
        title = QUESTION_TITLE.get(question.name, show(question.name))
        lead = sheet.text(
            (f"  {title:<14} ", "bold"),
            (f"{ANSWER_WORD[question.answer]:<12} ", _ANSWER_STYLE[question.answer]),
        )
        sheet.write(sheet.text((show(question.sentence), "")), lead)


def _findings(sheet: Sheet, assessment: Assessment, kind: Kind) -> None:
    listed = listing(assessment, kind)
    if not listed:
        return
    sheet.heading(KIND_TITLE[kind], _KIND_STYLE[kind], count(len(listed), "finding"))
    for number, one in enumerate(listed[: _MOST[kind]]):
        if number:
            sheet.blank()
        _finding(sheet, one)
    _more(sheet, len(listed) - _MOST[kind], "finding")


def _finding(sheet: Sheet, listed: Listed) -> None:
    finding = listed.finding
    lead = sheet.text(
        (f"  {listed.identity}  ", "bold"),
        (finding.grade.value.upper(), _GRADE_STYLE[finding.grade]),
        ("  ", ""),
    )
    sheet.write(sheet.text((show(str(finding.origin)), "bold")), lead, sheet.text(("      ", "")))
    gutter = sheet.text(("    │ ", _KIND_STYLE[finding.kind]))
    hang = sheet.text(("    │   ", _KIND_STYLE[finding.kind]))
    if finding.text:
        sheet.write(sheet.text((excerpt(finding.text, _LINE), "")), gutter, hang)
    sheet.write(sheet.text((show(finding.summary), "bold")), sheet.text(("    ", "")))
    for detail in finding.details[:_MOST_DETAILS]:
        sheet.write(sheet.text((excerpt(detail, _LINE), "")), sheet.text(("    · ", _QUIET)))
    _more(sheet, len(finding.details) - _MOST_DETAILS, "detail")
    _labelled(sheet, "ATT&CK", show(", ".join(finding.attack)))
    _labelled(sheet, "vouches", show(why_nobody(finding)))
    _labelled(sheet, "remedy", show(finding.remedy))


def _labelled(sheet: Sheet, label: str, words: str) -> None:
    if words:
        sheet.write(sheet.text((words, "")), sheet.text((f"    {label:<7}  ", _QUIET)))


def _terse(sheet: Sheet, assessment: Assessment, kind: Kind) -> None:
    listed = listing(assessment, kind)
    if not listed:
        return
    sheet.heading(KIND_TITLE[kind], _KIND_STYLE[kind], count(len(listed), "line"))
    for number, group in enumerate(by_place(listed[: _MOST[kind]])):
        if number:
            sheet.blank()
        _group(sheet, group)
    _more(sheet, len(listed) - _MOST[kind], "line")


def _group(sheet: Sheet, group: Group) -> None:
    sheet.write(sheet.text((show(group.path), "bold")), sheet.text(("  ", "")))
    sheet.write(sheet.text((show(group.summary), "")), sheet.text(("    ", "")))
    rows = [(one, _line_number(one)) for one in group.listed]
    named = max(len(one.identity) for one, _ in rows)
    numbered = max(len(number) for _, number in rows)
    for one, number in rows:
        lead = sheet.text((f"    {one.identity:<{named}}", "bold"), (f"{number:<{numbered}}  ", _QUIET))
        sheet.write(
            sheet.text((excerpt(one.finding.text, _TERSE_LINE), "")), lead, sheet.text(("      ", ""))
        )


def _line_number(listed: Listed) -> str:
    line = listed.finding.origin.line
    return "" if line is None else f"  line {line}"


def _unseen(sheet: Sheet, assessment: Assessment) -> None:
    holes = assessment.coverage.holes
    sheet.heading("Not seen", "magenta" if holes else "", count(len(holes), "hole") if holes else "nothing")
    for hole in holes[:_MOST_HOLES]:
        _hole(sheet, hole)
    _more(sheet, len(holes) - _MOST_HOLES, "hole")
    if holes:
        sheet.blank()
    for words in (seen(assessment.coverage), asked(assessment)):
        sheet.write(sheet.text((show(words), _QUIET)), sheet.text(("  ", "")))


def _hole(sheet: Sheet, hole: Hole) -> None:
    place = hole.path if hole.line is None else f"{hole.path}:{hole.line}"
    wanted = f" (for {', '.join(hole.artifacts)})" if hole.artifacts else ""
    words = sheet.text(
        (show(place), "bold"),
        (f"  {HOLE_WORD[hole.outcome]}: ", "magenta"),
        (show(f"{hole.reason}{wanted}"), ""),
    )
    sheet.write(words, sheet.text(("  ", "")), sheet.text(("      ", "")))


def _next(sheet: Sheet, assessment: Assessment) -> None:
    if meant := meaning(assessment):
        sheet.heading("What this means", "")
        for words in meant:
            sheet.write(sheet.text((words, "")), sheet.text(("  · ", _QUIET)))
    sheet.heading("What to do next", "")
    for number, step in enumerate(next_steps(assessment), start=1):
        sheet.write(sheet.text((show(step.words), "")), sheet.text((f"  {number:>2}. ", "bold")))
        if step.command:
            sheet.write(sheet.text((show(step.command), "bold")), sheet.text(("      ", "")))


def _more(sheet: Sheet, number: int, what: str) -> None:
    if number > 0:
        sheet.write(
            sheet.text((f"and {count(number, f'more {what}')}; {_FURTHER}", "italic")),
            sheet.text(("    ", "")),
        )
