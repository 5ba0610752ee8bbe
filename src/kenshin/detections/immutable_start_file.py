"""A start-up file that even root cannot change until an attribute is cleared."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Write


def matches(case: Case) -> Iterator[Match]:
    """Lines of files with the immutable or append-only attribute, and lines that set it on such files."""
    told: set[str] = set()
    for command in case.commands:
        for path in (command.origin.path, *command.programs):
            entry = case.file(path)
            if entry is not None and entry.is_file and entry.immutable and path not in told:
                told.add(path)
                yield on(command, Grade.WEAK, f"{path} is protected by chattr against being cleaned", f"flags {entry.flags:#x}")
        for act in command.acts:
            if isinstance(act, Write) and act.how == "chattr" and "+" in act.detail and act.path != "/etc/resolv.conf":
                yield on(command, Grade.STRONG, f"it protects {act.path} by chattr {act.detail} against being cleaned")
                break


DETECTION = Detection(
    name="immutable_start_file",
    question="Is a start-up file protected against its owner?",
    attack=("T1222.002",),
    remedy="See `lsattr`. Take a snapshot before clearing it (`chattr -ia`): a watching process may react.",
    matches=matches,
    overrules=True,
)
