"""Writes entries into a manifest and leaves all else in it as it is."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from kenshin.cli.output import WholeFile
from kenshin.model.errors import ManifestError
from kenshin.model.finding import Finding
from kenshin.provenance.manifest import declared


def append(
    path: Path, findings: Sequence[Finding], owner: str, reason: str, until: date | None
) -> tuple[Finding, ...]:
    """Adds a [[line]] for each finding's line, or a [[file]] where the finding is about a whole file.

    Gives the findings that were added: what an entry declares already, until the same day, is left out.
    Errors: ManifestError when the file is not a manifest, or a finding's text cannot stand in TOML;
    OutputError when it cannot be written.
    """
    try:
        document = tomlkit.parse(path.read_text("utf-8") if path.exists() else "")
        added = _extend(document, path, findings, (owner, reason, until))
        text = tomlkit.dumps(document)
        declared(tomlkit.parse(text).unwrap(), str(path))
        text.encode("utf-8")
    except UnicodeError as error:
        remedy = "Declare the whole file by hand: [[file]] with its path and sha256"
        raise ManifestError("a line or a path holds bytes that TOML cannot", str(path), remedy) from error
    except OSError as error:
        raise ManifestError(f"it cannot be read: {error.strerror}", str(path)) from error
    except TOMLKitError as error:
        raise ManifestError(f"it is not TOML: {error}", str(path)) from error
    if added:
        with WholeFile(path) as file:
            file.write(text)
    return tuple(added)


def _extend(
    document: TOMLDocument, path: Path, findings: Sequence[Finding], about: tuple[str, str, date | None]
) -> list[Finding]:
    until = about[2]
    known = {
        (item.kind, item.path, item.value, item.until) for item in declared(document.unwrap(), str(path))
    }
    added = []
    for finding in findings:
        kind, value = _value(finding, path)
        if (kind, finding.origin.path, value, until) in known:
            continue
        entries = document.get(kind)
        if entries is None:
            entries = tomlkit.aot()
            document.append(kind, entries)
        if not isinstance(entries, AoT):
            raise ManifestError(
                f"it writes {kind} in one piece", str(path), f"Write each entry under [[{kind}]]"
            )
        entries.append(_entry(finding, kind, value, *about))
        known.add((kind, finding.origin.path, value, until))
        added.append(finding)
    return added


def _value(finding: Finding, path: Path) -> tuple[str, str]:
    """What an entry about a finding is called, and by what it knows the place again."""
    if finding.origin.line is not None:
        return "line", finding.text.strip()
    if not finding.sha256:
        remedy = "Nothing was read of it that could be known again: look at it yourself"
        raise ManifestError(f"{finding.origin.path} has no digest to declare it by", str(path), remedy)
    return "file", finding.sha256


def _entry(finding: Finding, kind: str, value: str, owner: str, reason: str, until: date | None) -> Table:
    entry = tomlkit.table()
    entry.add("path", finding.origin.path)
    entry.add("sha256" if kind == "file" else "text", value)
    entry.add("owner", owner)
    entry.add("reason", reason)
    if until is not None:
        entry.add("until", until)
    return entry
