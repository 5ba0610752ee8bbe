"""A start-up line that removes the traces of logins and commands."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Act, Run, Stop, Write

_LOGS = re.compile(
    r"/var/log/?\*?|/var/log/(wtmp|btmp|lastlog|auth\.log|secure|audit(/.*)?|messages|syslog|cron|journal(/.*)?|faillog|tallylog|maillog)"
    r"|/(var/)?run/utmp|.*/\.(bash|zsh|sh|ash|mysql|python)_history"
)
_HISTORY = ("history -c", "unset HISTFILE")
_ERASING = frozenset((">", "rm", "truncate", "shred", "dd", "ln", "cp", "chattr"))


def matches(case: Case) -> Iterator[Match]:
    """Lines that empty, delete or divert the logs of logins, or a user's history."""
    for command in case.commands:
        erased = next((said for act in command.acts if (said := _erased(act))), "")
        if erased:
            yield on(command, Grade.STRONG, f"it removes the traces of logins and commands: {erased}")


def _erased(act: Act) -> str:
    if isinstance(act, Write) and act.how in _ERASING and _LOGS.fullmatch(act.path):
        return act.path
    if isinstance(act, Stop) and act.how in _HISTORY:
        return act.how
    if isinstance(act, Run) and ("HISTFILE", "/dev/null") in act.environment:
        return "HISTFILE=/dev/null"
    return ""


DETECTION = Detection(
    name="hides_traces",
    question="Does the host by itself remove the traces of logins?",
    attack=("T1070.002", "T1070.003"),
    remedy="Ask for the logs that left the host (the cloud's audit trail, a log server); snapshot before anything else is lost.",
    matches=matches,
)
