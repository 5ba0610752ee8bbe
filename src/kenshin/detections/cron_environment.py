"""A variable in a crontab that turns harmless jobs into something else."""

import re
from collections.abc import Iterator

from kenshin.analysis.case import Case
from kenshin.analysis.detection import Detection, Match
from kenshin.analysis.places import in_system_directory, misleading, odd_place
from kenshin.artifacts.cron import CronVariable
from kenshin.model.finding import Grade, Kind

SHELLS = frozenset(
    f"{directory}/{name}"
    for directory in ("/bin", "/usr/bin", "/usr/local/bin")
    for name in ("sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "tcsh", "csh")
)
# Each makes a program load or run something before its own work begins.
LOADS = frozenset(
    "LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH GCONV_PATH BASH_ENV ENV PYTHONSTARTUP PYTHONPATH PYTHONHOME "
    "PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB NODE_OPTIONS NODE_PATH JAVA_TOOL_OPTIONS".split()
)
_PATH = re.compile(r"/[^\s:;,'\"=]*")
_HOME = re.compile(r"(/root|/home/[^/]+)/")


def matches(case: Case) -> Iterator[Match]:
    """SHELL, PATH and variables that load code, where they point at odd places."""
    tools = frozenset(case.indicators["homes.tools"])
    for variable in case.of(CronVariable):
        said, kind = _said(case, variable, tools)
        if said:
            grade = Grade.STRONG if kind is Kind.COMPROMISE else Grade.WEAK
            summary = f"every job below it is affected: {said}"
            yield Match(variable.origin, variable.text, "cron", grade, summary, kind=kind)


def _said(case: Case, variable: CronVariable, tools: frozenset[str]) -> tuple[str, Kind]:
    if variable.name == "SHELL" and variable.value not in SHELLS:
        return _shell(case, variable.value, tools)
    if variable.name in LOADS:
        odd = (path for path in _PATH.findall(variable.value) if _is_odd(case, path, tools))
        path = next(odd, "")
        return (f"{variable.name} points to {path}", Kind.COMPROMISE) if path else ("", Kind.COMPROMISE)
    if variable.name == "PATH":
        return _path(variable.value, tools)
    return "", Kind.COMPROMISE


def _shell(case: Case, value: str, tools: frozenset[str]) -> tuple[str, Kind]:
    if case.word_for_file(value) is not None:
        return "", Kind.COMPROMISE
    odd = misleading(value) or odd_place(value, tools) or (in_system_directory(value) and case.file(value))
    return f"the shell is {value}", Kind.COMPROMISE if odd else Kind.UNEXPLAINED


def _is_odd(case: Case, path: str, tools: frozenset[str]) -> bool:
    """Whether nothing honest is loaded from there; a start file may have a hidden name in a home."""
    home = _HOME.match(path)
    if home and "/" not in path[home.end() :]:
        return False
    odd = odd_place(path.rstrip("/") + "/", tools)
    return odd is not None and odd.grade is not Grade.WEAK and case.word_for_file(path) is None


def _path(value: str, tools: frozenset[str]) -> tuple[str, Kind]:
    relative = ""
    for path in value.split(":"):
        odd = odd_place(path.rstrip("/") + "/program", tools)
        if misleading(path) or (odd and odd.grade is not Grade.WEAK):
            return f"programs are looked up in {path}", Kind.COMPROMISE
        if path in ("", "."):
            relative = "programs are looked up in the current directory"
    return relative, Kind.EXPOSURE


DETECTION = Detection(
    name="cron_environment",
    question="Does a crontab change how its jobs are run?",
    attack=("T1574.007", "T1053.003"),
    remedy="Keep the crontab and what the variable points to; snapshot before removing either.",
    matches=matches,
)
