"""Writes entries into a manifest and leaves all else in it as it is."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from kenshin.model.errors import ManifestError
from kenshin.model.finding import Finding
from kenshin.provenance.manifest import declared


def append(path: Path, findings: Sequence[Finding], owner: str, reason: str, until: date | None) -> None:
    """Adds one [[line]] for each finding's line.

    Errors: ManifestError when the file is not a manifest, a finding has no line to declare, or its
    text cannot stand in TOML.
    """
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        document = tomlkit.parse(before)
        lines = document.get("line")
        if lines is None:
            lines = tomlkit.aot()
            document.append("line", lines)
        for finding in findings:
            lines.append(_entry(finding, owner, reason, until))
        text = tomlkit.dumps(document)
        declared(tomlkit.parse(text).unwrap(), str(path))
        path.write_text(text, "utf-8")
    except (OSError, UnicodeError, TOMLKitError) as error:
        raise ManifestError(f"cannot be extended: {error}", str(path)) from error


def _entry(finding: Finding, owner: str, reason: str, until: date | None) -> tomlkit.items.Table:
    if finding.origin.line is None:
        place = str(finding.origin)
        raise ManifestError("this finding is about a file, not a line", place, "Declare it as [[file]] with its sha256")
    entry = tomlkit.table()
    entry.add("path", finding.origin.path)
    entry.add("text", finding.text.strip())
    entry.add("owner", owner)
    entry.add("reason", reason)
    if until is not None:
        entry.add("until", until)
    return entry
