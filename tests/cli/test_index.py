"""`mmdemo index`"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.errors import IndexMismatchError
from mmdemo.fusion import MixtureOfExperts, fusion_folder, save_fusion
from mmdemo.index import read_manifest
from mmdemo.towers import load_towers

Run = Callable[..., Any]


def test_says_what_it_indexed(run: Run, catalog: Path, model: Path) -> None:
    outcome = run("index", "--catalog", catalog, "--model", f"local-dir:{model}")
    assert outcome.status == 0
    assert outcome.out == "indexed 12 products: 12 with text (128 d), 10 with photo (128 d)\n"
    manifest = read_manifest(Catalog.open(catalog))
    assert manifest.text_fields == ("title", "description")
    assert manifest.model == manifest.text_model == f"local-dir:{model}"


def test_options(run: Run, shop: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)  # a relative path means the same from anywhere
    monkeypatch.setenv("MMDEMO_INDEX_NAME", "other")
    shutil.copytree(model, shop.parent / "second")
    options = (
        "--text-fields",
        "title, category",
        "--text-model",
        f"local-dir:{shop.parent}/second",
    )
    outcome = run("index", "--catalog", shop, "--model", "local-dir:model", *options)
    assert outcome.status == 0
    manifest = read_manifest(Catalog.open(shop), "other")
    assert manifest.text_fields == ("title", "category")
    assert manifest.model == f"local-dir:{model}"
    assert manifest.text_model == f"local-dir:{shop.parent}/second"
    assert read_manifest(Catalog.open(shop)).text_fields == ("title", "description")


def test_the_model_of_the_sample_shop_has_a_short_name(
    run: Run, catalog: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mmdemo.sample.find_assets", lambda: model.parent)
    assert model.name == "model"
    assert run("index", "--catalog", catalog, "--model", "sample").status == 0
    assert read_manifest(Catalog.open(catalog)).model == f"local-dir:{model}"
    options = ("--model", f"local-dir:{model}", "--text-model", "sample")
    assert run("index", "--catalog", catalog, *options).status == 0
    assert read_manifest(Catalog.open(catalog)).text_model == f"local-dir:{model}"


def test_learned_fusions_of_the_model(
    run: Run, catalog: Path, model: Path, judged: list[str], tmp_path: Path
) -> None:
    learned = tmp_path / "learned"
    shutil.copytree(model, learned)
    towers = load_towers(f"local-dir:{learned}", device="cpu")
    torch.manual_seed(0)
    save_fusion(
        MixtureOfExperts(128, text_weight=1.0, hidden=16, rank=8),
        fusion_folder(learned, "fused-moe"),
        text_fingerprint=towers.text.fingerprint,
        image_fingerprint=towers.image.fingerprint,
        trained={},
    )
    outcome = run("index", "--catalog", catalog, "--model", f"local-dir:{learned}")
    assert outcome.out.endswith("10 with photo (128 d), fused by fused-moe\n")
    run("index", "--catalog", catalog, "--model", f"local-dir:{model}", "--name", "before")
    names = "text,fused-moe,fused-moe@before"
    found = run("search", "red cup", "--catalog", catalog, "--rankers", names, "--json")
    assert found.status == 2
    assert "no such ranker: got fused-moe@before" in found.err
    found = run("search", "red cup", "--catalog", catalog, "--rankers", "text,fused-moe", "--json")
    rankings = json.loads(found.out)["rankings"]
    # It starts as text alone, and every product has text.
    for by_text, by_both in zip(*(rankings[name]["hits"] for name in rankings), strict=True):
        assert by_text["product_id"] == by_both["product_id"]
        assert by_text["score"] == pytest.approx(by_both["score"], abs=2e-6)
    table = run("evaluate", "--catalog", catalog, *judged, "--rankers", "text,fused-moe")
    assert table.status == 0
    assert "fused-moe" in table.out


def test_an_index_beside_the_first(
    run: Run, shop: Path, model: Path, assert_mistake: Callable[..., None]
) -> None:
    options = ("--model", f"local-dir:{model}", "--text-fields", "title")
    assert run("index", "--catalog", shop, "--name", "titles", *options).status == 0
    catalog = Catalog.open(shop)
    assert read_manifest(catalog, "titles").text_fields == ("title",)
    assert read_manifest(catalog).text_fields == ("title", "description")
    found = run("search", "red cup", "--catalog", shop, "--rankers", "bm25,bm25@titles", "-k", 1)
    assert found.status == 0
    assert "bm25@titles" in found.out
    outcome = run("index", "--catalog", shop, "--name", "no/such", *options)
    assert_mistake(outcome, "index name is not usable: got 'no/such'")


def test_mistakes(
    run: Run, catalog: Path, model: Path, tmp_path: Path, assert_mistake: Callable[..., None]
) -> None:
    spec = f"local-dir:{model}"
    outcome = run("index", "--catalog", tmp_path / "none", "--model", spec)
    assert_mistake(outcome, "holds no catalog", "mmdemo import")
    outcome = run("index", "--catalog", catalog, "--model", f"local-dir:{tmp_path}")
    assert_mistake(outcome, "no model in this folder", "mmdemo train")
    assert_mistake(run("index", "--catalog", catalog, "--model", "ViT-B-32/no"), "ViT-B-32/no")
    outcome = run("index", "--catalog", catalog, "--model", spec, "--text-fields", "title,cost")
    assert_mistake(outcome, "text fields are not usable", "got cost")
    with pytest.raises(IndexMismatchError, match="has no index"):
        read_manifest(Catalog.open(catalog))
