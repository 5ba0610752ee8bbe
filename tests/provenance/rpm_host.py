"""A tiny host whose files an rpm database lists."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from kenshin.evidence.evidence import Evidence
from tests.fakes import host
from tests.provenance.rpm.forge import Value, header, kept, ndb_of

NOWHERE = {"/var/lib/dpkg/status": {"outcome": "absent"}}
ALGORITHM = {"md5": 1, "sha1": 2, "sha256": 8, "sha512": 10}


def encoded(data: bytes) -> dict[str, Any]:
    """A file of a tiny host that holds these bytes."""
    return {"content_b64": base64.b64encode(data).decode()}


def package(name: str, files: Mapping[str, bytes | None], algorithm: str = "sha256") -> bytes:
    """The header of package NAME 1-2 that ships files with content, or ghosts without."""
    digests = [
        hashlib.new(algorithm, data).hexdigest() if data is not None else "" for data in files.values()
    ]
    parts = [path.rpartition("/") for path in files]
    tags: dict[int, Value] = {
        1000: (6, name),
        1001: (6, "1"),
        1002: (6, "2"),
        1022: (6, "noarch"),
        1035: (8, digests),
        1116: (4, list(range(len(parts)))),
        1117: (8, [base for _, _, base in parts]),
        1118: (8, [f"{directory}/" for directory, _, _ in parts]),
        5011: (4, ALGORITHM[algorithm]),
    }
    return header(tags)


def rpm_host(files: Mapping[str, Any], *headers: bytes, database: str = "") -> Evidence:
    """A host without dpkg, with an rpm database of these headers, or a kept one."""
    data = kept(database) if database else ndb_of(*headers)
    place = (
        "/var/lib/rpm/rpmdb.sqlite" if database.startswith("rpmdb") else "/usr/lib/sysimage/rpm/Packages.db"
    )
    return host({**NOWHERE, place: encoded(data), **files})
