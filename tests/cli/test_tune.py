"""`mmdemo tune`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def search(run: Run, shop: Path, query: str) -> Any:
    return json.loads(run("search", query, "--catalog", shop, "--json", "-k", 1).out)


def best(answer: Any, ranker: str) -> str:
    return str(answer["rankings"][ranker]["hits"][0]["product_id"])


def test_search_uses_the_weight_it_found(run: Run, shop: Path, tmp_path: Path) -> None:
    # What the image list has first is declared right where the fused list has something else.
    answers = [search(run, shop, query) for query in ("red cup", "blue lamp", "a table", "white")]
    assert {answer["text_weight"] for answer in answers} == {0.5}
    answer = next(a for a in answers if best(a, "image") != best(a, "fused"))
    query, right = answer["query"], best(answer, "image")
    (tmp_path / "queries.csv").write_text(f"query_id,query\n1,{query}\n")
    (tmp_path / "qrels.txt").write_text(f"1 0 {right} 3\n")
    files = ("--queries", tmp_path / "queries.csv", "--qrels", tmp_path / "qrels.txt")
    outcome = run("tune", "--catalog", shop, *files, "--measure", "P(rel=3)@1")

    assert outcome.status == 0, outcome.err
    *curve, last = outcome.out.splitlines()
    assert last == "P(rel=3)@1 over 1 queries"
    assert [line.split()[0] for line in curve] == [f"{i / 20:.2f}" for i in range(21)]
    values = {float(line.split()[0]): float(line.split()[1]) for line in curve}
    assert (values[0.0], values[0.5]) == (1.0, 0.0)
    (kept,) = [float(line.split()[0]) for line in curve if line.endswith("catalog's default")]
    assert values[kept] == 1.0

    after = search(run, shop, query)
    assert after["text_weight"] == kept
    assert best(after, "fused") == right
    stored = json.loads((shop / "indexes" / "default" / "weight.json").read_bytes())
    assert (stored["text_weight"], stored["measure"], stored["queries"]) == (kept, "P(rel=3)@1", 1)


def test_mistakes(
    run: Run, shop: Path, judged: list[str], tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    (tmp_path / "other.txt").write_text("99 0 cup-red 3\n")
    outcome = run("tune", "--catalog", shop, *judged[:2], "--qrels", tmp_path / "other.txt")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no query can be used to tune the weight" in outcome.err.splitlines()[-1]
    assert search(run, shop, "red cup")["text_weight"] == 0.5
    assert_mistake(run("tune", "--catalog", shop, *judged, "--measure", "best"), "best")


def test_judgments_that_decide_nothing_leave_the_weight_alone(
    run: Run, shop: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    (tmp_path / "queries.csv").write_text("query_id,query\n1,red cup\n")
    files = ("--queries", tmp_path / "queries.csv", "--qrels", tmp_path / "qrels.txt")
    stored = shop / "indexes" / "default" / "weight.json"
    before = stored.read_bytes() if stored.exists() else None
    (tmp_path / "qrels.txt").write_text("1 0 cup-red 0\n")
    outcome = run("tune", "--catalog", shop, *files)
    assert outcome.status == 2
    assert "the weight makes no difference" in outcome.err.splitlines()[-1]
    (tmp_path / "qrels.txt").write_text("1 0 of-another-shop 3\n")
    assert_mistake(run("tune", "--catalog", shop, *files), "none of the judged products")
    assert (stored.read_bytes() if stored.exists() else None) == before


def test_test_queries_are_refused(
    run: Run, shop: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    (tmp_path / "queries.csv").write_text(
        "query_id,query,split\n1,red cup,test\n2,blue lamp,validation\n"
    )
    (tmp_path / "qrels.txt").write_text("1 0 cup-red 3\n2 0 lamp-blue 3\n")
    files = ("--queries", tmp_path / "queries.csv", "--qrels", tmp_path / "qrels.txt")
    outcome = run("tune", "--catalog", shop, *files)
    assert_mistake(outcome, "test queries cannot be used to tune the weight", "such as 1")
    assert search(run, shop, "red cup")["text_weight"] == 0.5
    (tmp_path / "ids").write_text("2\n")
    chosen = run("tune", "--catalog", shop, *files, "--query-ids", tmp_path / "ids")
    assert "test queries" not in chosen.err
