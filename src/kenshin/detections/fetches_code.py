"""A start-up line that runs what it fetches from the network."""

from collections.abc import Iterator, Mapping

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.model.origin import Origin
from kenshin.shell.act import Connect, Feed, Fetch
from kenshin.shell.command import Command

DOWNLOADERS = frozenset(("curl", "wget", "fetch", "aria2c", "lwp-download", "lynx"))


def matches(case: Case) -> Iterator[Match]:
    """Lines in which an interpreter executes data that came over the network, also by way of a file."""
    commands = list(case.commands)
    stored = _stored(commands)
    started = {path: command.origin for command in commands for path in command.programs}
    for command in commands:
        fed = [act for act in command.acts if isinstance(act, Feed) and _from_network(act)]
        if any(isinstance(act, Connect) and act.interactive for act in command.acts):
            continue  # a shell bound to the network is another question
        if fed:
            chain = " | ".join(fed[0].how)
            summary = f"it fetches code from the network and runs it with {fed[0].interpreter}"
            urls = dict.fromkeys((*_urls(command), *_urls_of_files(command, fed, stored)))
            yield on(command, Grade.STRONG, summary, f"chain: {chain}", *(f"from: {url}" for url in urls))
        else:
            yield from _run_elsewhere(command, started)


def _from_network(act: Feed) -> bool:
    """Whether its source is the network, or the output of a downloader whose address a file holds."""
    return "network" in act.source or (not act.source and not DOWNLOADERS.isdisjoint(act.how))


def _fetches(command: Command) -> Iterator[Fetch]:
    return (act for act in command.acts if isinstance(act, Fetch))


def _urls(command: Command) -> Iterator[str]:
    return (url for act in _fetches(command) for url in act.urls)


def _stored(commands: list[Command]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The addresses by the script that fetches and the file it writes."""
    return {
        (command.origin.path, act.to): act.urls for command in commands for act in _fetches(command) if act.to
    }


def _urls_of_files(
    command: Command, fed: list[Feed], stored: Mapping[tuple[str, str], tuple[str, ...]]
) -> Iterator[str]:
    for act in fed:
        yield from stored.get((command.origin.path, act.path or ""), ())


def _run_elsewhere(command: Command, started: Mapping[str, Origin]) -> Iterator[Match]:
    for act in _fetches(command):
        where = started.get(act.to or "")
        if where is not None and where != command.origin:
            summary = f"it fetches {act.to} from the network, which {where} runs"
            yield on(command, Grade.STRONG, summary, *(f"from: {url}" for url in act.urls))
            return


DETECTION = Detection(
    name="fetches_code",
    question="Does the host by itself run code that it fetches from the network?",
    attack=("T1105", "T1059.004"),
    remedy="Do not open the address. Keep the file, snapshot, reinstall: it may have changed anything.",
    matches=matches,
)
