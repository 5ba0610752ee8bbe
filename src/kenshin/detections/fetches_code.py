"""A start-up line that runs what it fetches from the network."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Connect, Feed, Fetch


def matches(case: Case) -> Iterator[Match]:
    """Lines in which an interpreter executes data that came over the network."""
    for command in case.commands:
        fed = [act for act in command.acts if isinstance(act, Feed) and "network" in act.source]
        if not fed or any(isinstance(act, Connect) and act.interactive for act in command.acts):
            continue  # a shell bound to the network is another question
        urls = dict.fromkeys(url for act in command.acts if isinstance(act, Fetch) for url in act.urls)
        chain = " | ".join(fed[0].how)
        summary = f"it fetches code from the network and runs it with {fed[0].interpreter}"
        yield on(command, Grade.STRONG, summary, f"chain: {chain}", *(f"from: {url}" for url in urls))


DETECTION = Detection(
    name="fetches_code",
    question="Does the host by itself run code that it fetches from the network?",
    attack=("T1105", "T1059.004"),
    remedy="Do not open the address. Keep this file, take a snapshot, and reinstall: the code may have changed anything.",
    matches=matches,
)
