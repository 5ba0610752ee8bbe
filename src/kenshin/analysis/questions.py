"""The seed's four questions, answered from records and findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kenshin.analysis.case import Case, runs_of
from kenshin.analysis.hugepage_use import explanation
from kenshin.analysis.hugepages import huge_pages
from kenshin.model.assessment import Answer, Line, Question
from kenshin.model.coverage import Coverage
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.shell.command import Command


@dataclass(frozen=True, slots=True)
class Topic:
    """One question: the artifacts that it is about, and the words of its answers.

    `explanation` says who needs what is there, where that takes more than a word for each line.
    """

    name: str
    artifacts: tuple[str, ...]
    thing: str
    nothing: str
    explanation: Callable[[Case], str] = lambda _: ""


TOPICS = (
    Topic("rc_local", ("rc_local",), "command", "rc.local starts nothing"),
    Topic("crontab", ("cron", "at"), "job", "no job is scheduled"),
    Topic(
        "ld_so_preload",
        ("ld_preload", "environment", "loader_path"),
        "preload setting",
        "nothing is preloaded",
    ),
    Topic(
        "hugepages",
        ("hugepages",),
        "setting",
        "no huge pages are reserved",
        lambda case: explanation(case, huge_pages(case)),
    ),
)


def questions(case: Case, findings: Sequence[Finding], coverage: Coverage) -> tuple[Question, ...]:
    """The four answers, each with the lines it rests on."""
    led = _Leading(runs_of(list(case.commands)))
    return tuple(_question(topic, case, findings, coverage, led) for topic in TOPICS)


def _question(
    topic: Topic,
    case: Case,
    findings: Sequence[Finding],
    coverage: Coverage,
    led: "_Leading",
) -> Question:
    mine = [
        finding
        for finding in findings
        if finding.artifact in topic.artifacts or led.to(finding.origin.path).intersection(topic.artifacts)
    ]
    lines = _lines(topic, case, mine)
    against = sum(finding.kind is Kind.COMPROMISE for finding in mine)
    open_ = sum(finding.kind is Kind.UNEXPLAINED for finding in mine)
    unseen = [hole for hole in coverage.holes if set(topic.artifacts) & set(hole.artifacts)]
    unseen += case.evidence.problems  # what a damaged bundle lost may have been this
    if against:
        worst = _strongest(mine)
        answer = Answer.SUSPICIOUS if worst.grade is Grade.WEAK else Answer.COMPROMISE
        sentence = f"{_count(against, 'finding')} against it: {worst.summary}"
    elif open_:
        answer, sentence = (
            Answer.UNEXPLAINED,
            f"{open_} of {_count(len(lines), topic.thing)} nobody vouches for",
        )
    elif unseen:
        answer, sentence = Answer.UNKNOWN, f"not fully read: {unseen[0].path} ({unseen[0].reason})"
    elif lines:
        why = topic.explanation(case) or _vouched(lines)
        answer, sentence = Answer.EXPLAINED, f"{_count(len(lines), topic.thing)}, {why}"
    else:
        answer, sentence = Answer.NOTHING, topic.nothing
    return Question(topic.name, answer, sentence, lines)


class _Leading:
    """Which artifacts start a file: those of all the lines that lead to it, however far off."""

    def __init__(self, started: Mapping[str, Sequence[Command]]) -> None:
        self.started = started
        self.known: dict[str, frozenset[str]] = {}

    def to(self, path: str) -> frozenset[str]:
        """The names of the artifacts."""
        if path not in self.known:
            found, paths, seen = set[str](), [path], set[str]()
            while paths:
                file = paths.pop()
                if file not in seen:
                    seen.add(file)
                    found.update(command.artifact for command in self.started.get(file, ()))
                    paths += {command.origin.path for command in self.started.get(file, ())}
            self.known[path] = frozenset(found)
        return self.known[path]


def _lines(topic: Topic, case: Case, findings: Sequence[Finding]) -> tuple[Line, ...]:
    lines: dict[tuple[str, int | None], Line] = {}
    about: dict[tuple[str, int | None], tuple[str, ...]] = {}
    for finding in findings:
        key = (finding.origin.path, finding.origin.line)
        about[key] = (*about.get(key, ()), finding.fingerprint)
    for record in (r for name in topic.artifacts for r in case.gathered.by_artifact.get(name, ())):
        key = (record.origin.path, record.origin.line)
        word = case.attestation(record) if record.shown else None
        idle = isinstance(record, Command) and record.idle and word is not None
        if record.shown and not idle:  # a package's placeholder is no job
            lines[key] = Line(*key, record.text, word, about.get(key, ()))
    for finding in findings:
        key = (finding.origin.path, finding.origin.line)
        lines.setdefault(key, Line(*key, finding.text, finding.attestation, about[key]))
    return tuple(lines[key] for key in sorted(lines, key=lambda key: (key[0], key[1] or 0)))


def _vouched(lines: Sequence[Line]) -> str:
    known = sum(line.attestation is not None for line in lines)
    return "each vouched for" if known == len(lines) else f"{known} vouched for, nothing against the rest"


def _strongest(findings: Sequence[Finding]) -> Finding:
    return max(findings, key=lambda finding: (finding.kind is Kind.COMPROMISE, finding.grade.rank))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
