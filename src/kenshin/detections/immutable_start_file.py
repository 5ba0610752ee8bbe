"""A start-up file that even root cannot change until an attribute is cleared."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.places import TEMPORARY, in_system_directory
from kenshin.evidence.entry import APPEND_ONLY, IMMUTABLE, Entry
from kenshin.model.attestation import Attestation, Scope
from kenshin.model.finding import Grade
from kenshin.shell.act import Write
from kenshin.shell.command import Command

_LOCKS = re.compile(r"[+=][A-Za-z]*[ia]")
# Who keeps accounts, logs or a site's settings from being changed hardens the host; who keeps these
# from being changed keeps what they start.
_STARTS = re.compile(
    r"/etc/(cron[^/]*(/.*)?|anacrontab|rc\.local|rc\.d(/.*)?|init\.d(/.*)?|inittab|profile(\.d/.*)?)"
    r"|/etc/(ld\.so\.preload|systemd/.*|sudoers(\.d/.*)?|bash\.bashrc)|/var/spool/(cron|at)(/.*)?"
    r"|/(usr/)?lib/systemd/.*|.*/\.ssh(/.*)?|.*/\.(bashrc|profile|bash_profile|zshrc)"
)
_FLAGS = {IMMUTABLE: "i", APPEND_ONLY: "a"}


def matches(case: Case) -> Iterator[Match]:
    """Lines of files with the immutable or append-only attribute, and lines that set it on such files."""
    told: set[str] = set()
    started = {program for command in case.commands for program in command.programs}
    for command in case.commands:
        for path, entry in _locked(case, command):
            if path not in told:
                told.add(path)
                flags = "".join(letter for flag, letter in _FLAGS.items() if entry.flags & flag)
                summary = f"{path} is protected against being cleaned"
                yield on(command, Grade.WEAK, summary, f"chattr +{flags} is set on it")
        for act in command.acts:
            if isinstance(act, Write) and act.how == "chattr" and _LOCKS.search(act.detail):
                kept = (
                    _STARTS.fullmatch(act.path)
                    or in_system_directory(act.path)
                    or act.path.startswith(TEMPORARY)
                )
                if (kept or act.path in started) and not _is_vouched(case.attestation(command)):
                    grade = Grade.STRONG if kept else Grade.WEAK
                    summary = f"it protects {act.path} by chattr {act.detail} against being cleaned"
                    yield on(command, grade, summary)
                    break


def _locked(case: Case, command: Command) -> Iterator[tuple[str, Entry]]:
    """The immutable files of one line, but for those whose content somebody vouches for."""
    for path in dict.fromkeys((command.origin.path, *command.programs)):
        entry = case.file(path)
        if entry is not None and entry.is_file and entry.immutable:
            of_line = path == command.origin.path and _is_vouched(case.attestation(command))
            if not of_line and not _is_vouched(case.word_for_file(entry.path)):
                yield path, entry


def _is_vouched(word: Attestation | None) -> bool:
    return word is not None and word.scope is Scope.CONTENT


DETECTION = Detection(
    name="immutable_start_file",
    question="Is a start-up file protected against its owner?",
    attack=("T1222.002",),
    remedy="See `lsattr`. Take a snapshot before clearing it (`chattr -ia`): a watching process may react.",
    matches=matches,
    overrules=True,
)
