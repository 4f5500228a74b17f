"""`mmdemo train --from-labels`"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.catalog import Catalog, served_index
from mmdemo.index import read_manifest
from mmdemo.search import SearchEngine, read_weight, store_weight

Run = Callable[..., Any]
COLORS = ("red", "green", "blue", "yellow", "black")
QUICK = (
    "--set", "queries=6", "--set", "text.epochs=1", "--set", "image.epochs=1",
    "--set", "text.batch_size=2", "--set", "image.batch_size=2",
)  # fmt: skip


def write_grades(folder: Path, splits: dict[str, str] | None = None) -> tuple[Path, Path]:
    """Ten queries with a right, a near and a wrong product each, as queries and qrels."""
    rows, lines = [], []
    for kind, other in (("cup", "lamp"), ("lamp", "cup")):
        for color in COLORS:
            name = f"{color}-{kind}"
            rows.append(f"{name},a {kind} in {color},{(splits or {}).get(name, '')}\n")
            lines += [
                f"{name} 0 {kind}-{color} 3\n",
                f"{name} 0 {kind}-white 1\n",
                f"{name} 0 {other}-{color} 0\n",
            ]
    queries, qrels = folder / "graded.csv", folder / "graded.txt"
    queries.write_text("query_id,query,split\n" + "".join(rows))
    qrels.write_text("".join(lines))
    return queries, qrels


@pytest.fixture
def labels(run: Run, tmp_path: Path) -> Path:
    """A label store with 30 grades of a campaign."""
    queries, qrels = write_grades(tmp_path)
    store = tmp_path / "labels.sqlite3"
    options = ("--campaign", "spring", "--judge", "ann", "--labels", store)
    assert run("labels", "import", qrels, "--queries", queries, *options).status == 0
    return store


def test_the_loop_from_grades_to_a_served_model_and_back(
    run: Run, shop: Path, labels: Path, tmp_path: Path
) -> None:
    store_weight(shop, 0.8, {})
    out = tmp_path / "tuned"
    command = (
        "train", "--from-labels", labels, "--catalog", shop, "--out", out, *QUICK, "--seed", 3,
    )  # fmt: skip
    outcome = run(*command)
    assert outcome.status == 0, outcome.err
    assert "24 grades of 8 queries to learn from, 2 held back" in outcome.out
    table = [line for line in outcome.out.splitlines() if line.startswith("| ")]
    assert [line.split("|")[1].strip() for line in table[2::2]] == ["text", "image", "fused"]
    assert "before: index default. 2 judged queries" in outcome.out
    name = re.findall(r"^index (tuned-\d{4}-\d\d-\d\d) stands beside default", outcome.out, re.M)[0]
    assert f"serve it: mmdemo use {name} --catalog {shop}\n" in outcome.out
    card = (out / "README.md").read_text()
    assert card.count("## From judgments") == 1
    assert table[-1] in card
    told = json.loads((out / "training.json").read_bytes())
    assert told["From judgments"]["before"] == "default"
    assert list(told["steps"]) == ["text", "image"]

    old, new = (read_manifest(Catalog.open(shop), index) for index in ("default", name))
    assert new.model == f"local-dir:{out}"
    assert new.text_fields == old.text_fields
    assert new.text_fingerprint != old.text_fingerprint
    assert read_weight(shop, name) == 0.8
    assert served_index(shop) == "default"
    assert run("use", name, "--catalog", shop).status == 0
    engine = SearchEngine.open(shop, device="cpu")
    assert (engine.index_name, engine.text_weight) == (name, 0.8)
    assert {"fused", "fused@default"} <= set(engine.ranker_names)

    # Of the two that were held back, another seed draws one; of the others none.
    again = run(
        "train", "--from-labels", labels, "--catalog", shop, "--out", tmp_path / "second",
        "--seed", 2, "--without", "text", "--without", "image", "--index-as", "second",
    )  # fmt: skip
    assert again.status == 0, again.err
    assert "27 grades of 9 queries to learn from, 1 held back" in again.out
    assert len(told["judgments"]["learned"]) == 8
    second = json.loads((tmp_path / "second" / "training.json").read_bytes())
    assert second["ancestors"][-1]["judgments"] == told["judgments"]
    assert set(told["judgments"]["learned"]) < set(second["judgments"]["learned"])
    assert second["judgments"]["source"] == {
        "labels": "labels.sqlite3",
        "campaign": "spring to event 30, 30 grades",
        "rule": "majority",
        "include_open": False,
    }
    assert second["judgments"]["parent"]["text"] == new.text_fingerprint
    shutil.rmtree(shop / "indexes" / "second")
    assert run("use", "--back", "--catalog", shop).status == 0

    again = run(*command)  # all is done: the same index, compared anew
    assert again.status == 0
    assert f"index {name} stands beside default" in again.out
    assert (out / "README.md").read_text().count("## From judgments") == 1
    assert sorted(p.name for p in (shop / "indexes").iterdir() if p.is_dir()) == ["default", name]


def test_grades_of_files_and_a_named_index(run: Run, shop: Path, tmp_path: Path) -> None:
    queries, qrels = write_grades(tmp_path, {"red-cup": "validation", "red-lamp": "dev"})
    outcome = run(
        "train", "--from-labels", "--queries", queries, "--qrels", qrels, "--catalog", shop,
        "--out", tmp_path / "tuned", "--index-as", "spring", "--without", "image", *QUICK,
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    assert "24 grades of 8 queries to learn from, 2 held back" in outcome.out
    assert "index spring stands beside default" in outcome.out
    told = json.loads((tmp_path / "tuned" / "training.json").read_bytes())
    assert list(told["steps"]) == ["text"]
    assert told["judgments"]["source"] == {"qrels": "graded.txt", "queries": "graded.csv"}
    assert str(tmp_path) not in (tmp_path / "tuned" / "README.md").read_text()


def test_mistakes(
    run: Run, shop: Path, labels: Path, model: Path, catalog: Path, tmp_path: Path,
    assert_mistake: Callable[..., None],
) -> None:  # fmt: skip
    def train(*options: object, store: object = labels, catalog: Path = shop) -> Any:
        out = ("--out", tmp_path / "tuned")
        return run("train", "--from-labels", store, "--catalog", catalog, *out, *QUICK, *options)

    queries, qrels = write_grades(tmp_path, {"red-cup": "test"})
    assert_mistake(train("--queries", queries), "test queries cannot be used to train", "red-cup")
    assert_mistake(train("--qrels", qrels), "--qrels come with their --queries")
    assert_mistake(train("--queries", queries, "--qrels", qrels), "not from both")
    assert_mistake(train("--campaign", "autumn"), "there are no grades")
    assert_mistake(train(store=tmp_path / "none.sqlite3"), "there are no judgments")
    assert_mistake(train("--held-back", 1), "hold back is not usable: got 1.0")
    assert_mistake(train("--index-as", "default"), "index default is the one that is served")
    assert_mistake(train("--index-as", "a/b"), "index name is not usable")
    assert_mistake(train("--out", model), "holds the model that is to be gone on with")
    assert_mistake(train(catalog=catalog), "has no index 'default'")
    fields = train("--text-fields", "title,descripton")
    assert_mistake(fields, "text fields are not usable: got descripton")
    assert_mistake(train("--text-tower", "scratch"), "no open_clip model: got scratch")
    assert not (tmp_path / "tuned").exists()
    assert [p.name for p in (shop / "indexes").iterdir() if p.is_dir()] == ["default"]


def test_an_index_of_another_model_is_never_written_over(
    run: Run, shop: Path, labels: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    shutil.copytree(shop / "indexes" / "default", shop / "indexes" / "winter")
    assert run("use", "winter", "--catalog", shop).status == 0  # so that default is the one before
    for name in ("default", "winter"):
        outcome = run(
            "train", "--from-labels", labels, "--catalog", shop, "--out", tmp_path / "tuned",
            "--index-as", name,
        )  # fmt: skip
        what = "the one that is served" if name == "winter" else "of another model"
        assert_mistake(outcome, f"index {name} is {what}; give another --index-as")
    assert not (tmp_path / "tuned").exists()


def test_what_cannot_be_compared_or_learned_from_is_told_before_anything_is_trained(
    run: Run, shop: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    queries, qrels = tmp_path / "queries.csv", tmp_path / "qrels.txt"
    queries.write_text("query_id,query\nq1,cup\nq2,lamp\nq3,sofa\nq4,gone\n")
    command = (
        "train", "--from-labels", "--queries", queries, "--qrels", qrels, "--catalog", shop,
        "--out", tmp_path / "tuned",
    )  # fmt: skip
    qrels.write_text(
        "q1 0 cup-red 1\nq1 0 cup-blue 1\nq2 0 lamp-red 1\nq3 0 cup-red 0\nq4 0 no 3\n"
    )
    outcome = run(*command, "--held-back", 0)
    assert "3 grades of 2 queries to learn from, 0 held back\n" in outcome.out
    assert "graded queries left out: 1 without a right product\n" in outcome.out
    assert outcome.status == 2
    assert "no product was judged worse than another" in outcome.err
    manifest = shop / "indexes" / "default" / "index.json"
    values = json.loads(manifest.read_bytes()) | {"text_fingerprint": "0" * 64}
    manifest.write_text(json.dumps(values))
    qrels.write_text("q1 0 cup-red 1\nq1 0 lamp-blue 0\nq2 0 lamp-red 1\n")
    outcome = run(*command)
    assert outcome.status == 2
    assert "has changed since the catalog was indexed" in outcome.err
    assert not (tmp_path / "tuned").exists()


def test_an_index_of_two_models_has_none_to_go_on_with(
    run: Run, shop: Path, labels: Path, model: Path, tmp_path: Path,
    assert_mistake: Callable[..., None],
) -> None:  # fmt: skip
    manifest = shop / "indexes" / "default" / "index.json"
    values = json.loads(manifest.read_bytes()) | {"text_model": "st:other"}
    manifest.write_text(json.dumps(values))
    command = ("train", "--from-labels", labels, "--catalog", shop, "--out", tmp_path / "tuned")
    assert_mistake(run(*command), "index default has two models", "--text-tower SPEC")
