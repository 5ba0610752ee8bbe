"""Huge pages are reserved, and no program is configured to use them or seen to: what a miner prepares."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.hugepage_use import Holder, Use, use
from kenshin.analysis.hugepages import HugePages, Reservation, huge_pages
from kenshin.artifacts.hugepage_consumers import RULES
from kenshin.model.finding import Grade
from kenshin.model.origin import Origin

ARTIFACT = "hugepages"
PROGRAMS = ", ".join(sorted({"PostgreSQL", "MySQL", "Oracle", *(rule.who for rule in RULES)}, key=str.lower))


def _matches(case: Case) -> Iterator[Match]:
    pages = huge_pages(case)
    if not pages.any:
        return
    found = use(case, pages)
    yield from map(_stranger, found.strangers)
    excess = found.excess(pages.kib, pages.pool.page)
    if found.explains and not excess:
        return
    grade = Grade.STRONG if found.strangers else Grade.WEAK
    details = tuple(_details(pages, found))
    for reservation in _lines(pages):
        also = tuple(f"the same in {record.origin}" for record in reservation.also[:4])
        summary = _summary(reservation, pages, found, excess)
        record = reservation.record
        now = (f"no file sets it: vm.{reservation.knob} was set at run time",) if reservation.live else ()
        yield Match(record.origin, record.text, ARTIFACT, grade, summary, (*now, *details, *also))


def _lines(pages: HugePages) -> Iterator[Reservation]:
    """The configured lines; without any, and without a script that does it, what the kernel says."""
    if pages.reservations or pages.scripted:
        yield from pages.reservations
        return
    told = set()
    for state in pages.live:
        page = state.page or pages.pool.page
        if (state.knob, page) not in told:
            told.add((state.knob, page))
            yield Reservation(state, state.knob, state.value * page, live=True)


def _summary(reservation: Reservation, pages: HugePages, found: Use, excess: int) -> str:
    amount = f"{reservation.kib >> 10} MiB of huge pages" if reservation.kib is not None else "huge pages"
    verb = "may be taken on demand" if "overcommit" in reservation.knob else "are reserved"
    if excess:
        need = sum(consumer.need or 0 for consumer in found.consumers)
        names = ", ".join(consumer.who for consumer in found.consumers)
        return f"{pages.kib >> 10} MiB of huge pages {verb}, but {names} needs about {need >> 10} MiB"
    if found.strangers:
        return f"{amount} {verb}, and {found.strangers[0].program} uses them"
    return f"{amount} {verb}, and no program here is known to use them"


def _details(pages: HugePages, found: Use) -> Iterator[str]:
    pool = pages.pool
    if pool.total:
        held = f"{pool.total} pages of {pool.page} KiB, {pool.total - pool.free} in use, {pool.free} free"
        yield f"the kernel holds now: {held} ({pool.total * pool.page >> 10} MiB)"
    yield from map(str, found.holders)
    if found.gap:
        yield f"{found.gap} KiB are in use, but no process, file or segment that shows itself holds them"
    yield from (f"configured: {consumer.who} ({consumer.because})" for consumer in found.consumers)
    yield from found.rejected
    if not found.consumers:
        yield f"looked for in vain: {PROGRAMS}"
    yield from (f"overruled or masked: {record.origin}: {record.text.strip()}" for record in pages.losing[:4])


def _stranger(holder: Holder) -> Match:
    place = holder.program.removesuffix(" (deleted)")
    origin = Origin(place) if place.startswith("/") else Origin(holder.user.exe)
    summary = f"{holder.program} holds {holder.user.held >> 10} MiB of huge pages, and nobody vouches for it"
    return Match(origin, holder.command or holder.program, ARTIFACT, Grade.STRONG, summary, (str(holder),))


DETECTION = Detection(
    name="hugepages_without_consumer",
    question="Are huge pages reserved that no program of the business uses?",
    attack=("T1496",),
    remedy=(
        "Ask who set it. If nobody did, look for a miner (CPU use, the processes named here), remove the "
        "line and free the pages with vm.nr_hugepages=0. If a program of yours uses them, declare the line."
    ),
    matches=_matches,
)
