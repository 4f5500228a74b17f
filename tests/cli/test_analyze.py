"""`mmdemo analyze` and `mmdemo report`"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def cache(tmp_path: Path) -> list[str]:
    return ["--cache", str(tmp_path / "cache")]


def test_a_catalog_is_analyzed_and_written_in_every_form(
    run: Run, shop: Path, judged: list[str], cache: list[str], tmp_path: Path
) -> None:
    outcome = run(
        "analyze", "--catalog", shop, *judged, *cache, "--weight", 0.5,
        "--json", tmp_path / "a.json", "--csv", tmp_path / "csv", "--holes", tmp_path / "h.csv",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith("# Does fusion help? shop\n")
    assert "**Not enough grades to say.**" in outcome.out  # two queries
    assert "only 2 queries: too few to say anything" in outcome.out
    found = json.loads((tmp_path / "a.json").read_bytes())
    assert (found["queries"], found["unjudged_queries"], found["grades"]) == (2, 1, 4)
    assert [ranker["ranker"] for ranker in found["rankers"]] == ["bm25", "text", "image", "fused"]
    assert found["weights"]["served"] == 0.5
    assert found["verdict"]["comparison"]["ranker"] == "fused"
    names = {path.stem for path in (tmp_path / "csv").iterdir()}
    assert names >= {"rankers", "comparisons", "queries", "weights", "holes"}
    holes = list(csv.reader((tmp_path / "h.csv").read_text().splitlines()))
    assert holes[0][:3] == ["query_id", "query", "product_id"]
    judged_pairs = {("1", "cup-red"), ("1", "cup-blue"), ("2", "lamp-blue"), ("2", "lamp-red")}
    pairs = {(row[0], row[2]) for row in holes[1:]}
    assert pairs
    assert not pairs & judged_pairs


def test_the_same_again_comes_from_the_cache_and_a_change_does_not(
    run: Run,
    shop: Path,
    judged: list[str],
    cache: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = ("report", "--catalog", shop, *judged, *cache, "--out", tmp_path / "r.html")
    assert run(*command).status == 0
    page = (tmp_path / "r.html").read_text()
    assert "data:image/" in page
    assert "<svg" in page

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("opened again")

    with monkeypatch.context() as patch:
        patch.setattr("mmdemo.search.SearchEngine.open", refuse)
        again = run(*command)
        assert again.status == 0
        assert "fused" in again.out
        with pytest.raises(AssertionError, match="opened again"):
            run(*command, "--weight", 0.1)
        qrels = tmp_path / "qrels.txt"
        qrels.write_text(qrels.read_text() + "2 0 cup-red 0\n")
        with pytest.raises(AssertionError, match="opened again"):
            run(*command)


def test_runs_alone_need_no_catalog(
    run: Run, judged: list[str], cache: list[str], tmp_path: Path
) -> None:
    (tmp_path / "old.trec").write_text("1 Q0 cup-blue 1 2 x\n1 Q0 cup-red 2 1 x\n")
    (tmp_path / "new.trec").write_text("1 Q0 cup-red 1 2 x\n2 Q0 lamp-red 1 2 x\n")
    runs = ("--run", f"prod={tmp_path / 'old.trec'}", "--run", f"next={tmp_path / 'new.trec'}")
    outcome = run("analyze", *runs, *judged, *cache, "--baseline", "prod")
    assert outcome.status == 0, outcome.err
    assert "next − prod" in outcome.out
    assert "prod is missing, not zero, for 1 × no ranking." in outcome.out
    assert run("report", *runs, *judged, *cache, "--out", tmp_path / "r.md").status == 0
    assert (tmp_path / "r.md").read_text().startswith("# Which ranker?\n")


def test_grades_come_from_the_label_store(
    run: Run, shop: Path, cache: list[str], tmp_path: Path
) -> None:
    from datetime import UTC, datetime

    from mmdemo.labels import JudgmentStore
    from mmdemo.records import Judgment, Query

    labels = tmp_path / "labels.sqlite3"
    with JudgmentStore(f"sqlite:///{labels}") as store:
        for number, (judge, product, grade) in enumerate(
            [("ann", "cup-red", 3), ("ben", "cup-red", 2), ("ann", "cup-blue", 0)]
        ):
            query = Query("red cup")
            store.add(
                Judgment(
                    f"e{number}", "spring", judge, query.query_id, query.text, product, grade,
                    datetime(2026, 3, 1, tzinfo=UTC), blind=True,
                )
            )  # fmt: skip
    options = ("--catalog", shop, "--labels", labels, "--campaign", "spring", *cache)
    outcome = run("analyze", *options)
    assert outcome.status == 0, outcome.err
    assert "1 judged queries, 2 grades" in outcome.out
    assert "| without judge ann |" in outcome.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "nothing to analyze"),
        (("--run", "x"), "got 'x', expected NAME=FILE"),
        (("--run", "a=x", "--run", "a=y"), "same name"),
        (("--run", "a=absent"), "cannot read absent"),
        (("--run", "a=absent", "--measure", "nDGC"), "nDGC"),
    ],
)
def test_mistakes_in_one_line(
    run: Run,
    judged: list[str],
    cache: list[str],
    assert_mistake: Callable[..., None],
    options: tuple[str, ...],
    told: str,
) -> None:
    assert_mistake(run("analyze", *judged, *cache, *options), told)


def test_grades_have_to_come_from_somewhere(
    run: Run, shop: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    assert_mistake(run("analyze", "--catalog", shop), "there are no grades")
    (tmp_path / "q.txt").write_text("1 0 a 1\n")
    assert_mistake(
        run("analyze", "--catalog", shop, "--qrels", tmp_path / "q.txt"), "qrels need their queries"
    )
    assert_mistake(
        run("analyze", "--catalog", shop, "--labels", tmp_path / "no.db"), "there are no judgments"
    )
