"""Runs the collector on a tree: in a process of its own, or loaded here."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kenshin.evidence import bundle
from kenshin.evidence.entry import Entry
from kenshin.evidence.evidence import Evidence
from kenshin.evidence.request import Request, Want
from kenshin.sources.collected import program

NOBODY = "os.setgroups([]); os.setgid(65534); os.setuid(65534)"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser may make this")


def lines_of(
    root: Path, *wants: Want | str, python: str = sys.executable, resolver: str | None = None, patch: str = ""
) -> list[bytes]:
    """What the collector prints, once `patch` was run in it (to lower a limit, to change the user)."""
    asked = tuple(Want(want) if isinstance(want, str) else want for want in wants)
    task = program(str(root), False, Request(asked), resolver)
    head, call, last = task.rpartition(b"\nmain(")
    task = head + b"\n" + patch.encode() + call + last
    done = subprocess.run(
        [python, "-I", "-S", "-E", "-B", "-"],
        input=task,
        capture_output=True,
        env={},
        timeout=120,
        check=False,
    )
    assert done.stderr == b"", done.stderr.decode()
    assert done.returncode == 0
    return done.stdout.splitlines(keepends=True)


def evidence_of(
    root: Path, *wants: Want | str, python: str = sys.executable, resolver: str | None = None, patch: str = ""
) -> Evidence:
    """The same as evidence; a bundle with a problem fails the test."""
    evidence = bundle.read(lines_of(root, *wants, python=python, resolver=resolver, patch=patch))
    assert evidence.problems == (), evidence.problems
    return evidence


def entry_of(root: Path, path: str, want: Want | None = None, patch: str = "") -> Entry:
    """What one place gives."""
    return evidence_of(root, want or Want(path), patch=patch).entries[(path, "libc")]


@cache
def loaded() -> ModuleType:
    """The collector as a module, without a call of its main function."""
    task = program("/", False, Request(()))
    module = ModuleType("collect")
    exec(compile(task.rpartition(b"\nmain(")[0], "collect.py", "exec"), module.__dict__)
    return module


def told(root: Path, resolver: str, wants: Iterable[Want]) -> list[dict[str, Any]]:
    """The lines that the loaded collector tells of a tree, by one of its resolvers."""
    collector = loaded()
    stream = io.BytesIO()
    number = os.open(root, os.O_PATH | os.O_DIRECTORY)
    try:
        view = collector.LibcView(collector.resolver(number, resolver))
        walker = collector.Walker(
            collector.Teller(collector.Bundle(stream), collector.Note()), {"libc": view}
        )
        for asked in Request(tuple(wants)).as_data():
            walker.answer(collector.Want(asked))
    finally:
        os.close(number)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def interpreters() -> dict[str, str]:
    """Every Python from 3.6 on that is installed here: version to path, one for each minor version."""
    places = [*Path.home().glob(".pyenv/versions/*/bin/python3"), Path("/usr/libexec/platform-python")]
    places += [Path(found) for minor in range(6, 20) if (found := shutil.which(f"python3.{minor}"))]
    installed: dict[str, str] = {}
    for place in (place for place in places if place.exists()):
        said = subprocess.run([place, "-V"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"Python 3\.(\d+)", said)
        if version and int(version[1]) >= 6:
            installed.setdefault(f"3.{version[1]}", str(place))
    return installed
