"""A start-up line that stops or removes what protects the host."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Run, Stop, Write
from kenshin.shell.command import Command

_WORD = re.compile(r"[A-Za-z0-9_-]{4,}")
WEAKENED = ("setenforce 0", "ufw disable")
_REMOVED = frozenset(("rm", "chmod", "mv", "chattr", ">", "dd", "ln"))
_UNINSTALL = re.compile(r"(^|[/_-])uninst(all)?[\w.-]*$", re.IGNORECASE)


def matches(case: Case) -> Iterator[Match]:
    """Lines that stop, uninstall or delete a security agent, or switch the host's own defences off."""
    agents = {agent.lower() for agent in case.indicators["protection.agents"]}
    for command in case.commands:
        hit = sorted(set(_victims(command)) & agents)
        if hit:
            yield on(command, Grade.STRONG, f"it stops or removes what protects the host: {', '.join(hit)}")
        elif any(isinstance(act, Stop) and act.how in WEAKENED for act in command.acts):
            yield on(command, Grade.WEAK, "it switches the host's own defences off")


def _victims(command: Command) -> Iterator[str]:
    for act in command.acts:
        if isinstance(act, Stop):
            yield from _words(*act.what)
        elif isinstance(act, Write) and act.how in _REMOVED:
            yield from _words(act.path)
        elif isinstance(act, Run) and any(_UNINSTALL.search(word) for word in act.argv[:2]):
            yield from _words(*act.argv)


def _words(*texts: str) -> Iterator[str]:
    for text in texts:
        for word in _WORD.findall(text.replace(".service", "")):
            yield word.lower()


DETECTION = Detection(
    name="disables_protection",
    question="Does the host switch off what protects it?",
    attack=("T1562.001",),
    remedy="Ask the cloud's console whether the agent is online. Snapshot, reinstall, and let the agent be installed anew.",
    matches=matches,
)
