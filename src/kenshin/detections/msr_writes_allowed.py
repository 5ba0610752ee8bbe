"""Programs may write the processor's registers, as miners do to switch off its prefetchers."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match, on
from kenshin.analysis.hugepage_use import use
from kenshin.analysis.hugepages import huge_pages, registers_written, writes_allowed
from kenshin.artifacts.kernel_module_options import ModuleOption
from kenshin.model.finding import Grade

ARTIFACT = "hugepages"
RUNNING = ("/proc/", "/boot/", "/efi/")  # made from files below /etc, as a rule


def _matches(case: Case) -> Iterator[Match]:
    pages = huge_pages(case)
    prepared = pages.any and not use(case, pages).explains
    grade = Grade.STRONG if prepared else Grade.WEAK
    besides = (
        ("huge pages are reserved as well, and no program here is known to use them",) if prepared else ()
    )
    for option in _told_once(list(writes_allowed(case))):
        summary = "any program of root's may write the processor's registers"
        yield Match(option.origin, option.text, ARTIFACT, grade, summary, besides)
    for command in case.commands:
        said = tuple(registers_written(command))
        writes = any(
            not words.startswith(("modprobe", "insmod")) or "allow_writes" in words for words in said
        )
        if said and (writes or prepared):
            yield on(command, grade, f"it opens or writes the processor's registers: {said[0]}", *besides)
    if prepared:
        for option in case.of(ModuleOption):
            if option.module == "msr" and not option.option:
                summary = (
                    "the module for the processor's registers is loaded at boot, beside unused huge pages"
                )
                yield Match(option.origin, option.text, ARTIFACT, Grade.WEAK, summary)


def _told_once(options: list[ModuleOption]) -> list[ModuleOption]:
    """The lines below /etc; the kernel's own command line only where no other file says it."""
    lasting = [option for option in options if not option.origin.path.startswith(RUNNING)]
    return lasting or options[:1]


DETECTION = Detection(
    name="msr_writes_allowed",
    question="May programs write the processor's registers?",
    attack=("T1496",),
    remedy="Remove the line unless a tuning tool of yours (throttled, intel-undervolt) needs it, and reboot.",
    matches=_matches,
)
