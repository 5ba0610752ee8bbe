"""A start-up line that fetches from where nobody can be named."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Fetch
from kenshin.shell.command import Command

_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([^/:\s]+)", re.IGNORECASE)


def matches(case: Case) -> Iterator[Match]:
    """Lines that fetch by way of Tor, a paste site or a throw-away tunnel."""
    relays = case.indicators["malware.relays"]
    for command in case.commands:
        relay = next((found for found in _relays(command, relays)), "")
        if relay:
            yield on(command, Grade.WEAK, f"it fetches from {relay}, where nobody can be held to account")


def _relays(command: Command, relays: tuple[str, ...]) -> Iterator[str]:
    for act in command.acts:
        if not isinstance(act, Fetch):
            continue
        for url in act.urls:
            found = _HOST.match(url)
            host = f".{found[1].lower()}" if found else ""
            if any(_is_at(host, relay) for relay in relays):
                yield host[1:]
        if act.proxy is not None and re.search(r":9050|:9150", act.proxy):
            yield f"{act.urls[0] if act.urls else 'somewhere'} through {act.proxy}"


def _is_at(host: str, relay: str) -> bool:
    """Whether a host, with a dot before it, is a relay's; one with a dot before it has a page of its own."""
    if relay.startswith("."):
        return host.endswith(relay) and host not in (relay, f".www{relay}")
    return host.endswith(f".{relay}")


DETECTION = Detection(
    name="fetches_from_relay",
    question="Does the host fetch from paste sites or through Tor?",
    attack=("T1090.003", "T1102"),
    remedy="Ask who needs this; if nobody does, keep the file and treat the host as broken into.",
    matches=matches,
)
