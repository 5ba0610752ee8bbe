"""`kenshin collect`: writes a host's evidence into a bundle."""

import argparse
import gzip
import os
import sys
from pathlib import Path
from typing import BinaryIO

from kenshin.cli.progress import Progress
from kenshin.evidence import bundle
from kenshin.examination import collected
from kenshin.model.errors import TargetError, UsageError
from kenshin.model.target import parse_target
from kenshin.sources.open import open_source


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the options of this command."""
    parser.add_argument("target", metavar="TARGET", help="local: or root:DIR")
    parser.add_argument(
        "--output", "-o", type=Path, metavar="FILE", required=True, help="the bundle to write"
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes the bundle; it judges nothing, so the exit code is 0."""
    target = parse_target(arguments.target)
    if target.scheme == "bundle":
        raise UsageError("a bundle is collected already", remedy=f"kenshin scan {target}")
    open_source(target)  # a wrong target is told before a file is made
    seal = bundle.Seal()
    try:
        with _private(arguments.output) as file, gzip.GzipFile("", "wb", 3, file) as stream:

            def keep(line: bytes) -> None:
                stream.write(seal.take(line))

            with Progress(f"collecting {target}") as progress:
                gathered = collected(progress.counted(open_source(target, keep).collect))
            stream.write(seal.trailer())
    except OSError as error:
        raise TargetError(f"cannot write: {error.strerror}", str(arguments.output)) from error
    print(f"{len(gathered.evidence.entries)} places in {arguments.output}", file=sys.stderr)  # noqa: T201
    return 0


def _private(path: Path) -> BinaryIO:
    """A file that nobody else may read: it holds what was read of a host."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
