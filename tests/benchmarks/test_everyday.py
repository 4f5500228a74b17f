import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.everyday import QUERIES, Ask, audience, make_truth, qrels_lines, read_asks
from mmdemo.trec import read_qrels, read_topics

HEADER = ["id", "article_type", "colour", "gender", "age_group"]
SHOP = [
    ["right", "Shirts", "Navy Blue", "Men", "Adults-Men"],
    ["for anyone", "Shirts", "Blue", "Unisex", "Adults-Unisex"],
    ["red", "Shirts", "Red", "Men", "Adults-Men"],
    ["no color", "Shirts", "", "Men", "Adults-Men"],
    ["hers", "Shirts", "Blue", "Women", "Adults-Women"],
    ["a child's", "Shirts", "Blue", "Men", "Kids-Boys"],
    ["shoes", "Heels", "Blue", "Men", "Adults-Men"],
]


def ask(types: str, colors: str = "", audiences: str = "") -> Ask:
    def values(cell: str) -> frozenset[str]:
        return frozenset(cell.split("|")) if cell else frozenset()

    return Ask("q 1", "words", values(types), values(colors), values(audiences))


def grades(asked: Ask) -> list[int]:
    return [asked.grade(dict(zip(HEADER, row, strict=True))) for row in SHOP]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (ask("Shirts", "Blue|Navy Blue", "Men|Unisex"), [3, 3, 2, 2, 1, 1, 0]),
        (ask("Shirts", "", "Men|Unisex"), [3, 3, 3, 3, 1, 1, 0]),
        (ask("Shirts", "Blue"), [2, 3, 2, 2, 3, 3, 0]),
        (ask("Shirts|Heels", "Blue", "Boys"), [1, 1, 1, 1, 1, 3, 1]),
        (ask("Heels"), [0, 0, 0, 0, 0, 0, 3]),
    ],
    ids=["all", "no color", "no audience", "two types", "type only"],
)
def test_grades(asked: Ask, expected: list[int]) -> None:
    assert grades(asked) == expected


def test_age_decides_over_gender_and_may_be_unknown() -> None:
    assert audience({"gender": "Unisex", "age_group": "Kids-Unisex"}) == "Kids"
    assert audience({"gender": "Women", "age_group": "Kids-Girls"}) == "Girls"
    assert audience({"gender": "Women", "age_group": "Adults-Women"}) == "Women"
    assert audience({"gender": "Boys"}) == "Boys"


def test_lines_are_trec_and_leave_out_irrelevant_products() -> None:
    rows = [dict(zip(HEADER, row, strict=True)) for row in (SHOP[0], SHOP[6], SHOP[1])]
    assert list(qrels_lines([ask("Shirts", "Blue")], rows)) == [
        "q%201 0 right 2\n",
        "q%201 0 for%20anyone 3\n",
    ]


def test_truth_of_a_shop_is_read_by_the_tool(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "products.csv.gz", "wt", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *SHOP])
    queries, qrels = make_truth(tmp_path, tmp_path / "out")
    words = {topic.topic_id: topic.query.text for topic in read_topics(queries)}
    assert words["e007"] == "crisp light blue office button-up for men"
    assert read_qrels(qrels)["e007"] == {
        "right": 2,
        "for anyone": 3,
        "red": 2,
        "no color": 2,
        "hers": 1,
        "a child's": 1,
    }


def test_the_queries_are_distinct_and_say_what_is_right() -> None:
    asks = read_asks()
    assert len(asks) == 230
    assert len({a.query_id for a in asks}) == len({a.query.casefold() for a in asks}) == 230
    assert all(a.article_types for a in asks)
    assert set().union(*(a.audiences for a in asks)) == {
        "Men",
        "Women",
        "Unisex",
        "Boys",
        "Girls",
        "Kids",
    }
    asked = Counter((bool(a.colors), bool(a.audiences)) for a in asks)
    assert asked[True, True] > 115  # most name type, color and audience
    assert asked[False, True] > 20
    assert QUERIES.read_text(encoding="utf-8").isascii()
