"""Learned fusions as rankers, against brute force over the whole catalog in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mmdemo.catalog import write_catalog
from mmdemo.fusion import ConcatMLP, Gate, LearnedFusion, fusion_folder, save_fusion
from mmdemo.index import FusedVectors, Fusions, build_index
from mmdemo.records import Product, Query, Ranking
from mmdemo.search import RankerInfo, SearchEngine
from mmdemo.towers import FloatArray, Towers

MakeEngine = Callable[..., SearchEngine]
MakeRows = Callable[..., FloatArray]
MakePhoto = Callable[..., bytes]
Doubles = NDArray[np.float64]

MLP, GATE = "fused-mlp", "fused-gate"
NO_PHOTOS = "this fusion learned from queries in words; ask without a photo"


@pytest.fixture(scope="session")
def mlp() -> LearnedFusion:
    """A network that turns queries, as training leaves it."""
    torch.manual_seed(4)
    fusion = ConcatMLP(8, hidden=16)
    for parameter in fusion.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return fusion.eval()


@pytest.fixture(scope="session")
def learned(make_engine: MakeEngine, make_rows: MakeRows, mlp: LearnedFusion) -> SearchEngine:
    """300 products with made-up fused vectors: two have none, the others share 30."""
    rows = make_rows(300, seed=7, distinct=30, missing=[0, 9])
    return make_engine(
        make_rows(300), make_rows(300, seed=1), fusions=Fusions({MLP: FusedVectors(mlp, rows)})
    )


def asked(engine: SearchEngine, fusion: LearnedFusion, words: str) -> Doubles:
    """The query as the network turns it."""
    vector = torch.from_numpy(engine.towers.text.encode_texts([words]))
    with torch.no_grad():
        turned: Doubles = fusion.query(vector).numpy()[0].astype(np.float64)
    return turned


def expected(rows: FloatArray, query: Doubles, listed: Sequence[int]) -> list[tuple[str, float]]:
    scores = np.round(rows.astype(np.float64) @ query, 6)
    order = sorted(listed, key=lambda row: (-scores[row], row))
    return [(f"p{row:04d}", scores[row]) for row in order]


def told(ranking: Ranking) -> list[tuple[str, float]]:
    assert [hit.rank for hit in ranking.hits] == list(range(1, len(ranking.hits) + 1))
    return [(hit.product_id, hit.score) for hit in ranking.hits]


@pytest.mark.parametrize("top_k", [1, 20, 400])
def test_exact_scores_and_ties_in_product_id_order(
    learned: SearchEngine, make_rows: MakeRows, mlp: LearnedFusion, top_k: int
) -> None:
    rows = make_rows(300, seed=7, distinct=30, missing=[0, 9])
    listed = [row for row in range(300) if row not in (0, 9)]
    best = expected(rows, asked(learned, mlp, "red shoe"), listed)[:top_k]
    assert told(learned.search(Query("red shoe"), rankers=(MLP,), top_k=top_k)[MLP]) == best


def test_a_part_of_the_catalog_and_places_far_down(
    learned: SearchEngine, make_rows: MakeRows, mlp: LearnedFusion
) -> None:
    rows = make_rows(300, seed=7, distinct=30, missing=[0, 9])
    within = np.arange(300) % 3 == 0
    listed = [row for row in range(300) if row % 3 == 0 and row not in (0, 9)]
    best = expected(rows, asked(learned, mlp, "red"), listed)
    found = learned.search(Query("red"), rankers=(MLP,), top_k=30, within=within)
    assert told(found[MLP]) == best[:30]
    ids = ["p0003", "p0297", "p0000", "p0001", best[-1][0]]
    places = learned.places(Query("red"), ids, rankers=(MLP, "text"), within=within)
    assert [places[MLP][i] for i in ("p0000", "p0001")] == [None, None]  # none, filtered
    order = [product for product, _ in best]
    for product in ("p0003", "p0297", best[-1][0]):
        hit = places[MLP][product]
        assert hit is not None
        assert (hit.product_id, hit.rank) == (product, order.index(product) + 1)
        assert hit.score == dict(best)[product]


def test_hits_have_no_parts_and_the_weight_has_no_say(learned: SearchEngine) -> None:
    at_0, at_1 = (learned.search(Query("red"), rankers=(MLP,), text_weight=w) for w in (0.0, 1.0))
    assert at_0 == at_1
    assert {(hit.text_part, hit.image_part) for hit in at_0[MLP].hits} == {(None, None)}
    (info,) = [info for info in learned.rankers if info.name == MLP]
    assert not info.weighted


def test_many_queries_and_rankers_answer_as_one_by_one(
    learned: SearchEngine, make_photo: MakePhoto
) -> None:
    queries = [
        Query("red"),
        Query("", make_photo()),
        Query("blue shoe"),
        Query("red", make_photo()),
    ]
    names = ("fused-rrf", MLP, "text", "bm25", "fused-centered")
    together = learned.search_many(queries, rankers=names, top_k=7)
    assert [list(answer) for answer in together] == [list(names)] * 4
    for query, answer in zip(queries, together, strict=True):
        for name in names:
            alone = learned.search(query, rankers=(name,), top_k=7)[name]
            assert answer[name] == alone


@pytest.mark.parametrize("words", ["", "red"])
def test_a_photo_asks_nothing(learned: SearchEngine, make_photo: MakePhoto, words: str) -> None:
    query = Query(words, make_photo())
    found = learned.search(query, rankers=(MLP, "image"))
    assert found[MLP] == Ranking(MLP, query.query_id, (), NO_PHOTOS)
    assert found["image"].hits
    assert learned.places(query, ["p0005"], rankers=(MLP,)) == {MLP: {"p0005": None}}


def test_what_it_is(learned: SearchEngine) -> None:
    assert learned.ranker_names[-2:] == ("fused-rrf", MLP)
    assert learned.rankers[-1] == RankerInfo(
        MLP,
        "Learned: MLP",
        "Ranks by one vector a product, made of its text and photo by a plain network (an MLP).",
        weighted=False,
    )


def test_one_that_cannot_be_used_is_listed_and_says_why(
    make_engine: MakeEngine, make_rows: MakeRows, mlp: LearnedFusion
) -> None:
    rows = make_rows(5)
    fusions = Fusions({MLP: FusedVectors(mlp, rows)}, {GATE: "its network is gone"})
    engine = make_engine(rows, rows, fusions=fusions)
    assert [(i.name, i.unavailable) for i in engine.rankers[-2:]] == [
        (MLP, ""),
        (GATE, "its network is gone"),
    ]
    assert GATE not in engine.ranker_names
    found = engine.search(Query("red"), rankers=(GATE, MLP))
    assert found[GATE] == Ranking(GATE, Query("red").query_id, (), "its network is gone")
    assert len(found[MLP].hits) == 5
    places = engine.places(Query("red"), ["p0001"], rankers=(GATE, MLP))
    assert places[GATE] == {"p0001": None}
    assert places[MLP]["p0001"] is not None


def test_an_empty_catalog(make_engine: MakeEngine, mlp: LearnedFusion) -> None:
    nothing = np.zeros((0, 8), np.float32)
    engine = make_engine(nothing, nothing, fusions=Fusions({MLP: FusedVectors(mlp, nothing)}))
    assert engine.search(Query("red"), rankers=(MLP,))[MLP].hits == ()


# ── On disk ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tmp_path / "model"


@pytest.fixture
def towers(shared_towers: Towers, model: Path, monkeypatch: pytest.MonkeyPatch) -> Towers:
    """Shared towers that come from the model's folder."""
    monkeypatch.setattr(shared_towers.image, "spec", f"local-dir:{model}")
    model.mkdir()
    for module in ("engine", "others"):
        monkeypatch.setattr(f"mmdemo.search.{module}.load_towers", lambda *_, **__: shared_towers)
    return shared_towers


