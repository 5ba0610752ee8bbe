"""A start-up line that mines."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.model.finding import Grade
from kenshin.shell.act import Write
from kenshin.shell.command import Command

_STRATUM = re.compile(r"\bstratum(?:\+|[12]\+?)?(?:tcp|ssl|tls|udp)?://[^\s'\"|;&]+", re.IGNORECASE)
_MONERO = re.compile(r"\b[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b")
_OPTIONS = (
    "--donate-level",
    "--coin=monero",
    "--coin monero",
    "--coin=xmr",
    "--randomx",
    "--cpu-max-threads-hint",
    "--nicehash",
    "--rig-id",
    "--algo=rx",
    "-a rx/0",
)
_BLOCKERS = frozenset(("iptables", "ip6tables", "nft", "ipset", "ufw", "firewall-cmd"))
_WRITERS = frozenset(("echo", "printf", "grep", "sed", "tee"))
# The look-behind and the possessive repeats keep a long word without a dot from being tried at each letter.
_HOST = re.compile(r"(?<![a-z0-9-])(https?://)?([a-z0-9-]++(?:\.[a-z0-9-]++)++)", re.IGNORECASE)


def matches(case: Case) -> Iterator[Match]:
    """Lines that name a mining pool, a wallet, or the options of a miner."""
    pools = case.indicators["malware.pools"]
    for command in case.commands:
        found = _signs(command, pools)
        if found:
            yield on(command, _grade(found), f"it mines a currency: {found[0]}", *found[1:])
        elif any(_is_pool(host, pools) for text in _texts(command) for _, host in _HOST.findall(text)):
            yield on(command, Grade.WEAK, "it asks a web page of a mining pool")


def _signs(command: Command, pools: tuple[str, ...]) -> list[str]:
    texts = list(_texts(command))
    found: dict[str, None] = {}
    for text in texts:
        found.update((f"the pool {address}", None) for address in _STRATUM.findall(text))
        found.update((f"the wallet {wallet[:12]}…", None) for wallet in _MONERO.findall(text))
        hosts = (host for scheme, host in _HOST.findall(text) if not scheme)
        found.update((f"the pool {host}", None) for host in hosts if _is_pool(host, pools))
        found.update((f"a miner's option {option}", None) for option in _OPTIONS if option in text)
    return list(found)


def _texts(command: Command) -> Iterator[str]:
    """The line and what it runs; without the words by which an owner blocks a pool."""
    blocks = any(isinstance(act, Write) and act.path == "/etc/hosts" for act in command.acts)
    silent = _BLOCKERS | _WRITERS if blocks else _BLOCKERS
    told = [run for run in command.runs if run.name in silent]
    if not told:
        yield command.text
    for run in command.runs:
        if run not in told:
            yield " ".join(run.argv)


def _is_pool(host: str, pools: tuple[str, ...]) -> bool:
    return any(f".{host.lower()}".endswith(f".{pool}") for pool in pools)


def _grade(found: list[str]) -> Grade:
    return Grade.PROOF if len(found) > 1 or found[0].startswith("the pool") else Grade.STRONG


DETECTION = Detection(
    name="mining",
    question="Does the host start a miner?",
    attack=("T1496.001",),
    remedy="Snapshot first. Find how the miner got in (weak password, open service), then reinstall.",
    matches=matches,
)
