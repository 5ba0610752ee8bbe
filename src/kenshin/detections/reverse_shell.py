"""A start-up line that binds a shell to the network."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Connect
from kenshin.shell.command import Command

_RELAYS = frozenset(("socat", "nc", "ncat", "netcat", "nc.traditional", "nc.openbsd"))
_SHELLS = frozenset(
    "sh bash dash ash zsh ksh fish csh tcsh busybox python python2 python3 perl ruby php lua script login "
    "su telnet".split()
)


def matches(case: Case) -> Iterator[Match]:
    """Lines that connect a program's input and output to a peer, or wait for one."""
    for command in case.commands:
        for act in command.acts:
            if isinstance(act, Connect) and act.interactive and _is_shell(command, act):
                peer = f"{act.host}:{act.port}" if act.port else act.host
                yield on(command, Grade.PROOF, f"it gives a shell to {peer} by {act.how}")
                break


def _is_shell(command: Command, act: Connect) -> bool:
    """Whether a relay binds a shell to the network, or something unknown; else it is an owner's service."""
    if act.how not in _RELAYS:
        return True
    return any(run.name in _SHELLS or "$" in run.name for run in command.runs)


DETECTION = Detection(
    name="reverse_shell",
    question="Does the host hand a shell to somebody on the network?",
    attack=("T1059.004", "T1071"),
    remedy="Cut the host's traffic to that address at the security group now, then snapshot and reinstall.",
    matches=matches,
)