def keep(model: Path, fusion: LearnedFusion) -> None:
    save_fusion(
        fusion,
        fusion_folder(model, fusion.name),
        text_fingerprint="words",
        image_fingerprint="photos",
        trained={},
    )


@pytest.fixture
def shop(tmp_path: Path, towers: Towers, model: Path, mlp: LearnedFusion) -> Path:
    """Indexed with a fresh gate; the index called may with the MLP too, of other fields."""
    titles = ["red cup", "red lamp", "vase", "blue cup", "cup"]
    products = [Product(f"p{i:04d}", t, description=f"a {t}") for i, t in enumerate(titles)]
    catalog = write_catalog(tmp_path / "shop", products)
    keep(model, Gate(8, hidden=16))
    build_index(catalog, towers, text_fields=("title",))
    keep(model, mlp)
    build_index(catalog, towers, text_fields=("description",), name="may")
    return catalog.directory


def test_opened_from_disk(shop: Path) -> None:
    engine = SearchEngine.open(shop, device="cpu")
    found = engine.search(Query("red cup"), rankers=(GATE, "text"))
    # Untrained, and no product has a photo: the same list as by text.
    assert [h.product_id for h in found[GATE].hits] == [h.product_id for h in found["text"].hits]
    assert [h.score for h in found[GATE].hits] == pytest.approx(
        [h.score for h in found["text"].hits], abs=2e-6
    )
    reasons = {info.name: info.unavailable for info in engine.rankers}
    assert reasons[MLP] == "its network is newer than the index; run `mmdemo index` again"
    assert reasons[GATE] == reasons[f"{GATE}@may"] == reasons[f"{MLP}@may"] == ""


