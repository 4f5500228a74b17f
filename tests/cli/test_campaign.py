"""`mmdemo campaign create`, `status`, `open`, `close`, `grow`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.labels import JudgmentStore
from mmdemo.labels.campaigns import CampaignStore

Run = Callable[..., Any]


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    file = tmp_path / "queries.csv"
    file.write_text("query_id,query\nt1,red cup\nt2,blue lamp\n")
    return file


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "judgments.sqlite3"


def found(run: Run, shop: Path, query: str, k: int, ranker: str) -> list[str]:
    """What `mmdemo search` lists."""
    out = run("search", query, "--catalog", shop, "--rankers", ranker, "-k", k, "--json").out
    return [hit["product_id"] for hit in json.loads(out)["rankings"][ranker]["hits"]]


def test_from_queries_to_a_closed_campaign(
    run: Run, shop: Path, queries: Path, database: Path, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("query,product_id,grade,why\nred cup,cup-red,3,it is\n")
    guidelines = tmp_path / "guidelines.md"
    guidelines.write_text("# Ours\n")
    made = run(
        "campaign", "create", "autumn", "--catalog", shop, "--queries", queries,
        "--rankers", "bm25,text", "--depth", 3, "--judges-per-pair", 2, "--gold", gold,
        "--gold-share", 0, "--training", 1, "--guidelines", guidelines, "--desirability",
        "--strategy", "most_decisive", "--seed", 5, "--labels", database,
    )  # fmt: skip
    assert made.status == 0, made.err
    expected = {
        query: {
            product for ranker in ("bm25", "text") for product in found(run, shop, query, 3, ranker)
        }
        for query in ("red cup", "blue lamp")
    }
    expected["red cup"].add("cup-red")  # gold, whoever found it
    pairs = sum(map(len, expected.values()))
    line = made.out.splitlines()[0]
    assert line == (
        f"autumn: draft, 2 queries, {pairs} pairs, 2 judges per pair, "
        f"0 of {2 * (pairs - 1)} grades (0 %), 0 judges so far"
    )
    assert "Each pair needs 2 judges, but only 1 judge is there" in made.out
    with JudgmentStore(f"sqlite:///{database}") as store:
        campaigns = CampaignStore(store.database)
        kept = campaigns.get("autumn")
        asked = {
            query.text: {pair.product_id for pair in campaigns.pairs("autumn", query.query_id)}
            for query in campaigns.overview("autumn").queries
        }
        markdown = campaigns.guidelines("autumn").markdown
    assert asked == expected
    assert (kept.seed, kept.definition.strategy, markdown) == (5, "most_decisive", "# Ours\n")
    assert [question.name for question in kept.definition.questions] == [
        "relevance",
        "desirability",
    ]

    assert run("campaign", "open", "autumn", "--labels", database).out.startswith("autumn: open")
    told = run("campaign", "status", "--labels", database).out
    assert told.startswith("autumn: open")
    assert (
        "2 queries are not finished"
        in run("campaign", "status", "autumn", "--labels", database).out
    )
    grown = run(
        "campaign", "grow", "autumn", "--catalog", shop, "--depth", 12, "--labels", database
    )
    # 12 products of each query by text: all there are.
    assert grown.out.startswith(f"{24 - pairs} new pairs\n"), grown.err
    closed = run("campaign", "close", "autumn", "--labels", database).out
    assert closed.startswith("autumn: closed, 2 queries, 24 pairs")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status", "--labels", "{folder}/none.sqlite3"), "there are no judgments"),
        (("open", "x", "--labels", "{folder}/none.sqlite3"), "there are no judgments"),
    ],
)
def test_where_nothing_is(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    told = run("campaign", *(word.format(folder=tmp_path) for word in arguments))
    assert told.status == 2
    assert message in told.err


def test_mistakes(run: Run, shop: Path, queries: Path, database: Path) -> None:
    create = ("campaign", "create", "autumn", "--catalog", shop, "--labels", database)
    for more, message in (
        ((), "no queries of its own"),
        (("--queries", queries, "--rankers", "luck"), "luck"),
        (("--queries", queries, "--depth", 0), "depth"),
        (("--queries", queries, "--judges-per-pair", 0), "judges_per_pair"),
        (("--queries", queries, "--gold", queries), "lack a column"),
    ):
        told = run(*create, *more)
        assert told.status == 2, more
        assert message in told.err
        assert told.err.count("\n") == 1
    assert run("campaign", "close", "autumn", "--labels", database).status == 2
