import pytest

from kenshin.analysis.case import runs_of
from kenshin.model.attestation import Attestation, Scope, Strength
from kenshin.model.origin import Origin, Record
from kenshin.shell.command import Command
from tests.analysis.made import Says, case, command, word

LINE = Record(Origin("/etc/crontab", 1), "x")
FILE = Record(Origin("/etc/crontab"), "")


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ((), None),
        ((word("a", Strength.WEAK), word("b", Strength.FAIR), word("c", Strength.STRONG)), "c"),
        ((word("a", Strength.STRONG, Scope.PLACE), word("b", Strength.WEAK, Scope.CONTENT)), "b"),
        ((word("a"), word("b")), "a"),
    ],
)
def test_the_best_word_counts(words: tuple[Attestation, ...], best: str | None) -> None:
    found = case(authorities=[Says(given.authority, {"x": given}) for given in words]).attestation(LINE)
    assert (found.authority if found else None) == best


def test_each_authority_is_asked_once_about_a_line() -> None:
    authority = Says("packages")
    asked = case(authorities=[authority])
    for _ in range(3):
        asked.attestation(LINE)
        asked.attestation(Record(Origin("/etc/crontab", 1), "x"))
    asked.attestation(Record(Origin("/etc/crontab", 2), "x"))
    assert authority.heard == ["x", "x"]


def test_a_whole_file_is_asked_about_without_a_line() -> None:
    known = word("packages", scope=Scope.PLACE)
    asked = case(authorities=[Says("packages", {"": known}, {"": "it was changed"}), Says("vendors")])
    assert asked.word_for_file("/etc/crontab") is known
    assert asked.doubt_of_file("/etc/crontab") == "it was changed"


def test_doubts_are_told_together_or_who_was_asked() -> None:
    authorities = [
        Says("packages", doubts={"x": "it was changed"}),
        Says("vendors", doubts={"x": "it is not theirs"}),
    ]
    asked = case(authorities=authorities)
    assert asked.doubt(LINE) == "it was changed; it is not theirs"
    assert asked.doubt(FILE) == "none of those asked knows it (asked: packages, vendors)"
    assert asked.doubt_of_file("/etc/crontab") == ""


@pytest.mark.parametrize(("name", "spoke"), [("baseline", True), ("manifest", True), ("packages", False)])
def test_whether_the_owner_spoke(name: str, spoke: bool) -> None:
    assert case(authorities=[Says("vendors"), Says(name)]).owner_spoke is spoke


def test_a_file_is_what_a_path_ends_at() -> None:
    asked = case({"/a": {"link": "/b"}, "/b": "x", "/c": {"outcome": "absent"}})
    found = asked.file("/a")
    assert found is not None
    assert found.path == "/b"
    assert asked.file("/c") is None
    assert asked.file("/d") is None


def test_records_by_type_and_commands_by_what_they_run() -> None:
    first, second = (command("cron", "/etc/crontab", line, "x", "/a", "/a", "/b") for line in (1, 2))
    asked = case(records={"cron": [LINE, first], "at": [second]})
    assert list(asked.of(Command)) == list(asked.commands) == [first, second]
    assert runs_of([first, second]) == {"/a": [first, second], "/b": [first, second]}
