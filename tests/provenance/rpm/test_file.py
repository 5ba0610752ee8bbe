"""Files put together from columns that fit, that do not, and that were made to exhaust memory."""

import pytest

from kenshin.provenance.rpm.errors import BrokenHeaderError
from kenshin.provenance.rpm.file import File, files
from kenshin.provenance.rpm.header import parse
from tests.provenance.rpm.forge import Value, loose

SUMMARY: dict[int, Value] = {1004: (6, "long enough for a few files " * 9)}
TWO: dict[int, Value] = {
    1116: (4, [1, 0]),
    1117: (8, ["a", "b"]),
    1118: (8, ["/x/", "/y/"]),
    1028: (4, [5, 6]),
    1030: (3, [33188, 33188]),
    1035: (8, ["aa", ""]),
    1036: (8, ["", "a"]),
    1037: (4, [17, 64]),
    1039: (8, ["root", "web"]),
    1040: (8, ["adm", "root"]),
}


def read(tags: dict[int, Value], most: int = 1000) -> tuple[File, ...]:
    return files(parse(loose(SUMMARY | tags)).content, most)


def test_columns_become_files() -> None:
    assert read(TWO) == (
        File("/y/a", "aa", "md5", 33188, "root", "adm", 17, 5, ""),
        File("/x/b", "", "md5", 33188, "web", "root", 64, 6, "a"),
    )


@pytest.mark.parametrize(
    ("number", "name"), [(1, "md5"), (8, "sha256"), (10, "sha512"), (12, "sha3_256"), (99, "unknown-99")]
)
def test_the_digest_algorithm_is_named(number: int, name: str) -> None:
    assert {file.algorithm for file in read(TWO | {5011: (4, number)})} == {name}


def test_long_sizes_win() -> None:
    assert [file.size for file in read(TWO | {5008: (5, [1 << 40, 1])})] == [1 << 40, 1]


def test_whole_names_of_rpm_3_are_read() -> None:
    assert [file.path for file in read({1027: (8, ["/a", "/b/c"])})] == ["/a", "/b/c"]


def test_missing_columns_are_empty() -> None:
    assert read({1027: (8, ["/a"])}) == (File("/a", "", "md5", 0, "", "", 0, 0, ""),)
    assert read({}) == ()


@pytest.mark.parametrize("tag", sorted(TWO.keys() - {1118}))
def test_a_column_of_another_length_is_refused(tag: int) -> None:
    kind, value = TWO[tag]
    assert isinstance(value, list)
    with pytest.raises(BrokenHeaderError):
        read(TWO | {tag: (kind, value[:1])})


@pytest.mark.parametrize("index", [2, 0xFFFFFFFF])
def test_a_directory_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(BrokenHeaderError):
        read(TWO | {1116: (4, [0, index])})


def test_more_files_than_allowed_are_refused() -> None:
    with pytest.raises(BrokenHeaderError):
        read(TWO, most=1)


def test_a_few_bytes_do_not_become_a_million_files() -> None:
    with pytest.raises(BrokenHeaderError, match="more than it has room for"):
        files(parse(loose({1027: (8, [""] * 100_000)})).content, 1 << 30)


def test_one_long_directory_does_not_become_gigabytes() -> None:
    count = 20_000
    tags: dict[int, Value] = {
        1116: (4, [0] * count),
        1117: (8, ["file-of-some-length"] * count),
        1118: (8, ["/" + "d" * 100_000]),
    }
    with pytest.raises(BrokenHeaderError, match="longer than it has room for"):
        read(tags, most=1 << 30)
