"""`mmdemo train`"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TOWERS = ("--text-tower", "scratch", "--image-tower", "test_convnext", "--image-size", 32)
NETWORKS = ("fused-mlp", "fused-gate", "fused-attention", "fused-moe")
QUICK = [
    f"--set={step}.{choice}"
    for step in ("domain", "text", "image", "fusion")
    for choice in ("epochs=1", "batch_size=4")
] + ["--set=queries=20"]


def test_says_what_it_reached_and_how_to_use_it(trained: Any, model: Path) -> None:
    step, use = trained.out.splitlines()
    # The one product that is held out has no photo: there is nothing to measure.
    assert re.fullmatch(r"domain +1 epoch, \d+\.\d min", step)
    assert use == f"use it with --model local-dir:{model}; card in {model / 'README.md'}"
    told = json.loads((model / "training.json").read_bytes())
    assert told["recipe"]["image_tower"] == "resnet10t"
    assert told["recipe"]["domain"]["batch_size"] == 4
    assert (model / "open_clip_config.json").is_file()


def test_all_steps_then_nothing_then_the_index(run: Run, catalog: Path, tmp_path: Path) -> None:
    command = ("train", "--catalog", catalog, *TOWERS, *QUICK, "--out", tmp_path / "model")
    outcome = run(*command)
    assert outcome.status == 0, outcome.err
    names = [line.split()[0] for line in outcome.out.splitlines()]
    assert names == ["domain", "text", "image", *NETWORKS, "use"]
    for name in ("text", *NETWORKS):
        told = rf"^{name} +\d\.\d{{4}} → \d\.\d{{4}}, 1 epoch, \d+\.\d min$"
        assert re.search(told, outcome.out, re.MULTILINE), outcome.out
    steps = sorted((tmp_path / "model" / "training").glob("*/weights.pt"))
    times = [path.stat().st_mtime_ns for path in steps]
    assert len(steps) == 7

    # The run's own recipe.json is a configuration, and options go before it.
    again = run(
        "train", "--catalog", catalog, "--config", tmp_path / "model" / "recipe.json",
        "--out", tmp_path / "second", "--work", tmp_path / "model" / "training",
        "--without", "image", "--set", 'fusion.networks=["fused-gate"]', "--until", "fusion",
    )  # fmt: skip
    assert again.status == 0, again.err
    assert [line.split()[0] for line in again.out.splitlines()] == [
        "domain", "text", "fused-gate", "use",
    ]  # fmt: skip
    assert again.out.splitlines()[:2] == outcome.out.splitlines()[:2], "taken, not trained"
    assert [path.stat().st_mtime_ns for path in steps] == times
    told = json.loads((tmp_path / "second" / "recipe.json").read_bytes())
    assert (told["image"]["epochs"], told["fusion"]["networks"]) == (0, ["fused-gate"])

    indexed = run("index", "--catalog", catalog, "--model", f"local-dir:{tmp_path / 'model'}")
    assert indexed.status == 0, indexed.err
    found = run("search", "red cup", "--catalog", catalog, "--rankers", "fused-moe,fused-gate")
    assert found.status == 0, found.err
    assert "cup" in found.out


def test_a_file_of_choices(run: Run, catalog: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(
        'text_tower = "scratch"\nimage_tower = "resnet10t"\nqueries = 20\nseed = 5\n'
        "image_size = [48, 32]\n[domain]\nepochs = 1\nbatch_size = 6\n"
    )
    options = ("--config", tmp_path / "recipe.toml", "--seed", 7, "--text-fields", "title,brand")
    command = ("train", "--catalog", catalog, "--out", tmp_path / "model", "--until", "domain")
    outcome = run(*command, *options, "--image-tower", "test_convnext", "--set", "domain.epochs=2")
    assert outcome.status == 0, outcome.err
    told = json.loads((tmp_path / "model" / "recipe.json").read_bytes())
    assert (told["seed"], told["image_tower"], told["image_size"]) == (7, "test_convnext", [48, 32])
    assert told["text_fields"] == ["title", "brand"]
    assert (told["domain"]["epochs"], told["domain"]["batch_size"]) == (2, 6)


def test_judged_queries(run: Run, catalog: Path, judged: list[str], tmp_path: Path) -> None:
    only = ("--without", "domain", "--without", "image", "--without", "fusion")
    command = ("train", "--catalog", catalog, *TOWERS, *QUICK, *only, "--out", tmp_path / "model")
    outcome = run(*command, *judged)
    assert outcome.status == 0, outcome.err
    told = json.loads((tmp_path / "model" / "training.json").read_bytes())
    assert told["data"]["queries"] == 2, "the third has no judgment"
    assert list(told["steps"]) == ["text"]
    (tmp_path / "ids.txt").write_text("3\n")
    outcome = run(*command, *judged, "--query-ids", tmp_path / "ids.txt")
    assert outcome.status == 2
    assert "give nothing to train on" in outcome.err


def test_mistakes(
    run: Run, catalog: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    def train(*options: object, catalog: Path = catalog, towers: tuple[Any, ...] = TOWERS) -> Any:
        return run("train", "--catalog", catalog, *towers, "--out", tmp_path / "out", *options)

    assert_mistake(train(catalog=tmp_path / "none"), "holds no catalog")
    assert_mistake(train(towers=()), "recipe: no text_tower", "expected --text-tower")
    assert_mistake(train("--set", "text.epochs=-1"), "text.epochs is not usable", "got -1")
    assert_mistake(train("--set", "text.epoch=1"), "recipe: text.epoch:")
    assert_mistake(train("--set", "text.epochs"), "a choice is not usable", "step.name=value")
    assert_mistake(train("--set", 'fusion.networks=["fused"]'), "no such fusion", "got fused,")
    assert_mistake(train("--config", tmp_path / "none.toml"), "none.toml cannot be read")
    for size in ("big", "96x", "1x2x3", ""):
        assert_mistake(train("--image-size", size), "image size is not usable", "96x72")
    assert_mistake(train("--image-size", 4), "at least 16 pixels")
    unknown = ("--text-tower", "scratch", "--image-tower", "resnet10t_x")
    assert_mistake(
        train(towers=unknown), "no such image tower", "got resnet10t_x", "expected resnet10t"
    )
    for option in ("--until", "--without"):
        with pytest.raises(SystemExit):
            train(option, "everything")
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
