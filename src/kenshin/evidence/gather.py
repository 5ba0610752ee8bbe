"""From a source to records: collect, parse, ask for what the records name, and again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request, Want
from kenshin.model.origin import Origin, Record
from kenshin.model.outcome import Outcome

ROUNDS = 4  # a job runs a script that runs a script that runs a script
WANTS_PER_ROUND = 4096


@dataclass(frozen=True, slots=True)
class Gathered:
    """Evidence with its records; `asked` holds each artifact's wants, the dynamic ones included."""

    evidence: Evidence
    by_artifact: Mapping[str, tuple[Record, ...]]
    unparsed: tuple[Unparsed, ...]
    asked: Mapping[str, tuple[Want, ...]]

    @property
    def records(self) -> Iterator[Record]:
        """All records, artifact by artifact, in the order in which they were read."""
        return (record for records in self.by_artifact.values() for record in records)


def gather(
    collect: Callable[[Request], Evidence], artifacts: Sequence[Artifact], extra: Sequence[Want]
) -> Gathered:
    """Everything the artifacts want from one source, in a few rounds of collection.

    `extra` are wants of nobody's parser (the package databases).
    """
    asked: dict[str, tuple[Want, ...]] = {artifact.name: artifact.wants for artifact in artifacts}
    fresh = asked
    # The package databases are big and come last: what is cut off on its way has the lines that matter.
    evidence = collect(Request((*(want for wants in asked.values() for want in wants), *extra)))
    records: dict[str, list[Record]] = {artifact.name: [] for artifact in artifacts}
    unparsed: list[Unparsed] = []
    parsed: set[tuple[str, str]] = set()
    for left in reversed(range(ROUNDS)):
        for artifact in artifacts:
            for item in _parsed(artifact, fresh.get(artifact.name, ()), evidence, parsed):
                if isinstance(item, Unparsed):
                    unparsed.append(item)
                else:
                    records[artifact.name].append(item)
        fresh = _further(artifacts, evidence, [r for found in records.values() for r in found], asked)
        limit = WANTS_PER_ROUND if left else 0
        unparsed.extend(_left_out(fresh, limit))
        fresh = {name: wants[:limit] for name, wants in fresh.items() if limit}
        if not fresh:
            break
        for name, wants in fresh.items():
            asked[name] += wants
        evidence = evidence.merged(collect(Request(tuple(w for wants in fresh.values() for w in wants))))
    by_artifact = {
        artifact.name: _completed(artifact, evidence, records[artifact.name]) for artifact in artifacts
    }
    return Gathered(evidence, by_artifact, tuple(unparsed), asked)


def _completed(artifact: Artifact, evidence: Evidence, records: Sequence[Record]) -> tuple[Record, ...]:
    if artifact.complete is None:
        return tuple(records)
    return tuple(artifact.complete(evidence, record) for record in records)


def _parsed(
    artifact: Artifact, wants: Sequence[Want], evidence: Evidence, parsed: set[tuple[str, str]]
) -> Iterator[Record | Unparsed]:
    for want in wants:
        for path, entry in evidence.matching(want):
            key = (artifact.name, path)
            if key in parsed or not entry.is_file or entry.outcome not in (Outcome.READ, Outcome.CUT):
                continue
            # Where /lib is a link to /usr/lib, what was wanted by both names is parsed once.
            twice = evidence.is_aliased(path) and any(other.matches(entry.path) for other in artifact.wants)
            if twice:
                continue
            parsed.add(key)
            yield from artifact.parse(Asked(path, entry))


def _further(
    artifacts: Sequence[Artifact],
    evidence: Evidence,
    records: Sequence[Record],
    asked: Mapping[str, tuple[Want, ...]],
) -> dict[str, tuple[Want, ...]]:
    further: dict[str, tuple[Want, ...]] = {}
    for artifact in artifacts:
        if artifact.more is not None:
            known = set(asked[artifact.name])
            new = [want for want in dict.fromkeys(artifact.more(evidence, records)) if want not in known]
            if new:
                further[artifact.name] = tuple(new)
    return further


def _left_out(fresh: Mapping[str, Sequence[Want]], limit: int) -> Iterator[Unparsed]:
    for wants in fresh.values():
        for want in wants[limit : limit + 1]:
            more = len(wants) - limit - 1
            reason = f"it and {more} more places were not read: named too deep, or among too many"
            yield Unparsed(Origin(want.path), "", reason)
