from dataclasses import replace
from typing import Any

import pytest

from kenshin.analysis.questions import TOPICS, questions
from kenshin.model.coverage import Coverage, Hole
from kenshin.model.finding import Grade, Kind
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome
from tests.analysis.made import Says, case, command, finding, word
from tests.beside import cases
from tests.cases import case_of, parts


@pytest.mark.parametrize("spec", cases(__file__))
def test_case(spec: dict[str, Any]) -> None:
    records: dict[str, list[Record]] = {}
    for artifact, *fields in spec.get("records", ()):
        records.setdefault(artifact, []).append(command(artifact, *fields))
    authority = Says("packages", {text: word("packages") for text in spec.get("vouched", ())})
    findings = [
        finding(
            Kind(kind), Grade(grade), artifact=artifact, origin=Origin(path, line), summary=f"{kind} {grade}"
        )
        for artifact, path, line, kind, grade in spec.get("findings", ())
    ]
    holes = tuple(Hole(path, Outcome.DENIED, "denied", tuple(names)) for path, names in spec.get("holes", ()))
    built = case(records=records, authorities=[authority])
    problems = tuple(Hole("(bundle)", Outcome.CUT, reason) for reason in spec.get("problems", ()))
    evidence = replace(built.evidence, problems=problems)
    built = replace(built, gathered=replace(built.gathered, evidence=evidence))
    asked = questions(built, findings, Coverage(holes=holes))
    answers = {
        question.name: [
            question.answer.value,
            question.sentence,
            [str(Origin(line.path, line.line)) for line in question.evidence],
        ]
        for question in asked
        if question.answer != "nothing"
    }
    assert answers == spec["answers"]


def test_there_are_four_questions_and_each_says_what_nothing_means() -> None:
    asked = questions(case(), [], Coverage())
    assert [(question.name, question.sentence) for question in asked] == [
        (topic.name, topic.nothing) for topic in TOPICS
    ]
    assert [topic.name for topic in TOPICS] == ["rc_local", "crontab", "ld_so_preload", "hugepages"]


def test_a_line_names_its_findings_and_its_voucher() -> None:
    odd = finding(origin=Origin("/etc/crontab", 2), text="a")
    known = word("packages")
    records = {"cron": [command("cron", "/etc/crontab", 2, "a"), command("cron", "/etc/crontab", 3, "b")]}
    asked = questions(case(records=records, authorities=[Says("packages", {"b": known})]), [odd], Coverage())
    lines = {line.line: (line.text, line.attestation, line.findings) for line in asked[1].evidence}
    assert lines == {2: ("a", None, (odd.fingerprint,)), 3: ("b", known, ())}


def test_a_record_that_is_not_shown_is_no_evidence() -> None:
    class Variable(Record):
        shown = False

    records = {"cron": [Variable(Origin("/etc/crontab", 1), "A=b")]}
    assert questions(case(records=records), [], Coverage())[1].evidence == ()


def test_thousands_of_lines_and_findings_are_answered_in_linear_time() -> None:
    count = 5000
    records = {"cron": [command("cron", "/etc/crontab", line, f"x{line}", "/opt/a") for line in range(count)]}
    findings = [finding(origin=Origin("/opt/a", line), artifact="script") for line in range(count)]
    answer = questions(case(records=records), findings, Coverage())[1]
    assert len(answer.evidence) == 2 * count


def test_huge_pages_name_the_program_that_uses_them() -> None:
    files = {
        "/etc/sysctl.d/30-postgresql.conf": "vm.nr_hugepages = 4400\n",
        "/etc/postgresql/15/main/postgresql.conf": "shared_buffers = 8GB\nhuge_pages = on\n",
    }
    pages = questions(case_of({"host": files}, parts()[0]), [], Coverage())[3]
    assert pages.answer == "explained"
    assert pages.sentence.startswith("1 setting, used by PostgreSQL 15/main")


def test_what_a_package_ships_and_cron_skips_is_no_job() -> None:
    files = {
        "/etc/cron.daily/.placeholder": {"content": "# keep\n", "package": "cron 1"},
        "/etc/cron.daily/backup": {"content": "#!/bin/sh\ntrue\n", "mode": 0o100755, "package": "backup 1"},
    }
    jobs = questions(case_of({"host": files}, parts()[0]), [], Coverage())[1]
    assert [line.path for line in jobs.evidence] == ["/etc/cron.daily/backup"]
