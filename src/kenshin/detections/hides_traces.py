"""A start-up line that removes the traces of logins and commands."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Act, Run, Stop, Write

_LOGINS = re.compile(
    r"/var/log/?\*?|/var/log/(wtmp|lastlog|auth\.log|secure|audit(/.*)?|journal(/.*)?)"
    r"|/(var/)?run/utmp|.*/\.(bash|zsh|sh|ash)_history"
)
# Logs that fill disks: who empties one keeps house, who deletes or diverts it does not want it written.
_NOISE = re.compile(r"/var/log/(btmp|messages|syslog|cron|cron\.log|maillog|mail\.log|faillog|tallylog)")
_HISTORY = ("history -c", "unset HISTFILE")
_EMPTYING = frozenset((">", "truncate", "cp", "dd"))
_DELETING = frozenset(("rm", "shred", "ln"))


def matches(case: Case) -> Iterator[Match]:
    """Lines that empty, delete or divert the logs of logins, or a user's history."""
    for command in case.commands:
        erased = next((said for act in command.acts if (said := _erased(act))), "")
        if erased:
            yield on(command, Grade.STRONG, f"it removes the traces of logins and commands: {erased}")


def _erased(act: Act) -> str:
    if isinstance(act, Write):
        logins, noise = _LOGINS.fullmatch(act.path), _NOISE.fullmatch(act.path)
        if (logins and act.how in _EMPTYING) or ((logins or noise) and act.how in _DELETING):
            return act.path
        if (logins or noise) and act.how == "chattr" and "i" in act.detail:  # +a is what protects a log
            return f"{act.path} (chattr {act.detail})"
    if isinstance(act, Stop) and act.how in _HISTORY:
        return act.how
    if isinstance(act, Run) and ("HISTFILE", "/dev/null") in act.environment:
        return "HISTFILE=/dev/null"
    return ""


DETECTION = Detection(
    name="hides_traces",
    question="Does the host by itself remove the traces of logins?",
    attack=("T1070.002", "T1070.003"),
    remedy="Ask for the logs that left the host (audit trail, log server); snapshot before more is lost.",
    matches=matches,
)
