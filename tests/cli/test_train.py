"""`mmdemo train`"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
TOWERS = ("--text-tower", "scratch", "--image-tower", "resnet10t")


def test_says_what_it_reached_and_how_to_use_it(trained: Any, model: Path) -> None:
    assert trained.out.startswith("trained on 10 pairs in ")
    assert trained.out.endswith(f"use it with --model local-dir:{model}\n")
    assert json.loads((model / "training.json").read_bytes())["pairs"] == 10
    assert (model / "open_clip_config.json").is_file()


def test_mistakes(
    run: Run, catalog: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    def train(*options: object, catalog: Path = catalog, towers: tuple[str, ...] = TOWERS) -> Any:
        return run("train", "--catalog", catalog, *towers, "--out", tmp_path / "out", *options)

    assert_mistake(train(catalog=tmp_path / "none"), "holds no catalog")
    assert_mistake(train("--epochs", 0), "epochs is not usable", "got 0")
    for size in ("big", "96x", "1x2x3", ""):
        assert_mistake(train("--image-size", size), "image size is not usable", "96x72")
    assert_mistake(train("--image-size", 4), "at least 16 pixels")
    unknown = ("--text-tower", "scratch", "--image-tower", "resnet10t_x")
    assert_mistake(
        train(towers=unknown), "no such image tower", "got resnet10t_x", "expected resnet10t"
    )
    assert not (tmp_path / "out" / "open_clip_config.json").exists()


def test_test_queries_are_refused(
    run: Run, catalog: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    (tmp_path / "queries.csv").write_text("query_id,query,split\n1,red cup,test\n")
    (tmp_path / "qrels.txt").write_text("1 0 cup-red 3\n")
    command = ("train", "--catalog", catalog, *TOWERS, "--out", tmp_path / "out")
    queries = ("--queries", tmp_path / "queries.csv")
    assert_mistake(
        run(*command, *queries, "--qrels", tmp_path / "qrels.txt"),
        "test queries cannot be used to train",
        "got 1 of 1 queries marked test",
    )
    assert_mistake(run(*command, *queries), "takes --queries and --qrels")
    assert not (tmp_path / "out").exists()
