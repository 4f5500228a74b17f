"""The demo's catalog: made once, gone on with, made anew when shop or model change."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmdemo.catalog import Catalog, serve_index
from mmdemo.errors import CatalogError, ModelError
from mmdemo.records import Query
from mmdemo.sample import demo, prepare_demo
from mmdemo.search import SearchEngine, store_weight
from mmdemo.towers import cache, load_towers
from mmdemo.trec import read_qrels, read_topics


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many vectors were made, a number for each batch."""
    made: list[int] = []
    append = cache.VectorCache.append

    def count(self: cache.VectorCache, keys: list[bytes], vectors: Any) -> None:
        made.append(len(keys))
        append(self, keys, vectors)

    monkeypatch.setattr(cache.VectorCache, "append", count)
    return made


def _mtimes(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"}


def test_the_first_start_makes_a_shop_that_three_lists_answer(assets: Path, tmp_path: Path) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    assert folder == tmp_path / "demo" / "homeware"
    engine = SearchEngine.open(folder, device="cpu")
    rankings = engine.search(Query("red cup"), top_k=4)
    everything = {"C-0", "C-1", "C-2", "C-3"}
    assert {name: {hit.product_id for hit in r.hits} for name, r in rankings.items()} == {
        "text": everything, "image": everything, "fused": everything,
    }  # fmt: skip
    assert engine.text_weight == 0.35
    assert engine.manifest is not None
    assert engine.manifest.text_fields == ("title", "description")


def test_queries_and_what_the_page_tells_lie_beside_the_catalog(
    assets: Path, tmp_path: Path
) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    words, photo = read_topics(folder / "queries.csv")
    navy = (assets / "shop" / "queries" / "photos" / "navy.png").read_bytes()
    assert (words.query.text, words.split) == ("red cup", "test")
    assert (photo.query.text, photo.query.image) == ("", navy)
    assert read_qrels(folder / "qrels.txt") == {"q1": {"C-0": 3, "C-1": 1}, "q2": {"C-2": 3}}
    assert (folder / "queries" / "photos" / "navy.png").read_bytes() == navy  # of examples.csv
    for name in ("examples.csv", "about.json", "results.json"):
        assert (folder / name).read_bytes() == (assets / "shop" / name).read_bytes()


def test_a_second_start_changes_nothing(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    store_weight(folder, 0.8, {})  # as `mmdemo tune` does
    before = _mtimes(tmp_path / "demo")
    monkeypatch.setattr(demo, "import_catalog", None)  # calling it would fail
    assert prepare_demo(tmp_path / "demo", assets=assets, device="cpu") == folder
    assert _mtimes(tmp_path / "demo") == before


def test_an_interrupted_first_start_goes_on(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoded: list[int]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "store_weight", interrupt)  # all but the last is done
        with pytest.raises(KeyboardInterrupt):
            prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    assert (
        sum(encoded) == 4 + 4
    )  # texts (which are titles, and those stand in for queries) and photos
    encoded.clear()
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    assert SearchEngine.open(folder, device="cpu").text_weight == 0.35
    assert encoded == []


def test_shipped_vectors_are_not_made_again(
    assets: Path, tmp_path: Path, encoded: list[int]
) -> None:
    made = prepare_demo(tmp_path / "first", assets=assets, device="cpu")
    shutil.copytree(made / "vectors", assets / "shop" / "vectors")
    # One product's text is new: it alone is encoded, and stands in for a query too.
    products = assets / "shop" / "products.csv"
    products.write_text(products.read_text().replace("white cup", "white mug"))
    (tmp_path / "second" / "homeware" / "vectors" / ".left over").mkdir(parents=True)
    encoded.clear()
    folder = prepare_demo(tmp_path / "second", assets=assets, device="cpu")
    towers = load_towers(f"local-dir:{assets / 'model'}", device="cpu")
    assert encoded == [1]
    engine = SearchEngine.open(folder, device="cpu")
    place = engine.catalog.rows["C-3"]
    expected = towers.text.encode_texts(["white mug"])[0]
    np.testing.assert_allclose(engine.vectors.text[place], expected, atol=1e-6)


def test_an_update_of_the_shop_is_noticed_and_grades_still_belong_to_it(
    assets: Path, tmp_path: Path
) -> None:
    first = Catalog.open(prepare_demo(tmp_path / "demo", assets=assets, device="cpu"))
    products = assets / "shop" / "products.csv"
    products.write_text(products.read_text().replace("C-3,white", "C-9,ivory"))
    for name in ("examples.csv", "results.json"):
        (assets / "shop" / name).unlink()
    second = Catalog.open(prepare_demo(tmp_path / "demo", assets=assets, device="cpu"))
    elsewhere = Catalog.open(prepare_demo(tmp_path / "other", assets=assets, device="cpu"))
    assert list(second.rows) == ["C-0", "C-1", "C-2", "C-9"]
    assert not (second.directory / "examples.csv").exists()
    assert (second.directory / "about.json").exists()
    assert first.catalog_id == second.catalog_id == elsewhere.catalog_id == demo.CATALOG_ID
    SearchEngine.open(second.directory, device="cpu")


def test_an_update_of_the_model_is_noticed_and_its_index_served(
    assets: Path, tmp_path: Path, make_tiny_model: Any
) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    serve_index(folder, "tuned")  # of the model before, and gone
    (assets / "model").unlink()
    new = make_tiny_model(assets / "model", seed=5)
    prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    engine = SearchEngine.open(folder, device="cpu")
    assert engine.manifest is not None
    assert engine.manifest.model == f"local-dir:{new}"
    assert engine.index_name == "default"


def test_moved_assets_are_found_at_their_new_place(assets: Path, tmp_path: Path) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    shutil.copytree(assets / "model", tmp_path / "moved" / "model")
    shutil.move(assets / "shop", tmp_path / "moved")
    prepare_demo(tmp_path / "demo", assets=tmp_path / "moved", device="cpu")
    shutil.rmtree(assets)
    SearchEngine.open(folder, device="cpu")


def test_a_damaged_one_is_made_again(assets: Path, tmp_path: Path) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    (folder / "catalog.json").write_text("damaged")
    (folder / "indexes" / "served.json").write_text("damaged")
    prepare_demo(tmp_path / "demo", assets=assets, device="cpu", again=True)
    engine = SearchEngine.open(folder, device="cpu")
    assert (len(engine.catalog), engine.catalog.catalog_id) == (4, demo.CATALOG_ID)


def test_the_shop_of_a_version_that_drew_it_goes(assets: Path, tmp_path: Path) -> None:
    for name in ("homeware/photos", "model", "training"):
        (tmp_path / "demo" / name).mkdir(parents=True)
    (tmp_path / "demo" / "homeware" / "examples.txt").write_text("red mug")
    (tmp_path / "demo" / "ready.json").write_text(json.dumps({"catalog": "0123"}))
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    assert not (folder / "examples.txt").exists()
    assert not (tmp_path / "demo" / "model").exists()
    assert not (tmp_path / "demo" / "training").exists()


def test_nothing_is_thrown_away_when_the_model_cannot_be_loaded(
    assets: Path, tmp_path: Path
) -> None:
    folder = prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    model = (assets / "model").resolve()
    (assets / "model").unlink()
    shutil.copytree(model, assets / "model")
    (assets / "model" / "open_clip_model.safetensors").write_bytes(b"cut off")
    with pytest.raises(ModelError):
        prepare_demo(tmp_path / "demo", assets=assets, device="cpu", again=True)
    assert len(Catalog.open(folder)) == 4


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(
    assets: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()  # root may write everywhere, but not into a file
    told = rf"cannot be kept in {tmp_path}/file/demo: got Not a directory .*; set MMDEMO_DATA to"
    with pytest.raises(CatalogError, match=told):
        prepare_demo(tmp_path / "file" / "demo", assets=assets, device="cpu")


def test_a_full_disk_is_told(assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(demo, "_copy_vectors", full)
    with pytest.raises(CatalogError, match=r"got No space left on device .*; set MMDEMO_DATA to"):
        prepare_demo(tmp_path / "demo", assets=assets, device="cpu")
    assert not (tmp_path / "demo" / "ready.json").exists()
