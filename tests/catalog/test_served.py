"""Which index is served, by the file that says so."""

from pathlib import Path

import pytest

from mmdemo.catalog import index_before, serve_before, serve_index, served_index
from mmdemo.errors import CatalogError


def test_without_a_file_it_is_the_default(tmp_path: Path) -> None:
    assert served_index(tmp_path) == "default"
    assert list(tmp_path.iterdir()) == []


def test_each_step_back_is_one_of_those_forth(tmp_path: Path) -> None:
    for name in ("may", "may", "june", "default"):
        serve_index(tmp_path, name)
    seen = []
    for _ in range(3):
        seen.append((served_index(tmp_path), index_before(tmp_path)))
        serve_before(tmp_path)
    assert seen == [("default", "june"), ("june", "may"), ("may", "default")]
    assert served_index(tmp_path) == "default"
    for back in (index_before, serve_before):
        with pytest.raises(CatalogError, match="has served no other index than default"):
            back(tmp_path)


def test_a_long_history_forgets_its_beginning(tmp_path: Path) -> None:
    for number in range(30):
        serve_index(tmp_path, f"v{number}")
    for number in range(29, 10, -1):
        assert served_index(tmp_path) == f"v{number}"
        serve_before(tmp_path)
    assert served_index(tmp_path) == "v10"
    with pytest.raises(CatalogError, match="no other index than v10"):
        index_before(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"served": []}', '{"served": [1]}'])
def test_a_damaged_file_is_told_and_left(tmp_path: Path, content: str) -> None:
    path = tmp_path / "indexes" / "served.json"
    path.parent.mkdir()
    path.write_text(content)
    for use in (served_index, index_before, serve_before):
        with pytest.raises(CatalogError, match=r"served\.json cannot be read: .*; delete it"):
            use(tmp_path)
    with pytest.raises(CatalogError, match=r"served\.json cannot be read"):
        serve_index(tmp_path, "may")
    assert path.read_text() == content
