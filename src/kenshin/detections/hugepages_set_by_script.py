"""A job, a script or a unit sets huge pages at run time, and nothing here is known to use them."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.hugepage_use import ODD_PLACES, use
from kenshin.analysis.hugepages import huge_pages, registers_written, started_near, writes_allowed
from kenshin.artifacts.hugepage_scripts import UnitStart
from kenshin.model.finding import Grade


def _matches(case: Case) -> Iterator[Match]:
    pages = huge_pages(case)
    if not pages.scripted:
        return
    found = use(case, pages)
    if found.explains and not found.excess(pages.kib, pages.pool.page):
        return
    options = [
        f"and lets programs write machine registers: {o.origin}: {o.text}" for o in writes_allowed(case)
    ]
    beside = {
        command.origin.path: said for command in case.commands if (said := tuple(registers_written(command)))
    }
    for command, written in pages.scripted.items():
        registers = [f"beside it: {said}" for said in beside.get(command.origin.path, ())] + options
        near = started_near(case, command)
        odd = any(path.startswith(ODD_PLACES) or "/." in path for unit in near for path in unit.programs)
        grade = Grade.STRONG if registers or odd or found.strangers else Grade.WEAK
        value = written[0].value
        amount = (
            f"{value} huge pages" if value is not None else "huge pages, as many as it finds out when it runs"
        )
        summary = f"it reserves {amount}, and no program here is known to use them"
        yield on(
            command, grade, summary, *registers, *map(_named, near), *map(str, found.holders), *found.rejected
        )


def _named(unit: UnitStart) -> str:
    return f"it is ordered with {unit.unit}, which runs: {unit.text.strip()} ({unit.origin})"


DETECTION = Detection(
    name="hugepages_set_by_script",
    question="Does a job, script or unit reserve huge pages that no program of the business uses?",
    attack=("T1496",),
    remedy="Ask who wrote it. If nobody did, remove it with what it starts, and set vm.nr_hugepages=0.",
    matches=_matches,
)
