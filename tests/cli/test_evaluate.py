"""`mmdemo evaluate`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.trec import read_run

Run = Callable[..., Any]


def test_numbers_and_runs(run: Run, shop: Path, judged: list[str], tmp_path: Path) -> None:
    out, runs = tmp_path / "out.json", tmp_path / "runs"
    outcome = run(
        "evaluate", "--catalog", shop, *judged, "--rankers", "bm25,image,fused",
        "--measures", "nDCG@10", "R(rel=3)@2", "--json", out, "--runs", runs, "--weight", 0.25,
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert outcome.out.startswith("2 judged queries; 1 without a judgment left out.")
    assert {line.split()[1] for line in outcome.out.splitlines() if line.startswith("| ")} >= {
        "bm25",
        "image",
        "fused",
    }
    assert outcome.out.endswith("weight of text: 0.25\n")

    numbers = json.loads(out.read_bytes())
    assert numbers["queries"] == 2
    assert list(numbers["rankers"]) == ["bm25", "image", "fused"]
    for measures in numbers["rankers"].values():
        assert list(measures)[:2] == ["nDCG@10", "R(rel=3)@2"]
        assert all(0 <= value <= 1 for value in measures.values())
    # BM25 finds the words themselves: the exact product first for both queries.
    assert numbers["rankers"]["bm25"]["R(rel=3)@2"] == 1.0

    assert sorted(path.name for path in runs.iterdir()) == ["bm25.trec", "fused.trec", "image.trec"]
    ranked = read_run(runs / "bm25.trec")
    assert [ranked[topic][0].product_id for topic in ("1", "2")] == ["cup-red", "lamp-blue"]


def test_some_of_the_queries(run: Run, shop: Path, judged: list[str], tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("2\n")
    options = ("--query-ids", tmp_path / "ids.txt", "--rankers", "bm25", "--json", tmp_path / "o")
    assert run("evaluate", "--catalog", shop, *judged, *options).status == 0
    assert json.loads((tmp_path / "o").read_bytes())["queries"] == 1


def test_runs_of_others_are_measured(
    run: Run, shop: Path, judged: list[str], tmp_path: Path
) -> None:
    (tmp_path / "live.trec").write_text("1 Q0 cup-blue 1 2.0 x\n1 Q0 cup-red 2 1.0 x\n")
    run(
        "add-run", "--catalog", shop, "--name", "live", "--run", tmp_path / "live.trec", *judged[:2]
    )
    options = ("--rankers", "bm25,run:live", "--measures", "R(rel=3)@1", "--json", tmp_path / "o")
    outcome = run("evaluate", "--catalog", shop, *judged, *options, "--runs", tmp_path / "runs")
    assert outcome.status == 0
    numbers = json.loads((tmp_path / "o").read_bytes())
    assert numbers["rankers"]["run:live"]["R(rel=3)@1"] == 0.0
    assert numbers["missing"] == {"bm25": 0, "run:live": 1}
    assert (tmp_path / "runs" / "run_live.trec").is_file()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--rankers", "magic"), "'magic'"),
        (("--measures", "nDGC@10"), "nDGC@10"),
        (("--weight", "2"), "got 2.0"),
        (("--query-ids", "IDS"), "names queries that"),
        (("--qrels", "absent.txt"), "cannot read absent.txt"),
        (("--json", "DIR"), "Is a directory"),
    ],
)
def test_mistakes(
    run: Run,
    shop: Path,
    judged: list[str],
    tmp_path: Path,
    options: tuple[str, str],
    told: str,
) -> None:
    (tmp_path / "IDS").write_text("1\n77\n")
    (tmp_path / "DIR").mkdir()
    name, value = options
    value = str(tmp_path / value) if value.isupper() else value
    outcome = run("evaluate", "--catalog", shop, *judged, name, value)
    assert outcome.status == 2
    assert told in outcome.err.splitlines()[-1]
    assert outcome.err.splitlines()[-1].startswith("mmdemo: ")