def test_of_another_index_as_if_it_were_served(shop: Path) -> None:
    engine, may = (SearchEngine.open(shop, device="cpu", index_name=n) for n in ("default", "may"))
    options = {"within": np.array([True, False, True, True, True])}
    for own in (GATE, MLP):
        name = f"{own}@may"
        found = engine.search(Query("red cup"), rankers=(name,), **options)[name]  # type: ignore[arg-type]
        served = may.search(Query("red cup"), rankers=(own,), **options)[own]  # type: ignore[arg-type]
        assert found == replace(served, ranker=name)
        assert found.hits
        places = engine.places(Query("red cup"), ["p0004"], rankers=(name,))[name]
        assert places == may.places(Query("red cup"), ["p0004"], rankers=(own,))[own]
    (info,) = [info for info in engine.rankers if info.name == f"{MLP}@may"]
    assert info.label == "Learned: MLP · may"
    assert (info.index, info.weighted) == ("may", False)


def test_a_network_that_changed_answers_no_more(shop: Path, model: Path) -> None:
    torch.manual_seed(8)
    keep(model, Gate(8, hidden=16))
    engine = SearchEngine.open(shop, device="cpu")
    reason = "its network has changed since the catalog was indexed; run `mmdemo index` again"
    found = engine.search(Query("red"), rankers=(GATE, f"{GATE}@may", f"{MLP}@may", "text"))
    assert found[GATE].missing == found[f"{GATE}@may"].missing == reason
    assert not found[GATE].hits
    assert found["text"].hits
    assert found[f"{MLP}@may"].hits
    assert {GATE, f"{GATE}@may"}.isdisjoint(engine.ranker_names)


def test_one_that_breaks_before_its_index_is_first_asked(shop: Path, model: Path) -> None:
    engine = SearchEngine.open(shop, device="cpu")
    assert f"{GATE}@may" in engine.ranker_names
    (weights,) = fusion_folder(model, GATE).glob("weights-*")
    weights.write_bytes(b"")
    found = engine.search(Query("red"), rankers=(f"{GATE}@may", f"{MLP}@may"))
    assert "is damaged" in found[f"{GATE}@may"].missing
    assert found[f"{MLP}@may"].hits
    assert f"{GATE}@may" not in engine.ranker_names


def test_one_that_an_index_made_anew_lacks(shop: Path, model: Path, towers: Towers) -> None:
    engine = SearchEngine.open(shop, device="cpu")
    (fusion_folder(model, MLP) / "fusion.json").unlink()
    catalog = engine.catalog
    build_index(catalog, towers, text_fields=("description",), name="may")
    found = engine.search(Query("red"), rankers=(f"{MLP}@may", f"{GATE}@may"))
    assert found[f"{MLP}@may"].missing == "this index has no such fusion"
    assert found[f"{GATE}@may"].hits
