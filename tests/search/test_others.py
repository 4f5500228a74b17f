"""Indexes beside the served one: the same rankings as if they were served, or a reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog, write_catalog
from mmdemo.errors import ModelError, RankerError
from mmdemo.index import build_index
from mmdemo.records import Product, Query, Ranking
from mmdemo.search import RankerInfo, SearchEngine, store_weight
from mmdemo.towers import Towers

Loads = list[str]
TITLES = ["red cup", "red lamp", "vase", "blue cup", "cup"]


@pytest.fixture
def shop(tmp_path: Path, separate_towers: Towers, shared_towers: Towers) -> Path:
    """Indexed by one pair of towers as default, by another as may; descriptions only as notes."""
    products = [
        Product(f"p{i:04d}", title, description=f"{title} number {i}")
        for i, title in enumerate(TITLES)
    ]
    catalog = write_catalog(tmp_path / "shop", products)
    build_index(catalog, separate_towers, text_fields=("title",))
    build_index(catalog, shared_towers, text_fields=("title",), name="may")
    build_index(catalog, separate_towers, text_fields=("description",), name="notes")
    return catalog.directory


@pytest.fixture
def loads(separate_towers: Towers, shared_towers: Towers, monkeypatch: pytest.MonkeyPatch) -> Loads:
    """Text models that were loaded, in order."""
    loaded: Loads = []

    def load(spec: str, *, text_spec: str | None, device: str) -> Towers:
        assert device == "cpu"
        loaded.append(str(text_spec))
        return {"sentences": separate_towers, "words": shared_towers}[str(text_spec)]

    for module in ("engine", "others"):
        monkeypatch.setattr(f"mmdemo.search.{module}.load_towers", load)
    return loaded


def opened(shop: Path, index_name: str = "default") -> SearchEngine:
    return SearchEngine.open(shop, device="cpu", index_name=index_name)


def named(ranking: Ranking, name: str) -> Ranking:
    return replace(ranking, ranker=name)


def test_rankers_of_all_indexes_are_listed_at_once(shop: Path, loads: Loads) -> None:
    engine = opened(shop)
    assert loads == ["sentences"]  # the served one
    own = [info.name for info in engine.rankers if not info.index]
    assert [info.name for info in engine.rankers] == [
        *own,
        *(f"{name}@may" for name in own),
        *(f"{name}@notes" for name in own),
    ]
    (info,) = [info for info in engine.rankers if info.name == "fused@may"]
    assert info == RankerInfo(
        "fused@may",
        "Fused · may",
        "Adds text and photo cosines by the weight of text. By the index 'may'.",
        weighted=True,
        index="may",
        unavailable="",
    )
    assert engine.ranker_names == tuple(info.name for info in engine.rankers)
    assert "text@default" in opened(shop, "may").ranker_names


@pytest.mark.parametrize("kind", ["words", "photo"])
def test_another_index_ranks_as_if_it_were_served(
    shop: Path, loads: Loads, make_photo: Callable[..., bytes], kind: str
) -> None:
    query = Query("red cup") if kind == "words" else Query("", make_photo())
    engine, may = opened(shop), opened(shop, "may")
    names = [info.name for info in may.rankers if not info.index]
    within = np.array([True, False, True, True, True])
    options = {"text_weight": 0.3, "within": within}
    expected = may.search(query, rankers=names, **options)  # type: ignore[arg-type]
    asked = [f"{name}@may" for name in names]
    found = engine.search(query, rankers=[*asked, "text"], **options)  # type: ignore[arg-type]
    assert found == {
        **{f"{name}@may": named(expected[name], f"{name}@may") for name in names},
        "text": engine.search(query, within=within)["text"],
    }
    places = engine.places(query, ["p0003"], rankers=asked, **options)  # type: ignore[arg-type]
    whole = may.places(query, ["p0003"], rankers=names, **options)  # type: ignore[arg-type]
    assert places == {f"{name}@may": whole[name] for name in names}


def test_one_weight_counts_for_all(shop: Path, loads: Loads) -> None:
    store_weight(shop, 0.9, {}, "may")  # of use where that index is served
    found = opened(shop).search(Query("red"), rankers=("fused@may", "text@may"))
    pairs = zip(found["fused@may"].hits, found["text@may"].hits, strict=True)
    for fused, by_text in pairs:  # no product has a photo
        assert fused.score == pytest.approx(0.5 * by_text.score, abs=2e-6)


def test_it_is_loaded_once_when_it_is_first_asked(shop: Path, loads: Loads) -> None:
    engine = opened(shop)
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda _: engine.search(Query("a"), rankers=("text@may",)), range(8)):
            pass
    assert loads == ["sentences", "words"]


def test_towers_are_shared_with_the_served_index(shop: Path, loads: Loads) -> None:
    engine = opened(shop)
    found = engine.search(Query("number"), rankers=("bm25", "bm25@notes"))
    assert (len(found["bm25"].hits), len(found["bm25@notes"].hits)) == (0, 5)
    assert loads == ["sentences"]
    batches = engine.towers.text.batches  # type: ignore[attr-defined]
    before = len(batches)
    engine.search(Query("new words"), rankers=("text", "text@notes"))
    assert len(batches) == before + 1


def reasons(engine: SearchEngine) -> set[str]:
    return {info.unavailable for info in engine.rankers if info.index == "may"}


def test_an_index_older_than_its_products(
    shop: Path, loads: Loads, separate_towers: Towers
) -> None:
    catalog = write_catalog(shop, [*Catalog.open(shop), Product("p0009", "new")])
    build_index(catalog, separate_towers, text_fields=("title",))
    engine = opened(shop)
    (reason,) = reasons(engine)
    assert reason.startswith("the index of shop is older than its products; run `mmdemo index")
    assert "--name may`" in reason
    assert not [name for name in engine.ranker_names if name.endswith("@may")]
    found = engine.search(Query("red"), rankers=("text@may", "text"))
    assert found["text@may"] == Ranking("text@may", Query("red").query_id, (), reason)
    assert found["text"].hits
    places = engine.places(Query("red"), ["p0000"], rankers=("text@may",))
    assert places == {"text@may": {"p0000": None}}


@pytest.mark.parametrize("damage", ["manifest", "vectors", "towers", "model"])
def test_an_index_that_cannot_be_loaded(
    shop: Path,
    loads: Loads,
    separate_towers: Towers,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    folder = shop / "indexes" / "may"
    if damage == "manifest":
        (folder / "index.json").write_text("{")
    engine = opened(shop)
    if damage == "vectors":
        shutil.rmtree(next(folder.glob("build-*")))
    if damage == "towers":
        monkeypatch.setattr("mmdemo.search.others.load_towers", lambda *_, **__: separate_towers)
    if damage == "model":

        def gone(*_: object, **__: object) -> Towers:
            raise ModelError("no model in this folder", got="/gone")

        monkeypatch.setattr("mmdemo.search.others.load_towers", gone)
    expected = {
        "manifest": "index.json is damaged",
        "vectors": "vectors.npz cannot be read",
        "towers": "the text tower of words has changed since the catalog was indexed",
        "model": "no model in this folder: got /gone",
    }[damage]
    assert reasons(engine) == ({""} if damage != "manifest" else reasons(engine))
    found = engine.search(Query("red"), rankers=("fused@may", "fused"))
    assert expected in found["fused@may"].missing
    assert found["fused"].hits
    assert reasons(engine) == {found["fused@may"].missing}  # told from now on
    assert "fused@may" not in engine.ranker_names


def test_a_model_whose_folder_is_gone_is_told_without_loading(
    shop: Path, loads: Loads, shared_towers: Towers, tmp_path: Path
) -> None:
    image = replace_spec(shared_towers, f"local-dir:{tmp_path}/last-month")
    build_index(Catalog.open(shop), image, text_fields=("title",), name="may")
    engine = opened(shop)
    assert reasons(engine) == {"its model is gone: last-month; put it back or index again"}
    (tmp_path / "last-month").mkdir()
    assert reasons(opened(shop)) == {""}
    assert loads == ["sentences", "sentences"]


def replace_spec(towers: Towers, spec: str) -> Towers:
    """The same towers under another SPEC."""

    class Renamed:
        def __init__(self, tower: object) -> None:
            self.tower = tower
            self.spec = spec

        def __getattr__(self, name: str) -> object:
            return getattr(self.tower, name)

    return Towers(towers.text, Renamed(towers.image), towers.image_query)  # type: ignore[arg-type]


def test_an_index_that_is_not_there(shop: Path, loads: Loads) -> None:
    for name in ("text@june", "text@", "text@default", "nothing@may"):
        with pytest.raises(RankerError, match=f"no such ranker: got {name}"):
            opened(shop).search(Query("red"), rankers=(name,))
