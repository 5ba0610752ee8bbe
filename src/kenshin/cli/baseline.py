"""`kenshin baseline create`: records a golden host."""

import argparse
import sys
from pathlib import Path

from kenshin.cli.output import WholeFile
from kenshin.cli.progress import Progress
from kenshin.examination import collected, host_of
from kenshin.model.escape import show
from kenshin.model.target import parse_target
from kenshin.provenance import baseline
from kenshin.sources.open import open_source


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this command."""
    create = parser.add_subparsers(dest="action", metavar="action", required=True).add_parser(
        "create", help="record a target that is known to be good"
    )
    create.add_argument("target", metavar="TARGET", help="the official image or a golden host")
    create.add_argument(
        "--output", "-o", type=Path, metavar="FILE", required=True, help="the baseline to write"
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes the baseline and prints its digest, to be kept elsewhere."""
    target = parse_target(arguments.target)
    with WholeFile(arguments.output) as file:
        with Progress(f"recording {target}") as progress:
            gathered = collected(progress.counted(open_source(target).collect))
        evidence = gathered.evidence
        host = host_of(evidence, str(target), ())
        lines = list(baseline.write(host.name or str(target), host.moment, evidence, gathered.records))
        file.write("".join(lines))
    digest = baseline.read(lines, str(arguments.output), evidence).digest
    print(f"sha256 {digest}  {show(str(arguments.output))}")  # noqa: T201
    unread = len(evidence.problems) + sum(entry.outcome.is_hole for entry in evidence)
    if unread:
        said = f"{unread} places could not be read and are not in it"
        print(f"{said}: kenshin scan {show(str(target))} names them", file=sys.stderr)  # noqa: T201
    print("Keep this digest off the host: a baseline that was changed no longer has it.", file=sys.stderr)  # noqa: T201
    return 0
