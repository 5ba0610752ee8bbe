"""One named question asked of a case."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kenshin.analysis.case import Case
from kenshin.model.attestation import Attestation, Scope
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin, Record
from kenshin.shell.command import Command


@dataclass(frozen=True, slots=True)
class Match:
    """A place that answers a detection's question, before anybody was asked to vouch for it.

    `attack` replaces the detection's own technique ids where one match is more precise.
    """

    origin: Origin
    text: str
    artifact: str
    grade: Grade
    summary: str
    details: tuple[str, ...] = ()
    kind: Kind = Kind.COMPROMISE
    attack: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """A question with its ATT&CK ids, what to do about an answer, and how to find the answers.

    A match whose line or file somebody vouches for stays silent. Where it `overrules`, the question
    is about something that a digest does not cover (who may write the file): then only the owner's
    manifest silences it, an answer to that very question.
    """

    name: str
    question: str
    attack: tuple[str, ...]
    remedy: str
    matches: Callable[[Case], Iterator[Match]]
    overrules: bool = False

    def judge(self, case: Case) -> Iterator[Finding]:
        """The findings on one case, each with who vouched or why nobody."""
        for match in self.matches(case):
            record = Record(match.origin, match.text)
            word = case.attestation(record)
            silencing = _owners_word(case, record) if self.overrules else word
            if silencing is not None and silencing.scope is Scope.CONTENT:
                continue
            entry = case.file(match.origin.path)
            yield Finding(
                detection=self.name,
                kind=match.kind,
                grade=match.grade,
                origin=match.origin,
                text=match.text,
                summary=match.summary,
                remedy=self.remedy,
                artifact=match.artifact,
                attack=match.attack or self.attack,
                details=match.details,
                attestation=word,
                nobody="" if word is not None else case.doubt(record),
                sha256=entry.sha256 if entry is not None else "",
            )


def _owners_word(case: Case, record: Record) -> Attestation | None:
    words = (authority.vouch(record) for authority in case.authorities if authority.name == "manifest")
    return next(filter(None, words), None)


def on(command: Command, grade: Grade, summary: str, *details: str, kind: Kind = Kind.COMPROMISE) -> Match:
    """A match on a line that starts code."""
    how = (
        (f"{command.trigger}, as {command.user}" if command.user else command.trigger,)
        if command.trigger
        else ()
    )
    idle = (f"not run as things stand: {command.idle}",) if command.idle else ()
    return Match(
        command.origin, command.text, command.artifact, grade, summary, (*how, *idle, *details), kind
    )
