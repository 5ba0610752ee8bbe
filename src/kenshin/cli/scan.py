"""`kenshin scan`: examines targets and reports."""

import argparse
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from kenshin.cli.progress import Progress
from kenshin.examination import Examination, OwnersWord, examine
from kenshin.model.assessment import Verdict
from kenshin.model.errors import UsageError
from kenshin.model.target import parse_target
from kenshin.sources.open import open_source

FORMATS = ("console", "json", "html")
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
    parser.add_argument("targets", nargs="*", metavar="TARGET", default=["local:"], help="local:, root:DIR or bundle:FILE")
    parser.add_argument("--format", choices=FORMATS, default="console", help="how to report (console)")
    parser.add_argument("--output", "-o", type=Path, metavar="FILE", help="write the report there")
    parser.add_argument("--baseline", type=Path, metavar="FILE", help="a golden host that vouches for lines and files")
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="what the business declares as its own")


def run(arguments: argparse.Namespace) -> int:
    """Examines each target; the exit code is that of the worst verdict."""
    targets = [parse_target(uri) for uri in arguments.targets]
    if len(targets) > 1 and arguments.format != "console":
        raise UsageError(f"--format {arguments.format} reports one host at a time")
    word = OwnersWord(arguments.baseline, arguments.manifest)
    verdicts = []
    with arguments.output.open("w", encoding="utf-8") if arguments.output else nullcontext(sys.stdout) as stream:
        for target in targets:
            with Progress(f"examining {target}") as progress:
                collect = progress.counted(open_source(target).collect)
                found = examine(collect, str(target), word, datetime.now(tz=UTC).date())
            report(found, arguments.format, stream)
            verdicts.append(found.assessment.verdict)
    return max(verdicts, key=WEIGHT.index).exit_code


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
        out = Console(file=stream, width=None if terminal else 80, highlight=False, markup=False, soft_wrap=False)
        console.render(found.assessment, out)
