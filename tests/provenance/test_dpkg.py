from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kenshin.provenance import dpkg
from kenshin.provenance.dpkg_status import STATUS, packages
from tests.beside import cases
from tests.fakes import host

PLACES = (
    STATUS,
    dpkg.DIVERSIONS,
    dpkg.UCF,
    dpkg.UCF_PACKAGES,
    f"{dpkg.INFO}cron.list",
    f"{dpkg.INFO}cron.md5sums",
    f"{dpkg.INFO}cron.postinst",
)
CRON = "Package: cron\nStatus: install ok installed\nVersion: 3.0\n"


@pytest.mark.parametrize("case", cases(__file__))
def test_case(case: dict[str, Any]) -> None:
    database = dpkg.read(host(case["host"]))
    assert database is not None
    claims = [
        (claim.package.name, claim.package.version, claim.md5) for claim in database.claims(case["path"])
    ]
    assert claims == [tuple(map(str, claim)) for claim in case["claims"]]
    told = [
        f"{hole.line}: {hole.reason.partition(': ')[2]}" if hole.line else hole.reason
        for hole in database.problems
    ]
    wanted = case.get("problems", [])
    assert len(told) == len(wanted)
    assert all(text.startswith(words) for text, words in zip(told, wanted, strict=True)), told


@pytest.mark.parametrize("case", cases(__file__, "writers"))
def test_writer(case: dict[str, Any]) -> None:
    files = {STATUS: CRON, f"{dpkg.INFO}cron.list": "/x", f"{dpkg.INFO}cron.postinst": case["script"]}
    database = dpkg.read(host(files))
    assert database is not None
    writer = database.writer(case["path"], case["text"])
    assert (writer.name if writer else "") == ("cron" if case["writes"] else "")
    assert database.writer(case["path"], case["text"]) is writer, "the second answer comes from memory"


def test_a_host_without_status_has_no_dpkg() -> None:
    assert dpkg.read(host({STATUS: {"outcome": "absent"}})) is None


def test_an_unreadable_status_vouches_for_nothing() -> None:
    database = dpkg.read(host({STATUS: {"outcome": "denied"}, f"{dpkg.INFO}cron.list": "/usr/sbin/cron"}))
    assert database is not None
    assert list(database.claims("/usr/sbin/cron")) == []
    assert [hole.path for hole in database.problems] == [STATUS, f"{dpkg.INFO}cron.list"]


def test_whether_a_package_has_digests_at_all() -> None:
    files = {STATUS: CRON, f"{dpkg.INFO}cron.list": "/x"}
    without, with_them = (
        dpkg.read(host(files | more)) for more in ({}, {f"{dpkg.INFO}cron.md5sums": "0  x"})
    )
    assert without is not None
    assert with_them is not None
    assert not without.has_digests(without.packages["cron"])
    assert with_them.has_digests(with_them.packages["cron"])


HOSTILE = st.binary(max_size=80) | st.lists(
    st.sampled_from(
        [b"Package: cron\n", b"Status: x\n", b"Conffiles:\n", b" /a " + b"0" * 32, b"\n", b"/x\n", b"\0\xff"]
    ),
    max_size=8,
).map(b"".join)


@given(
    st.dictionaries(st.sampled_from(PLACES), HOSTILE), st.sampled_from(["/x", "/usr/sbin/cron", "/", "x", ""])
)
@settings(max_examples=150)
def test_any_bytes_are_read(files: dict[str, bytes], path: str) -> None:
    texts = {place: data.decode("utf-8", "surrogateescape") for place, data in files.items()}
    database = dpkg.read(host(texts))
    if database is not None:
        assert all(len(claim.md5) in (0, 32) for claim in database.claims(path))
        database.writer(path, "* * * * * root " + "x" * 20)


def test_long_fields_and_repeated_paths_take_linear_time() -> None:
    """Each of these took minutes, were a step of it quadratic."""
    many = 200_000
    status = CRON + "Conffiles:\n" + " /a b\n" * many + "Description: x\n" + "\n" * many
    assert len(list(packages(status))) == 1
    sums = ("  x" * many) + "\n"
    database = dpkg.read(
        host({STATUS: CRON, f"{dpkg.INFO}cron.list": "/x\n" * many, f"{dpkg.INFO}cron.md5sums": sums})
    )
    assert database is not None
    assert [claim.md5 for claim in database.claims("/x")] == [""]
