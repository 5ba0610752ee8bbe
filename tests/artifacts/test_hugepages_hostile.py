"""Any bytes in a file about huge pages give records or unparsed lines, never an exception."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.artifacts import (
    hugepage_consumers,
    hugepage_databases,
    hugepage_scripts,
    hugepage_users,
    hugepages,
    kernel_module_options,
)
from kenshin.artifacts.hugepage_consumers import ENVIRONMENT, HINTS, RULES, Rule
from kenshin.artifacts.hugepages import kibibytes, knob_at, number
from kenshin.evidence.artifact import Artifact, Asked, Unparsed
from kenshin.model.origin import Record
from tests.fakes import entry

PLACES: tuple[tuple[Artifact, str], ...] = (
    (hugepages.ARTIFACT, "/etc/sysctl.conf"),
    (hugepages.ARTIFACT, "/etc/tmpfiles.d/x.conf"),
    (hugepages.ARTIFACT, "/etc/default/grub"),
    (hugepages.ARTIFACT, "/proc/sys/vm/nr_hugepages"),
    (hugepages.ARTIFACT, "/proc/meminfo"),
    (hugepage_scripts.ARTIFACT, "/etc/systemd/system/x.service"),
    (hugepage_scripts.ARTIFACT, "/etc/udev/rules.d/x.rules"),
    (hugepage_consumers.ARTIFACT, "/etc/default/x"),
    (hugepage_consumers.ARTIFACT, "/etc/security/limits.conf"),
    (hugepage_databases.ARTIFACT, "/etc/mysql/my.cnf"),
    (hugepage_databases.ARTIFACT, "/etc/postgresql/15/main/postgresql.conf"),
    (hugepage_databases.ARTIFACT, "/u01/dbs/initX.ora"),
    (hugepage_users.ARTIFACT, "/proc/self/mountinfo"),
    (hugepage_users.ARTIFACT, "/proc/sysvipc/shm"),
    (hugepage_users.ARTIFACT, "/proc/1/smaps"),
    (kernel_module_options.ARTIFACT, "/etc/modprobe.d/x.conf"),
    (kernel_module_options.ARTIFACT, "/etc/modules"),
)
SYNTAX = rb"= - / \ ' [ * 0x ; : , \x00".split()
WORDS = st.sampled_from(
    [*b"vm.nr_hugepages w ExecStart= msr hugepages=0:1,2: hugetlbfs huge_pages".split(), *SYNTAX, b"\n"]
)
CONTENT = st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=30).map(b" ".join))


def parsed(artifact: Artifact, path: str, data: bytes, selected: bool = False) -> list[Record | Unparsed]:
    spec = {"content": data.decode("utf-8", "surrogateescape"), "selected": selected}
    return list(artifact.parse(Asked(path, entry(path, spec))))


@pytest.mark.parametrize(("artifact", "path"), PLACES, ids=[path for _, path in PLACES])
@settings(max_examples=25, deadline=None)
@given(data=CONTENT, selected=st.booleans())
def test_any_bytes(artifact: Artifact, path: str, data: bytes, selected: bool) -> None:
    """What comes out names the file and a line that it can have."""
    for item in parsed(artifact, path, data, selected):
        assert item.origin.path == path
        assert item.origin.line is None or selected or 1 <= item.origin.line <= data.count(b"\n") + 1


@pytest.mark.parametrize(
    "piece", [b"vm.nr_huge*", b'RUN="', b"a=\\\n", b"memcached ", b"-Xmx1", b"hugepages=", b" "]
)
@pytest.mark.parametrize(("artifact", "path"), PLACES[::2], ids=[path for _, path in PLACES[::2]])
def test_a_long_line_takes_linear_time(artifact: Artifact, path: str, piece: bytes) -> None:
    started = time.process_time()
    parsed(artifact, path, piece * (1 << 14))
    assert time.process_time() - started < 2


@settings(max_examples=200)
@given(st.integers(min_value=0, max_value=1 << 60))
def test_a_number_in_each_base_is_itself(value: int) -> None:
    """As strtoul reads it: 0x hexadecimal, 0 octal, else decimal."""
    assert (
        number(f"{value}")
        == number(f"0x{value:x}")
        == number(f"0{value:o}")
        == number(f" +{value} more")
        == value
    )


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("-1", None), ("1k", None), ("09", 9), ("0", 0), ("0x", None), ("1 2", 1)]
)
def test_odd_numbers(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "kib"),
    [("2M", 2048), ("1G", 1 << 20), ("2048", 2), ("64kB", 64), ("1T", 1 << 30), ("big", None)],
)
def test_sizes(text: str, kib: int | None) -> None:
    assert kibibytes(text) == kib


@pytest.mark.parametrize(
    ("path", "knob"),
    [
        ("/proc/sys/vm/nr_hugepages", ("nr_hugepages", 0)),
        ("/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", ("nr_hugepages", 1 << 20)),
        ("$(find /x)/hugepages/hugepages-2048kB/nr_hugepages", ("nr_hugepages", 2048)),
        ("/sys/kernel/mm/hugepages/*/nr_over*", ("nr_overcommit_hugepages", 0)),
        ("/sys/kernel/mm/hugepages/x/" + "*" * 300, None),
        ("/sys/kernel/mm/transparent_hugepage/enabled", None),
        ("/sys/kernel/mm/*/*/nr_hugepages", ("nr_hugepages", 0)),
        ("/proc/$(pidof x)/fd/*", None),
        ("/tmp/nr_hugepages", None),
        ("nr_hugepages", None),
    ],
)
def test_knobs(path: str, knob: tuple[str, int] | None) -> None:
    assert knob_at(path) == knob


def test_every_rule_has_a_telling_line() -> None:
    """No rule takes an empty line for a consumer, and each compiles over bytes, as the collector needs it."""
    for rule in hugepage_consumers.RULES:
        assert not rule.line.search("")
        assert re.compile(rule.line.pattern.encode()).search(b"") is None


FOR_UNITS = [rule for rule in RULES if set(ENVIRONMENT) <= set(rule.paths)]


@pytest.mark.parametrize("rule", FOR_UNITS, ids=lambda rule: rule.who)
def test_each_rule_for_units_asks_for_a_hint(rule: Rule) -> None:
    assert any(hint in rule.line.pattern for hint in HINTS)
