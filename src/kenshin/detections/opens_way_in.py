"""A start-up line that lets somebody in past the host's own doors."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Run

_NUMERIC = re.compile(r"(?:[^@\s]*@)?\d{1,3}(?:\.\d{1,3}){3}")
_UNCHECKED = re.compile(r"StrictHostKeyChecking[= ](no|off)|UserKnownHostsFile[= ]/dev/null", re.IGNORECASE)
_REVERSE = re.compile(r"-[46AaCfgKkMNnqsTtVvXxYy]*R.*")
_VALUED = re.compile(r"-[46AaCfgKkNnqsTtVvXxYy]*[bcDEeFIiJLlMmOopQRSWw]")  # the next word is its value
_WHOLE_DISK = re.compile(r"(--volume=|-v)?/:/[^:]*(:rw.*)?|(--mount=)?type=bind,(source|src)=/,.*")
_ENGINES = frozenset(("docker", "podman", "nerdctl"))


def matches(case: Case) -> Iterator[Match]:
    """Lines that lead a port here from elsewhere, start a second sshd, or give a container the disk."""
    for command in case.commands:
        for run in command.runs:
            found = _tunnel(run) or _relay(run) or _second_sshd(run) or _container(run)
            if found:
                yield on(command, Grade.WEAK, found)
                break


def _tunnel(run: Run) -> str:
    """ssh -R to a peer that has no name, or that is not checked to be the right one."""
    if run.name not in ("ssh", "autossh"):
        return ""
    options, peer = _options_and_peer(run.argv[1:])
    careless = _UNCHECKED.search(" ".join(options))
    if not any(map(_REVERSE.fullmatch, options)) or not (careless or _NUMERIC.fullmatch(peer)):
        return ""
    return f"it leads a port of {peer}, which has no name or is not checked, to this host"


def _options_and_peer(words: tuple[str, ...]) -> tuple[list[str], str]:
    """The words before ssh's peer, and the peer; what follows it is a command for the other host."""
    options: list[str] = []
    for word in words:
        is_value = bool(options) and _VALUED.fullmatch(options[-1]) is not None
        if not word.startswith("-") and not is_value:
            return options, word
        options.append(word)
    return options, ""


def _relay(run: Run) -> str:
    """A remote of a tunnelling program, in the form of chisel: R:socks, R:2222:localhost:22."""
    given = [word for word in run.argv[1:] if re.fullmatch(r"R:(socks|[\w.:-]*\d)", word)]
    return f"it leads {given[0]} of another host to this one, by {run.name}" if given else ""


def _second_sshd(run: Run) -> str:
    if run.name not in ("sshd", "dropbear") or not any(
        word.startswith(("-p", "-o", "-f")) for word in run.argv[1:]
    ):
        return ""
    return f"it starts a second {run.name}: {' '.join(run.argv[1:])}"


def _container(run: Run) -> str:
    if run.name not in _ENGINES or not {"run", "create"} & set(run.argv[1:3]):
        return ""
    given = [word for word in run.argv if _WHOLE_DISK.fullmatch(word) and "readonly" not in word]
    return f"it gives a container the whole disk of this host ({given[0]})" if given else ""


DETECTION = Detection(
    name="opens_way_in",
    question="Does the host by itself let somebody in past its own doors?",
    attack=("T1572", "T1133"),
    remedy="Ask who needs this way in; if nobody does, note the peer and treat the host as broken into.",
    matches=matches,
)
