"""A start-up line that binds a shell to the network."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Connect


def matches(case: Case) -> Iterator[Match]:
    """Lines that connect a program's input and output to a peer, or wait for one."""
    for command in case.commands:
        for act in command.acts:
            if isinstance(act, Connect) and act.interactive:
                peer = f"{act.host}:{act.port}" if act.port else act.host
                yield on(command, Grade.PROOF, f"it gives a shell to {peer} by {act.how}")
                break


DETECTION = Detection(
    name="reverse_shell",
    question="Does the host hand a shell to somebody on the network?",
    attack=("T1059.004", "T1071"),
    remedy="Cut the host's traffic to that address at the security group now, then snapshot and reinstall.",
    matches=matches,
)
