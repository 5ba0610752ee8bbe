"""`kenshin trust`: declares findings as the business's own, in the manifest."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from kenshin.cli.progress import Progress
from kenshin.examination import OwnersWord, examine
from kenshin.model.assessment import Assessment
from kenshin.model.errors import AssessmentError, UsageError
from kenshin.model.escape import show
from kenshin.model.finding import Finding
from kenshin.model.target import parse_target
from kenshin.reports import document
from kenshin.sources.open import open_source


def day(text: str) -> date:
    """A date, for argparse."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date: write it as 2027-12-31") from None


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this command."""
    parser.add_argument(
        "findings", nargs="+", metavar="FINDING", help="an id (F-…) or a fingerprint from a report"
    )
    parser.add_argument(
        "--reason",
        required=True,
        metavar="TEXT",
        help="why the line is yours, for whoever reads it in a year",
    )
    parser.add_argument("--owner", metavar="WHO", help="who answers for it (you)")
    parser.add_argument("--until", type=day, metavar="DATE", help="the last day it holds, as 2027-12-31")
    parser.add_argument(
        "--manifest", type=Path, default=Path("kenshin.toml"), metavar="FILE", help="kenshin.toml"
    )
    parser.add_argument(
        "--from", dest="assessment", type=Path, metavar="FILE", help="the report in JSON that holds the ids"
    )
    parser.add_argument(
        "--target", default="local:", metavar="TARGET", help="else: examine this again (local:)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Appends an entry for each finding; comments and order of the manifest stay."""
    from kenshin.cli.manifest_file import append

    today = datetime.now(tz=UTC).date()
    if not arguments.reason.strip():
        raise UsageError(
            "--reason says nothing", remedy="Say why the line is yours: it is read in a year's time"
        )
    if arguments.until is not None and arguments.until < today:
        raise UsageError(
            f"--until {arguments.until} is past: the entry would vouch for nothing",
            remedy="Name a day to come",
        )
    chosen = _chosen(_assessment(arguments, today), arguments.findings)
    owner = arguments.owner or getpass.getuser()
    added = append(arguments.manifest, chosen, owner, arguments.reason, arguments.until)
    for finding in chosen:
        said = "declared" if finding in added else "declared already"
        print(f"{said} in {show(str(arguments.manifest))}: {document.shown(finding)}", file=sys.stderr)  # noqa: T201
    return 0


def _chosen(assessment: Assessment, names: Sequence[str]) -> list[Finding]:
    """The findings by id or fingerprint, each once."""
    found = document.ids(assessment)
    chosen: dict[str, Finding] = {}
    for name in names:
        matching = {key: finding for key, finding in found.items() if name in (key, finding.fingerprint)}
        if not matching:
            raise UsageError(
                f"no finding {name} in this assessment", remedy="Take the id from the newest report"
            )
        chosen |= matching
    return list(chosen.values())


def _assessment(arguments: argparse.Namespace, today: date) -> Assessment:
    if arguments.assessment is not None:
        try:
            return document.parse(arguments.assessment.read_text("utf-8"))
        except AssessmentError as error:
            place = f"{arguments.assessment}: {error.place}"
            raise AssessmentError(error.message, place, error.remedy) from error
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise AssessmentError(f"it cannot be read: {why}", str(arguments.assessment)) from error
    target = parse_target(arguments.target)
    with Progress(f"examining {target}") as progress:
        collect = progress.counted(open_source(target).collect)
        return examine(collect, str(target), OwnersWord(), today).assessment
