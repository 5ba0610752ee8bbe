"""What reports say in their own words: one wording for console and page."""

from collections.abc import Iterator
from dataclasses import dataclass
from shlex import quote

from kenshin.model.assessment import Answer, Assessment, Host, Verdict
from kenshin.model.attestation import Attestation, Scope
from kenshin.model.coverage import Coverage
from kenshin.model.finding import Finding, Kind
from kenshin.model.outcome import Outcome
from kenshin.reports.listing import listing

VERDICT_WORD = {
    Verdict.COMPROMISED: "COMPROMISED",
    Verdict.LIKELY_COMPROMISED: "LIKELY COMPROMISED",
    Verdict.SUSPICIOUS: "SUSPICIOUS",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
    Verdict.NO_EVIDENCE: "NO EVIDENCE",
}
VERDICT_SENTENCE = {
    Verdict.COMPROMISED: "somebody has broken into this host",
    Verdict.LIKELY_COMPROMISED: "somebody has very probably broken into this host",
    Verdict.SUSPICIOUS: "something here is not as it should be, though it does not prove a break-in",
}
HOLE_WORD = {outcome: outcome.value for outcome in Outcome} | {Outcome.READ: "not understood"}
_UNREASONED = "no reason was given"
QUESTION_TITLE = {
    "rc_local": "rc.local",
    "crontab": "crontab",
    "ld_so_preload": "ld.so.preload",
    "hugepages": "huge pages",
}
ANSWER_WORD = {
    Answer.COMPROMISE: "BREAK-IN",
    Answer.SUSPICIOUS: "SUSPICIOUS",
    Answer.UNEXPLAINED: "UNEXPLAINED",
    Answer.EXPLAINED: "explained",
    Answer.NOTHING: "nothing",
    Answer.UNKNOWN: "UNKNOWN",
}
KIND_TITLE = {
    Kind.COMPROMISE: "Evidence of a break-in",
    Kind.UNEXPLAINED: "Unexplained: nobody vouches for these. Are they yours?",
    Kind.EXPOSURE: "Exposure: doors that stand open",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the command that does it where there is one."""

    words: str
    command: str = ""


_REINSTALL = (
    "Snapshot every disk now, before anything else: it is the evidence, and the only way back.",
    "Do not clean this host by hand: what was found is seldom all there is.",
    "Cut it off: let its security group admit your own address alone, and let nothing out.",
    "Reinstall the system from a public image. Bring back data only: no programs, no jobs, no keys.",
    (
        "Harden it before it serves again: a new random password of 12 to 16 characters from all four "
        "classes; new keys and tokens for all that it held; unused users deleted; sshd off port 22; MySQL "
        "and Redis off the public network; only the ports that the business needs open; the provider's "
        "protective agent installed, with alerts on abnormal logins."
    ),
    (
        "Find the way in, on the snapshot: weak passwords, vulnerable components. "
        "Examine every host that shares its passwords or keys."
    ),
    "Scan the new system.",
)
_HOLE_STEP = {
    Outcome.DENIED: Step("What was denied: examine the host as root."),
    Outcome.FAILED: Step(
        "What failed: read the disk, or a snapshot of it, on another machine:", "kenshin scan root:/mnt/disk"
    ),
    Outcome.CUT: Step(
        "What was cut: collect again and see that all arrives; look by hand at what is too large."
    ),
    Outcome.READ: Step("What was read but not understood: look at each of these lines by hand."),
}


def count(number: int, one: str, many: str = "") -> str:
    """`1 finding`, `1,200 findings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?:" else f"{stripped}."


def headline(assessment: Assessment) -> str:
    """The verdict in plain words with its reason: what follows the verdict's own word."""
    plain, reason = VERDICT_SENTENCE.get(assessment.verdict, ""), assessment.reason.strip()
    return sentence(": ".join(part for part in (plain, reason) if part) or _UNREASONED)


def host_facts(host: Host) -> tuple[str, ...]:
    """What the host said of itself, in short; nothing for what it did not say."""
    return tuple(fact for fact in (host.name, host.system, host.provider) if fact)


def examination_facts(host: Host) -> tuple[str, ...]:
    """Which target was examined, in what state and when."""
    way = "examined while running" if host.live else "examined from outside, not running"
    return tuple(fact for fact in (host.target, way, host.moment) if fact)


def vouched(attestation: Attestation | None, nobody: str = "") -> str:
    """Who vouches and how strong that is, or `nobody` and why."""
    if attestation is None:
        return f"nobody: {nobody}" if nobody else "nobody"
    scope = "for the place only, not for what it holds" if attestation.scope is Scope.PLACE else ""
    extras = (f"{attestation.strength} attestation", scope, attestation.note)
    return f"{attestation.who} ({'; '.join(extra for extra in extras if extra)})"


def seen(coverage: Coverage) -> str:
    """The counts of coverage in one sentence."""
    places = f"{count(coverage.read, 'place')} read, {coverage.absent:,} absent"
    if coverage.full:
        return f"{places}; nothing that was asked for went unseen."
    return f"{places}; {count(len(coverage.holes), 'hole')}: places not seen, or lines not understood."


def asked(assessment: Assessment) -> str:
    """Who was asked to vouch."""
    return sentence(f"Asked to vouch: {', '.join(assessment.authorities) or 'nobody'}")


def meaning(assessment: Assessment) -> tuple[str, ...]:
    """What `no evidence` means and what it does not; nothing for the other verdicts."""
    if assessment.verdict is not Verdict.NO_EVIDENCE:
        return ()
    hidden = (
        "An intruder with root can hide from an examination of the running host; "
        "the disk, or a snapshot of it, read on another machine, cannot be made to lie in that way."
    )
    return (
        "Nothing that kenshin knows to look for is in the places that it read.",
        "That is not to say that the host is clean: kenshin cannot see what it was not told to look for.",
        *((hidden,) if assessment.host.live else ()),
    )


def next_steps(assessment: Assessment) -> tuple[Step, ...]:
    """What to do now, in order."""
    return tuple(_steps(assessment))


def _steps(assessment: Assessment) -> Iterator[Step]:
    verdict = assessment.verdict
    if verdict is Verdict.LIKELY_COMPROMISED:
        yield Step("Read the evidence. Unless every line of it turns out to be your own, this is a break-in:")
    if verdict in (Verdict.COMPROMISED, Verdict.LIKELY_COMPROMISED):
        yield from map(Step, _REINSTALL)
        return
    if verdict is Verdict.SUSPICIOUS:
        yield Step(
            "Snapshot the disks before you touch anything: if this is a break-in, that is the evidence."
        )
        yield Step("Ask the owner about each finding. If one is not yours, treat the host as broken into.")
    yield from _closing(assessment)
    if assessment.unexplained:
        yield Step("Declare what is your own, line by line:", _trust(assessment))
    if any(finding.kind is Kind.EXPOSURE for finding in assessment.findings):
        yield Step("Close the doors listed under Exposure: they are how the next intruder comes in.")
    if verdict is Verdict.NO_EVIDENCE:
        if assessment.host.live:
            yield Step("If in doubt, examine a snapshot of the disk:", "kenshin scan root:/mnt/disk")
        target = quote(assessment.host.target)
        yield Step("Keep this state, to compare with later:", f"kenshin baseline create {target} -o FILE")


def _trust(assessment: Assessment) -> str:
    """The command that declares the first unexplained line; a target other than this host must be named."""
    first = listing(assessment, Kind.UNEXPLAINED)[0].identity
    target = assessment.host.target
    where = "" if target == "local:" else f" --target {quote(target)}"
    return f'kenshin trust {first}{where} --reason "why it is ours"'


def _closing(assessment: Assessment) -> Iterator[Step]:
    missing = {hole.outcome for hole in assessment.coverage.holes}
    if missing:
        yield Step("Close the holes listed under Not seen, then scan again. Until then this is no all-clear.")
        yield from (step for outcome, step in _HOLE_STEP.items() if outcome in missing)


def why_nobody(finding: Finding) -> str:
    """Who vouches for a finding's line, or why nobody does."""
    return vouched(finding.attestation, finding.nobody)
