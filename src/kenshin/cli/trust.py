"""`kenshin trust`: declares findings as the business's own, in the manifest."""

import argparse
import getpass
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from kenshin.cli.progress import Progress
from kenshin.examination import OwnersWord, examine
from kenshin.model.assessment import Assessment
from kenshin.model.errors import AssessmentError, UsageError
from kenshin.model.target import parse_target
from kenshin.reports import document
from kenshin.sources.open import open_source


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this command."""
    parser.add_argument("findings", nargs="+", metavar="FINDING", help="an id (F-…) or a fingerprint from a report")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why the line is yours, for whoever reads it in a year")
    parser.add_argument("--owner", metavar="WHO", help="who answers for it (you)")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day it holds, as 2027-12-31")
    parser.add_argument("--manifest", type=Path, default=Path("kenshin.toml"), metavar="FILE", help="kenshin.toml")
    parser.add_argument("--from", dest="assessment", type=Path, metavar="FILE", help="the report in JSON that holds the ids")
    parser.add_argument("--target", default="local:", metavar="TARGET", help="else: examine this again (local:)")


def run(arguments: argparse.Namespace) -> int:
    """Appends an entry for each finding; comments and order of the manifest stay."""
    from kenshin.cli.manifest_file import append

    found = document.ids(_assessment(arguments))
    chosen = []
    for name in arguments.findings:
        matching = [finding for key, finding in found.items() if name in (key, finding.fingerprint)]
        if not matching:
            raise UsageError(f"no finding {name} in this assessment", remedy="Take the id from the newest report")
        chosen += matching
    owner = arguments.owner or getpass.getuser()
    append(arguments.manifest, chosen, owner, arguments.reason, arguments.until)
    for finding in chosen:
        print(f"declared in {arguments.manifest}: {document.shown(finding)}", file=sys.stderr)  # noqa: T201
    return 0


def _assessment(arguments: argparse.Namespace) -> Assessment:
    if arguments.assessment is not None:
        try:
            return document.parse(arguments.assessment.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise AssessmentError(f"cannot be read: {error}", str(arguments.assessment)) from error
    target = parse_target(arguments.target)
    with Progress(f"examining {target}") as progress:
        collect = progress.counted(open_source(target).collect)
        return examine(collect, str(target), OwnersWord(), datetime.now(tz=UTC).date()).assessment


