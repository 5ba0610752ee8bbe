"""The assessment as a JSON document, lossless; `schema/assessment-1.0.json` says what it holds."""

import json
import re

from kenshin.model.assessment import Answer, Assessment, Host, Line, Question, Verdict
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.errors import AssessmentError
from kenshin.model.escape import show
from kenshin.model.finding import Finding, Grade, Kind
from kenshin.model.origin import Origin
from kenshin.model.outcome import Outcome
from kenshin.reports.exact_text import member, members
from kenshin.reports.excerpt import excerpt
from kenshin.reports.listing import identities
from kenshin.reports.typed_json import REMEDY, JsonObject, as_object

_READABLE = re.compile(r"1\.[0-9]{1,4}")


def render(assessment: Assessment) -> str:
    """The document, in ASCII, ending in a newline."""
    names = identities(assessment.findings)
    document = {
        "schema_version": assessment.schema_version,
        **member("target", assessment.host.target),
        "host": _host(assessment.host),
        "verdict": assessment.verdict.value,
        "exit_code": assessment.verdict.exit_code,
        **member("reason", assessment.reason),
        "questions": {question.name: _question(question) for question in assessment.questions},
        "findings": [_finding(*pair) for pair in zip(names, assessment.findings, strict=True)],
        "coverage": _coverage(assessment.coverage),
        **members("authorities", assessment.authorities),
        "unexplained": [
            name
            for name, finding in zip(names, assessment.findings, strict=True)
            if finding.kind is Kind.UNEXPLAINED
        ],
    }
    return json.dumps(document, ensure_ascii=True, indent=2) + "\n"


def parse(text: str) -> Assessment:
    """The assessment that a document holds; what follows from the rest (ids, exit code) is not read.

    Errors: AssessmentError, with the place, when the text is not an assessment of a version that we read.
    """
    document = as_object(_loaded(text))
    version = document.text("schema_version")
    if not _READABLE.fullmatch(version):
        raise AssessmentError(
            "is of a version that this kenshin does not read",
            place="schema_version",
            remedy="Versions 1.x are read; take the kenshin that wrote the file.",
        )
    questions = document.child("questions")
    return Assessment(
        host=_read_host(document),
        verdict=document.choice("verdict", Verdict),
        reason=document.text("reason"),
        questions=tuple(_read_question(name, questions.child(name)) for name in questions.values),
        findings=tuple(_read_finding(finding) for finding in document.children("findings")),
        coverage=_read_coverage(document.child("coverage")),
        authorities=document.texts("authorities"),
        schema_version=version,
    )


def ids(assessment: Assessment) -> dict[str, Finding]:
    """Each finding by the id that it has in every report on this assessment."""
    return dict(zip(identities(assessment.findings), assessment.findings, strict=True))


def shown(finding: Finding) -> str:
    """A finding's place and line in one escaped line, to name it to a person."""
    return f"{show(str(finding.origin))}: {excerpt(finding.text, 200)}"


def _loaded(text: str) -> object:
    try:
        loaded: object = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise AssessmentError(f"is not JSON: {error.msg}", place=place, remedy=REMEDY) from None
    except (RecursionError, ValueError):  # nested too deep, a number of thousands of digits
        raise AssessmentError("is not an assessment", place="the document", remedy=REMEDY) from None
    return loaded


def _host(host: Host) -> dict[str, object]:
    return {
        **member("name", host.name),
        **member("system", host.system),
        **member("provider", host.provider),
        **member("moment", host.moment),
        **member("collector", host.collector),
        "live": host.live,
    }


def _read_host(document: JsonObject) -> Host:
    host = document.child("host")
    return Host(
        target=document.text("target"),
        name=host.text("name"),
        system=host.text("system"),
        provider=host.text("provider"),
        moment=host.text("moment"),
        collector=host.text("collector"),
        live=host.flag("live"),
    )


def _question(question: Question) -> dict[str, object]:
    return {
        "answer": question.answer.value,
        **member("sentence", question.sentence),
        "evidence": [_line(line) for line in question.evidence],
    }


def _read_question(name: str, question: JsonObject) -> Question:
    evidence = tuple(_read_line(line) for line in question.children("evidence"))
    return Question(name, question.choice("answer", Answer), question.text("sentence"), evidence)


def _line(line: Line) -> dict[str, object]:
    return {
        **member("path", line.path),
        "line": line.line,
        **member("text", line.text),
        "attestation": _attestation(line.attestation),
        **members("findings", line.findings),
    }


def _read_line(line: JsonObject) -> Line:
    return Line(
        path=line.text("path"),
        line=_read_line_number(line),
        text=line.text("text"),
        attestation=_read_attestation(line),
        findings=line.texts("findings"),
    )


def _finding(identity: str, finding: Finding) -> dict[str, object]:
    return {
        "id": identity,
        "fingerprint": finding.fingerprint,
        **member("detection", finding.detection),
        **member("artifact", finding.artifact),
        "kind": finding.kind.value,
        "grade": finding.grade.value,
        **member("path", finding.origin.path),
        "line": finding.origin.line,
        **member("view", finding.origin.view),
        **member("text", finding.text),
        **member("summary", finding.summary),
        **members("details", finding.details),
        **members("attack", finding.attack),
        "attestation": _attestation(finding.attestation),
        **member("nobody", finding.nobody),
        "sha256": finding.sha256,
        **member("remedy", finding.remedy),
    }


def _read_finding(finding: JsonObject) -> Finding:
    return Finding(
        detection=finding.text("detection"),
        kind=finding.choice("kind", Kind),
        grade=finding.choice("grade", Grade),
        origin=Origin(finding.text("path"), _read_line_number(finding), finding.text("view")),
        text=finding.text("text"),
        summary=finding.text("summary"),
        remedy=finding.text("remedy"),
        artifact=finding.text("artifact"),
        attack=finding.texts("attack"),
        details=finding.texts("details"),
        attestation=_read_attestation(finding),
        nobody=finding.text("nobody"),
        sha256=finding.text("sha256"),
    )


def _attestation(attestation: Attestation | None) -> dict[str, object] | None:
    if attestation is None:
        return None
    return {
        **member("authority", attestation.authority),
        **member("who", attestation.who),
        "strength": attestation.strength.value,
        "scope": attestation.scope.value,
        **member("note", attestation.note),
    }


def _read_attestation(owner: JsonObject) -> Attestation | None:
    if owner.empty("attestation"):
        return None
    attestation = owner.child("attestation")
    return Attestation(
        authority=attestation.text("authority"),
        who=attestation.text("who"),
        strength=attestation.choice("strength", Strength),
        scope=attestation.choice("scope", Scope),
        note=attestation.text("note"),
    )


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "full": coverage.full,
        "read": coverage.read,
        "absent": coverage.absent,
        "holes": [
            {
                **member("path", hole.path),
                "outcome": hole.outcome.value,
                **member("reason", hole.reason),
                **members("artifacts", hole.artifacts),
                "line": hole.line,
            }
            for hole in coverage.holes
        ],
    }


def _read_coverage(coverage: JsonObject) -> Coverage:
    holes = tuple(
        Hole(
            path=hole.text("path"),
            outcome=hole.choice("outcome", Outcome),
            reason=hole.text("reason"),
            artifacts=hole.texts("artifacts"),
            line=_read_line_number(hole),
        )
        for hole in coverage.children("holes")
    )
    return Coverage(coverage.number("read"), coverage.number("absent"), holes)


def _read_line_number(owner: JsonObject) -> int | None:
    return None if owner.empty("line") else owner.number("line")
