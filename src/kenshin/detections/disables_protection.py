"""A start-up line that stops or removes what protects the host."""

import re
from collections.abc import Iterable, Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade, Kind
from kenshin.shell.act import Act, Run, Stop, Write
from kenshin.shell.command import Command

_WORD = re.compile(r"[A-Za-z0-9_-]{4,}")
_UNINSTALL = re.compile(r"(^|[/_-])uninst(all)?[\w.-]*$", re.IGNORECASE)
# What an agent leaves behind and others tidy up: its logs, locks, caches and lists.
_LEAVINGS = re.compile(
    r"/(tmp|run|proc|var/(log|cache|run|lock|spool|tmp|backups))/.*"
    r"|.*/(logs?|cache|tmp|archives|backups?)(/.*)?"
    r"|.*\.(log|pid|sock|lock|tmp|bak|old|orig|gz|tgz|zip|db|new|cvd|cld|json|txt)([.-].*)?"
)
_SETTINGS = re.compile(r"(?!/etc/(init\.d|systemd|cron)).*/(etc|conf(\.d)?)/.*")
_NOT_EXECUTABLE = re.compile(r"[0-7]?[0246]{3}|[ugoa]*-[rw]*x[rw]*")
_BRINGS_BACK = frozenset(("start", "restart", "try-restart", "reload", "run", "up", "install", "enable"))
_KILLERS = ("pkill", "killall", "skill", "kill")
_RELOADS = frozenset(("HUP", "USR1", "USR2", "1", "10", "12", "0"))
_BY_PATH = ("rm", "uninstall script")
_DEFENCES = ("setenforce 0", "ufw disable")


def matches(case: Case) -> Iterator[Match]:
    """Lines that stop, uninstall or delete a security agent; the host's own defences are an exposure."""
    agents = frozenset(agent.lower() for agent in case.indicators["protection.agents"])
    returning = _brought_back(case, agents)
    for command in case.commands:
        stopped = _named(agents, _stopped(command)) - returning.get(command.origin.path, set())
        hit = sorted(stopped | _named(agents, _removed(command)))
        if hit:
            yield on(command, Grade.STRONG, f"it stops or removes what protects the host: {', '.join(hit)}")
        elif any(isinstance(act, Stop) and act.how in _DEFENCES for act in command.acts):
            yield on(command, Grade.WEAK, "it switches the host's own defences off", kind=Kind.EXPOSURE)


def _brought_back(case: Case, agents: frozenset[str]) -> dict[str, set[str]]:
    """The agents that each file also starts: one that is stopped for a backup or an update comes back."""
    found: dict[str, set[str]] = {}
    for command in case.commands:
        for run in command.runs:
            if _BRINGS_BACK.intersection(run.argv[1:]):
                found.setdefault(command.origin.path, set()).update(_named(agents, run.argv))
    return found


def _stopped(command: Command) -> Iterator[str]:
    told = {word for run in command.runs if _only_signals(run) for word in run.argv}
    for act in command.acts:
        if isinstance(act, Stop) and act.how not in _BY_PATH:
            yield from (name for name in act.what if act.how not in _KILLERS or name not in told)


def _only_signals(run: Run) -> bool:
    """Whether a process is only told to read its settings or to reopen its log."""
    if run.name not in _KILLERS or len(run.argv) < 3 or not run.argv[1].startswith("-"):
        return False
    signal = run.argv[2] if run.argv[1] in ("-s", "--signal") else run.argv[1].lstrip("-")
    return signal.removeprefix("SIG") in _RELOADS


def _removed(command: Command) -> Iterator[str]:
    for act in command.acts:
        if isinstance(act, Run) and any(_UNINSTALL.search(word) for word in act.argv[:2]):
            yield from act.argv
        path = _taken_away(act)
        if path and not _LEAVINGS.fullmatch(path):
            yield path


def _taken_away(act: Act) -> str:
    """The path that is deleted, moved away, overwritten or made unusable, or nothing."""
    if isinstance(act, Stop):
        return act.what[0] if act.how in _BY_PATH and act.what else ""
    if not isinstance(act, Write):
        return ""
    if act.how == "mv":
        return act.detail.partition(" ")[0]
    if act.how in ("rm", "shred", "unlink", "chattr"):
        return act.path
    if act.how == "chmod" and not _NOT_EXECUTABLE.fullmatch(act.detail):
        return ""
    return act.path if act.how in (">", "dd", "ln", "chmod") and not _SETTINGS.fullmatch(act.path) else ""


def _named(agents: frozenset[str], texts: Iterable[str]) -> frozenset[str]:
    words = (word.lower() for text in texts for word in _WORD.findall(text.replace(".service", "")))
    return agents.intersection(words)


DETECTION = Detection(
    name="disables_protection",
    question="Does the host switch off what protects it?",
    attack=("T1562.001",),
    remedy="Ask the cloud's console whether the agent is online. Snapshot and reinstall, the agent as well.",
    matches=matches,
)
