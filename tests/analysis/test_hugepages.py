"""Who is named as the user of huge pages."""

from typing import Any

import pytest

from kenshin.analysis.hugepage_use import explanation
from kenshin.analysis.hugepages import huge_pages
from tests.cases import case_of, parts

RESERVED = {"/etc/sysctl.conf": "vm.nr_hugepages=128\n"}
POSTGRESQL = "/etc/postgresql/15/main/postgresql.conf"
SERVER: dict[str, Any] = {
    "/proc/sys/vm/nr_hugepages": "8\n",
    "/proc/self/smaps_rollup": "",
    "/proc/7/smaps_rollup": "14:Private_Hugetlb:    2048 kB\n",
    "/proc/7/exe": {"link": "/usr/sbin/vpp"},
    "/usr/sbin/vpp": {"content": "ELF", "package": "vpp 23"},
}


@pytest.mark.parametrize(
    ("host", "said"),
    [
        (RESERVED, ""),
        (
            {**RESERVED, POSTGRESQL: "huge_pages = on\n"},
            f"used by PostgreSQL 15/main ({POSTGRESQL}:1: huge_pages = on)",
        ),
        (SERVER, "used by /usr/sbin/vpp"),
        # A file of settings without its cluster is no database.
        ({**RESERVED, "/var/lib/postgresql/15/main/postgresql.auto.conf": "shared_buffers=8GB\n"}, ""),
        # An amount that is none counts as nothing: too small to explain anything by trying.
        ({**RESERVED, POSTGRESQL: "shared_buffers = plenty\n"}, ""),
    ],
)
def test_explanation(host: dict[str, Any], said: str) -> None:
    case = case_of({"host": host, "live": True}, parts()[0])
    assert explanation(case, huge_pages(case)) == said


def test_the_most_that_is_reserved_is_the_largest_of_the_ways() -> None:
    """A pool is one: what a file asks for and what the kernel holds are not added up."""
    host = {
        **RESERVED,
        "/etc/cron.d/x": "@reboot root sysctl -w vm.nr_hugepages=256\n",
        "/proc/meminfo": "HugePages_Total: 64\n",
    }
    assert huge_pages(case_of({"host": host}, parts()[0])).kib == 256 * 2048
