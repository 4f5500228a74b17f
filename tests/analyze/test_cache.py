import os
from pathlib import Path

import pytest

from mmdemo.analyze import ResultCache, content_key
from mmdemo.errors import EvaluationError


def test_a_key_follows_the_content_of_files_not_their_names(tmp_path: Path) -> None:
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text("same")
    other.write_text("same")
    key = content_key({"qrels": one, "weight": 0.5})
    assert key == content_key({"weight": 0.5, "qrels": other})
    assert key != content_key({"qrels": one, "weight": 0.6})
    assert key != content_key({"runs": one, "weight": 0.5})
    one.write_text("other")
    assert key != content_key({"qrels": one, "weight": 0.5})
    nested = content_key({"runs": {"a": one, "b": [other, None]}})
    other.write_text("changed")
    assert nested != content_key({"runs": {"a": one, "b": [other, None]}})


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot read"):
        content_key({"qrels": tmp_path / "absent"})


def test_what_is_kept_comes_back_unless_it_is_damaged(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "results")
    assert cache.get("k") is None
    cache.put("k", b"some\nbytes")
    assert cache.get("k") == b"some\nbytes"
    (path,) = (tmp_path / "results").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert cache.get("k") is None
    cache.put("k", b"again")
    assert cache.get("k") == b"again"


def test_the_ones_used_longest_ago_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.analyze.cache.KEPT", 2)
    cache = ResultCache(tmp_path)
    for age, key in ((30, "a"), (20, "b")):
        cache.put(key, b"x")
        os.utime(tmp_path / f"{key}.result", (1_000_000 - age, 1_000_000 - age))
    assert cache.get("a") == b"x"  # used: now the newest
    cache.put("c", b"x")
    assert [key for key in "abc" if cache.get(key)] == ["a", "c"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ResultCache(tmp_path / "file")
    cache.put("k", b"x")
    assert cache.get("k") is None
