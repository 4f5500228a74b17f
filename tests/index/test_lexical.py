"""BM25 against the formula of Robertson and Zaragoza as Lucene has it, worked by brute force."""

import math
from pathlib import Path

import pytest

from mmdemo.errors import IndexMismatchError
from mmdemo.index import LexicalIndex

TEXTS = [
    "red shoe",
    "red red dress with red belt",
    "blue shoe for running",
    "",
    "green lamp",
    "blue shoe for running",
]


def brute_force(query: str, texts: list[str]) -> dict[int, float]:
    stop = {"with", "for"}
    documents = [[word for word in text.split() if word not in stop] for text in texts]
    average = sum(map(len, documents)) / len(documents)
    scores: dict[int, float] = {}
    for row, words in enumerate(documents):
        score = 0.0
        for word in query.split():
            holding = sum(word in other for other in documents)
            idf = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            times = words.count(word)
            score += idf * times / (times + 1.5 * (1 - 0.75 + 0.75 * len(words) / average))
        if score > 0:
            scores[row] = score
    return scores


@pytest.mark.parametrize("query", ["red", "blue shoe", "red shoe running", "red red shoe", "lamp"])
def test_scores_and_order(query: str) -> None:
    scores, rows = LexicalIndex.build(TEXTS).search(query, 10)
    expected = brute_force(query, TEXTS)
    assert rows.tolist() == sorted(expected, key=lambda row: (-round(expected[row], 5), row))
    assert scores == pytest.approx([expected[row] for row in rows.tolist()], rel=1e-5)


@pytest.mark.parametrize("depth", [7, 1000, 1300])
def test_ties_go_to_the_first_rows_at_the_cut_too(depth: int) -> None:
    texts = ["same words", "others here", "same words, and many more"] * 500
    _, rows = LexicalIndex.build(texts).search("same", depth)
    # The shorter text scores higher.
    assert rows.tolist() == [*range(0, 1500, 3), *range(2, 1500, 3)][:depth]


def test_case_and_punctuation_do_not_matter() -> None:
    _, rows = LexicalIndex.build(TEXTS).search("  GREEN, lamp!! ", 3)
    assert rows.tolist() == [4]


@pytest.mark.parametrize("query", ["with for the", "unknown words", "", "  ", "?!", "🙂"])
def test_a_query_without_a_known_word_finds_nothing(query: str) -> None:
    scores, rows = LexicalIndex.build(TEXTS).search(query, 10)
    assert (scores.tolist(), rows.tolist()) == ([], [])


def test_unknown_words_beside_known_ones_change_nothing() -> None:
    index = LexicalIndex.build(TEXTS)
    plain, with_unknown = index.search("lamp", 5), index.search("the lamp zzz", 5)
    assert [part.tolist() for part in plain] == [part.tolist() for part in with_unknown]


@pytest.mark.parametrize("texts", [[], [""], ["", "the of", "!"]])
def test_texts_without_a_word(texts: list[str], tmp_path: Path) -> None:
    index = LexicalIndex.build(texts)
    index.save(tmp_path / "bm25")
    for each in (index, LexicalIndex.load(tmp_path / "bm25")):
        assert each.search("shoe", 5)[1].tolist() == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("красная обувь", "ОБУВЬ"),
        ("chaussures été", "Été"),
        ("κόκκινα παπούτσια", "παπούτσια"),
        ("赤い靴", "赤い靴"),
    ],
)
def test_other_scripts(text: str, query: str) -> None:
    _, rows = LexicalIndex.build(["red shoe", text, "blue"]).search(query, 5)
    assert rows.tolist() == [1]


def test_saved_and_loaded_answers_the_same(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "bm25")
    loaded = LexicalIndex.load(tmp_path / "bm25")
    for query in ("red shoe", "running", "zzz"):
        (scores, rows), (scores_after, rows_after) = index.search(query, 9), loaded.search(query, 9)
        assert scores.tolist() == scores_after.tolist()
        assert rows.tolist() == rows_after.tolist()


@pytest.mark.parametrize("damage", ["no folder", "vocab.index.json", "data.csc.index.npy"])
def test_damaged_files_name_the_remedy(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "bm25"
    if damage != "no folder":
        LexicalIndex.build(TEXTS).save(folder)
        path = folder / damage
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexMismatchError, match=r"cannot be read: .*; run `mmdemo index` again"):
        LexicalIndex.load(folder)
