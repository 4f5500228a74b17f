"""The queries and their truth, recomputed from the words and the products file alone."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mmdemo.sample.products import invent
from mmdemo.sample.queries import Ask, ask

KIND_OF = {
    "Kitchen > Mugs": "mug", "Kitchen > Bowls": "bowl", "Kitchen > Plates": "plate",
    "Kitchen > Teapots": "teapot", "Decor > Vases": "vase", "Decor > Planters": "planter",
    "Decor > Clocks": "clock", "Lighting > Table Lamps": "table lamp",
    "Lighting > Floor Lamps": "floor lamp", "Furniture > Chairs": "chair",
    "Furniture > Stools": "stool", "Textiles > Cushions": "cushion", "Textiles > Rugs": "rug",
}  # fmt: skip
COLORS = [
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "gray",
    "black",
    "white",
]
PATTERNS = ["plain", "striped", "checked", "dotted", "two-tone", "speckled"]
FEATURES = [
    "dishwasher-safe",
    "machine-washable",
    "watertight",
    "frost-proof",
    "dimmable",
    "stackable",
    "silent",
]


def _expected(query: str, row: dict[str, str]) -> int:
    kind = KIND_OF[row["category"]]
    match = re.fullmatch(rf"(?:(.*) )?{kind}", query)
    if match is None:
        return 0
    rest = match[1] or ""
    missed = 0
    for words, told in (
        (COLORS, [row["color"]]),
        (PATTERNS, [row["pattern"]]),
        (FEATURES, row["description"].lower()),
    ):
        for word in words:
            if word in rest.split():
                rest = " ".join(w for w in rest.split() if w != word)
                missed += word not in told
    if rest:
        missed += rest != row["material"]
    return max(1, 3 - missed)


@pytest.fixture(scope="module")
def queries(shop: Path) -> dict[str, str]:
    with (shop / "queries.csv").open(encoding="utf-8", newline="") as file:
        return {row["query_id"]: row["query"] for row in csv.DictReader(file)}


def test_about_forty_plain_queries(queries: dict[str, str]) -> None:
    assert 36 <= len(queries) <= 44
    assert len(set(queries.values())) == len(queries)
    words = [query.split() for query in queries.values()]
    assert sum(any(w in COLORS for w in q) and any(w in PATTERNS for w in q) for q in words) >= 8
    assert sum(any(w in FEATURES for w in q) for q in words) >= 4
    assert sum(query in KIND_OF.values() for query in queries.values()) >= 3


def test_qrels_follow_from_the_products_file(
    shop: Path, rows: list[dict[str, str]], queries: dict[str, str]
) -> None:
    written = {}
    for line in (shop / "qrels.txt").read_text().splitlines():
        query_id, iteration, product_id, gain = line.split(" ")
        assert iteration == "0"
        written[query_id, product_id] = int(gain)
    expected = {
        (query_id, row["id"]): grade
        for query_id, query in queries.items()
        for row in rows
        if (grade := _expected(query, row))
    }
    assert written == expected
    assert set(written.values()) == {1, 2, 3}


def test_every_query_has_a_product_that_is_all_it_asks_for(shop: Path) -> None:
    lines = [line.split(" ") for line in (shop / "qrels.txt").read_text().splitlines()]
    assert {line[0] for line in lines} == {line[0] for line in lines if line[3] == "3"}


@pytest.mark.parametrize(
    ("query", "grade"),
    [
        (Ask("mug"), 3),
        (Ask("mug", color="red", pattern="striped"), 3),
        (Ask("mug", color="blue", pattern="striped"), 2),
        (Ask("mug", color="blue"), 2),
        (Ask("mug", color="blue", pattern="dotted"), 1),
        (Ask("mug", color="blue", pattern="dotted", feature="dishwasher-safe"), 1),
        (Ask("mug", color="red", feature="dishwasher-safe"), 3),
        (Ask("mug", color="red", material="enamel"), 2),
        (Ask("bowl", color="red", pattern="striped"), 0),
    ],
)
def test_grades(query: Ask, grade: int) -> None:
    item = replace(
        invent(1, seed=1, id_prefix="")[0],
        kind="mug",
        color="red",
        pattern="striped",
        material="porcelain",
        features=frozenset({"dishwasher-safe"}),
    )
    assert query.grade(item) == grade


def test_words_of_a_query() -> None:
    asked = Ask("bowl", color="blue", feature="dishwasher-safe")
    assert asked.text == "dishwasher-safe blue bowl"
    assert Ask("mug", color="red", pattern="striped").text == "red striped mug"
    assert Ask("plate", color="white", pattern="plain").text == "plain white plate"


def test_a_shop_of_one_product_can_be_asked_for() -> None:
    items = invent(1, seed=1, id_prefix="")
    queries = ask(items, seed=1)
    assert queries
    assert all(query.grade(items[0]) == 3 for query in queries)
