"""`mmdemo add-run`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_the_run_ranks_beside_the_others(
    run: Run, shop: Path, judged: list[str], tmp_path: Path
) -> None:
    live = tmp_path / "live.trec"
    live.write_text("1 Q0 lamp-red 1 2.5 x\n1 Q0 sold-out 2 2.0 x\n1 Q0 cup-red 3 1.5 x\n")
    outcome = run("add-run", "--catalog", shop, "--name", "live", "--run", live, *judged[:2])
    assert (outcome.status, outcome.out) == (0, "run:live answers 1 queries\n")

    def search(query: str) -> Any:
        rankers = ("--rankers", "run:live,bm25", "--json")
        return json.loads(run("search", query, "--catalog", shop, *rankers).out)["rankings"]

    found = search("Red Cup")
    assert [(h["product_id"], h["rank"], h["score"]) for h in found["run:live"]["hits"]] == [
        ("lamp-red", 1, 2.5),
        ("cup-red", 2, 1.5),
    ]
    assert search("green")["run:live"] == {"missing": "this run has no such query", "hits": []}


def test_mistakes(
    run: Run, shop: Path, judged: list[str], tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    live = tmp_path / "live.trec"
    live.write_text("7 Q0 lamp-red 1 2.5 x\n")

    def add(name: str, *, catalog: Path = shop, file: Path = live) -> Any:
        return run("add-run", "--catalog", catalog, "--name", name, "--run", file, *judged[:2])

    assert_mistake(add("a/b"), "run name is not usable", "'a/b'")
    assert_mistake(add("live"), "no query id in common", "'7'", "'1'")
    assert_mistake(add("live", file=tmp_path / "absent"), "cannot read", "absent")
    assert_mistake(add("live", catalog=tmp_path / "typo"), "holds no catalog")
    assert not (shop / "runs").exists()
    assert not (tmp_path / "typo").exists()
