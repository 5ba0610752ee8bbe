from pathlib import Path

import pytest

from kenshin.cli.output import WholeFile
from kenshin.model.errors import OutputError


def test_text_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "report"
    with pytest.raises(OutputError, match="it cannot be written: 'utf-8' codec"), WholeFile(file) as whole:
        whole.write("\udcff")
    assert list(tmp_path.iterdir()) == []


def test_pieces_are_one_file_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "report"
    with WholeFile(file) as whole:
        whole.write("a")
        whole.write("b")
        assert not file.exists()
    assert file.read_text() == "ab"


def test_two_writers_of_one_process_do_not_share_a_part(tmp_path: Path) -> None:
    file = tmp_path / "report"
    with WholeFile(file), pytest.raises(OutputError, match="File exists"):
        WholeFile(file).__enter__()
    assert file.exists()
