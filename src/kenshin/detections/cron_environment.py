"""A variable in a crontab that turns harmless jobs into something else."""

from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import misleading, odd_place
from kenshin.artifacts.cron import CronVariable
from kenshin.model.finding import Grade

SHELLS = frozenset(
    f"{directory}/{name}"
    for directory in ("/bin", "/usr/bin", "/usr/local/bin")
    for name in ("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "tcsh", "csh")
)
START_FILES = frozenset(("BASH_ENV", "ENV", "PYTHONSTARTUP", "PERL5OPT", "PYTHONPATH", "PERL5LIB", "RUBYOPT", "NODE_OPTIONS", "PERL5DB"))
LOADER = frozenset(("LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH"))


def matches(case: Case) -> Iterator[Match]:
    """SHELL, PATH, LD_* and start-file variables that point at odd places."""
    tools = frozenset(case.indicators["homes.tools"])
    for variable in case.of(CronVariable):
        said = _said(case, variable, tools)
        if said:
            summary = f"every job below it is affected: {said}"
            yield Match(variable.origin, variable.text, "cron", Grade.STRONG, summary)


def _said(case: Case, variable: CronVariable, tools: frozenset[str]) -> str:
    name, value = variable.name, variable.value
    if name == "SHELL" and value not in SHELLS and case.word_for_file(value) is None:
        return f"the shell is {value}"
    if name in LOADER or name in START_FILES:
        for path in value.split(":"):
            entry = case.file(path)
            known = entry is not None and entry.is_file and case.word_for_file(path) is not None
            if name in ("LD_PRELOAD", "LD_AUDIT") and path and not known:
                return f"{name} loads {path}, which nobody vouches for"
            if path.startswith("/") and odd_place(path + "/", tools):
                return f"{name} points to {path}"
    if name == "PATH":
        for path in value.split(":"):
            odd = odd_place(path.rstrip("/") + "/program", tools)
            if path in ("", ".") or misleading(path) or (odd and odd.grade is not Grade.WEAK):
                return f"programs are looked up in {path or 'the current directory'}"
    return ""


DETECTION = Detection(
    name="cron_environment",
    question="Does a crontab change how its jobs are run?",
    attack=("T1574.007", "T1053.003"),
    remedy="Keep the crontab and what the variable points to; snapshot before removing either.",
    matches=matches,
)
