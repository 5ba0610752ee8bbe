"""Writes entries into a manifest and leaves all else in it as it is."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from kenshin.model.errors import ManifestError
from kenshin.model.finding import Finding
from kenshin.provenance.manifest import declared


def append(path: Path, findings: Sequence[Finding], owner: str, reason: str, until: date | None) -> None:
    """Adds a [[line]] for each finding's line, or a [[file]] where the finding is about a whole file.

    Errors: ManifestError when the file is not a manifest, or a finding's text cannot stand in TOML.
    """
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        document = tomlkit.parse(before)
        for finding in findings:
            kind, entry = _entry(finding, owner, reason, until)
            entries = document.get(kind)
            if entries is None:
                entries = tomlkit.aot()
                document.append(kind, entries)
            entries.append(entry)
        text = tomlkit.dumps(document)
        declared(tomlkit.parse(text).unwrap(), str(path))
        path.write_text(text, "utf-8")
    except (OSError, UnicodeError, TOMLKitError) as error:
        raise ManifestError(f"cannot be extended: {error}", str(path)) from error


def _entry(finding: Finding, owner: str, reason: str, until: date | None) -> tuple[str, Table]:
    entry = tomlkit.table()
    entry.add("path", finding.origin.path)
    if finding.origin.line is None:
        entry.add("sha256", finding.sha256)
    else:
        entry.add("text", finding.text.strip())
    entry.add("owner", owner)
    entry.add("reason", reason)
    if until is not None:
        entry.add("until", until)
    return ("file" if finding.origin.line is None else "line"), entry
