"""`kenshin scan`: examines targets and reports."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TextIO

from kenshin.cli.output import WholeFile
from kenshin.cli.progress import Progress
from kenshin.examination import Examination, OwnersWord, examine
from kenshin.model.assessment import Verdict
from kenshin.model.errors import BundleError, CollectorError, KenshinError, TargetError, UsageError
from kenshin.model.escape import show
from kenshin.model.target import Target, parse_target
from kenshin.sources.open import open_source

FORMATS = ("console", "json", "html")
FAILURES = (TargetError, CollectorError, BundleError)  # of one target; the others are examined all the same
# The worst of several hosts decides: a hole weighs more than nothing found, less than any finding.
WEIGHT = (
    Verdict.NO_EVIDENCE,
    Verdict.INCONCLUSIVE,
    Verdict.SUSPICIOUS,
    Verdict.LIKELY_COMPROMISED,
    Verdict.COMPROMISED,
)


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this command."""
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", default=["local:"], help="local:, root:DIR or bundle:FILE"
    )
    parser.add_argument("--format", choices=FORMATS, default="console", help="how to report (console)")
    parser.add_argument(
        "--output", "-o", type=Path, metavar="FILE", help="write the report there, whole or not at all"
    )
    parser.add_argument(
        "--baseline", type=Path, metavar="FILE", help="a golden host that vouches for lines and files"
    )
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="what the business declares as its own")


def run(arguments: argparse.Namespace) -> int:
    """Examines each target; the exit code is that of the worst verdict.

    Errors: that of the first target that could not be examined, once all others were, and only
    where none of them gave a finding: a break-in next door must not hide behind it.
    """
    targets = [parse_target(uri) for uri in arguments.targets]
    if len(targets) > 1 and arguments.format != "console":
        remedy = "Run it once for each target"
        raise UsageError(f"--format {arguments.format} reports one host at a time", remedy=remedy)
    word = OwnersWord(arguments.baseline, arguments.manifest)
    with WholeFile(arguments.output) if arguments.output else nullcontext() as file:
        text = StringIO()
        code = _examine_all(targets, word, arguments.format, text if file is not None else sys.stdout)
        if file is not None:
            file.write(text.getvalue())
    return code


def _examine_all(targets: Sequence[Target], word: OwnersWord, form: str, stream: TextIO) -> int:
    verdicts: list[Verdict] = []
    failures: list[KenshinError] = []
    for target in targets:
        try:
            with Progress(f"examining {target}") as progress:
                collect = progress.counted(open_source(target).collect)
                found = examine(collect, str(target), word, datetime.now(tz=UTC).date())
        except FAILURES as error:
            failures.append(error)
            continue
        report(found, form, stream)
        _tell_unmatched(found)
        verdicts.append(found.assessment.verdict)
    worst = max(verdicts, key=WEIGHT.index, default=Verdict.INCONCLUSIVE)
    if failures and WEIGHT.index(worst) <= WEIGHT.index(Verdict.INCONCLUSIVE):
        _tell(failures[1:])
        raise failures[0]
    _tell(failures)
    return worst.exit_code


def _tell(failures: Sequence[KenshinError]) -> None:
    for failure in failures:
        print("kenshin: " + show(str(failure)), file=sys.stderr)  # noqa: T201


def _tell_unmatched(found: Examination) -> None:
    """A declared line that is gone or was changed is the owner's to know, and no sign of a break-in."""
    for place in found.unmatched():
        print(f"kenshin: {show(place)}: nothing on this host fits this entry", file=sys.stderr)  # noqa: T201


def report(found: Examination, form: str, stream: TextIO) -> None:
    """Writes one examination in one of the formats."""
    if form == "json":
        from kenshin.reports import document

        stream.write(document.render(found.assessment))
    elif form == "html":
        from kenshin.reports import html

        stream.write(html.render(found.assessment, found.contexts()))
    else:
        from rich.console import Console

        from kenshin.reports import console

        terminal = stream.isatty()
        out = Console(
            file=stream, width=None if terminal else 80, highlight=False, markup=False, soft_wrap=False
        )
        console.render(found.assessment, out)
