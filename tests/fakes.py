"""A tiny host written as data, answering requests as a source does."""

import base64
import hashlib
import posixpath
from collections.abc import Mapping
from typing import Any

from kenshin.evidence.entry import Entry, FileType
from kenshin.evidence.evidence import Evidence, Header
from kenshin.evidence.request import Request
from kenshin.model.outcome import Outcome


def host(files: Mapping[str, Any], live: bool = False) -> Evidence:
    """Evidence of a host whose files are given by path: text, or a table of an entry's fields.

    `package: name version` makes the file one that dpkg's database vouches for.
    """
    specs = {path: spec if isinstance(spec, dict) else {"content": spec} for path, spec in files.items()}
    entries = {path: entry(path, dict(spec)) for path, spec in {**specs, **_dpkg(specs)}.items()}
    for path in list(entries):
        while (path := posixpath.dirname(path)) not in entries:
            entries[path] = Entry(path, Outcome.READ, type=FileType.DIRECTORY, mode=0o40755)
    return Evidence(Header(live=live), {(path, "libc"): found for path, found in entries.items()})


def entry(path: str, spec: dict[str, Any]) -> Entry:
    encoded = spec.pop("content_b64", None)
    data = (
        base64.b64decode(encoded)
        if encoded
        else str(spec.pop("content", "")).encode("utf-8", "surrogateescape")
    )
    outcome = Outcome(spec.pop("outcome", "read"))
    kind = FileType(spec.pop("type", "link" if "link" in spec else "file"))
    if "link" in spec:
        spec["to"] = posixpath.normpath(posixpath.join(posixpath.dirname(path), spec["link"]))
    if outcome is Outcome.ABSENT:
        return Entry(path, outcome)
    digests = {"md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest()}
    fields = {"mode": 0o100644, "size": len(data), **digests, **spec}
    fields.pop("package", None)
    return Entry(path, outcome, type=kind, data=data, **fields)


def _dpkg(specs: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {"/var/lib/dpkg/status": {"content": ""}}
    for path, spec in specs.items():
        if "package" in spec:
            name, _, version = str(spec["package"]).partition(" ")
            stem = f"/var/lib/dpkg/info/{name}"
            md5 = entry(path, dict(spec)).md5
            status = f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n"
            made["/var/lib/dpkg/status"]["content"] += status
            for suffix, line in ((".list", f"{path}\n"), (".md5sums", f"{md5}  {path[1:]}\n")):
                made.setdefault(stem + suffix, {"content": ""})["content"] += line
    return {path: spec for path, spec in made.items() if path not in specs}


class FakeSource:
    """Answers requests from a host that is data; a place that it does not hold is absent."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def collect(self, request: Request) -> Evidence:
        """See Source.collect."""
        asked = {want.path for want in request.wants if want.exact}
        absent = {
            (p, "libc"): Entry(p, Outcome.ABSENT) for p in asked if (p, "libc") not in self.evidence.entries
        }
        return Evidence(self.evidence.header, {**absent, **self.evidence.entries})
