"""The findings of an assessment under the ids by which people call them, in reading order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kenshin.model.assessment import Assessment
from kenshin.model.finding import Finding, Kind


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding with its id in this assessment."""

    identity: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same about the same file."""

    path: str
    summary: str
    listed: tuple[Listed, ...]


def identities(findings: Iterable[Finding]) -> tuple[str, ...]:
    """One id for each finding: `F-` and the start of its fingerprint, then `-2`, `-3` for its namesakes."""
    seen: Counter[str] = Counter()
    named = []
    for finding in findings:
        identity = f"F-{finding.fingerprint[:8]}"
        seen[identity] += 1
        named.append(identity if seen[identity] == 1 else f"{identity}-{seen[identity]}")
    return tuple(named)


def listing(assessment: Assessment, kind: Kind) -> tuple[Listed, ...]:
    """The findings of one kind, the strongest first, then by place."""
    every = zip(identities(assessment.findings), assessment.findings, strict=True)
    wanted = (Listed(identity, finding) for identity, finding in every if finding.kind is kind)
    return tuple(sorted(wanted, key=_reading_order))


def by_place(listed: Sequence[Listed]) -> tuple[Group, ...]:
    """The findings brought together by path and summary, in the order of their first."""
    groups: dict[tuple[str, str], list[Listed]] = {}
    for one in listed:
        groups.setdefault((one.finding.origin.path, one.finding.summary), []).append(one)
    return tuple(Group(path, summary, tuple(members)) for (path, summary), members in groups.items())


def references(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    """The ids to which a fingerprint, or an id itself, leads."""
    leads: dict[str, tuple[str, ...]] = {}
    for identity, finding in zip(identities(assessment.findings), assessment.findings, strict=True):
        leads[identity] = (identity,)
        leads[finding.fingerprint] = (*leads.get(finding.fingerprint, ()), identity)
    return leads


def _reading_order(listed: Listed) -> tuple[int, str, int]:
    finding = listed.finding
    return (-finding.grade.rank, finding.origin.path, finding.origin.line or 0)
