from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.towers import load_text_tower
from mmdemo.train.domain import DomainTuning
from mmdemo.train.loop import _groups
from mmdemo.train.pairs import Pairs, catalog_pairs

MakeStage = Callable[..., Any]
BOTH = (("title",), ("description",))


def task_of(stage: Any, pairs: Pairs, held_out: np.ndarray) -> DomainTuning:
    return DomainTuning(
        stage.built,
        pairs,
        stage.config,
        photos=stage.photos,
        texts=stage.texts,
        photo_of=np.arange(len(pairs)),
        held_out=held_out,
        device="cpu",
    )


def test_nothing_held_out_is_in_a_batch(
    make_stage: MakeStage, shop: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every tenth product is the twin of the next by its title; so is its description.
    products = [
        replace(p, title=shop.products[i + 1].title, description=shop.products[i + 1].description)
        if i % 10 == 0
        else p
        for i, p in enumerate(shop)
    ]
    stage = make_stage(domain={"batch_size": 16, "tune_text": True, "wordings": BOTH})
    pairs, _ = catalog_pairs(Catalog(shop.directory, products=products), BOTH)
    held_out = np.array([0, 11, 25])
    seen: list[int] = []
    photos = stage.photos.photos

    def spy(places: np.ndarray) -> torch.Tensor:
        seen.extend(places.tolist())
        pixels: torch.Tensor = photos(places)
        return pixels

    monkeypatch.setattr(stage.photos, "photos", spy)
    task = task_of(stage, pairs, held_out)
    told: list[str] = []
    for epoch in range(4):
        batches = list(task.batches(epoch))
        assert len(batches) == task.steps == 115 // 16
        for batch in batches:
            told += list(batch.answering.inputs)
            assert batch.wrong.shape == (16, 16)
    assert {0, 1, 10, 11, 25}.isdisjoint(seen), "twins stay out as well"
    assert len(set(seen)) == 115
    unseen = {text for place in (0, 11, 25) for text in pairs.texts[place]}
    assert unseen.isdisjoint(told)
    described = sum("painted" in text for text in told)
    assert 0.4 < described / len(told) < 0.6, "every wording is drawn"


def test_a_frozen_tower_gives_its_rows_of_the_drawn_wording(
    make_stage: MakeStage, shop: Catalog
) -> None:
    stage = make_stage(domain={"batch_size": 40, "wordings": BOTH})
    pairs, _ = catalog_pairs(shop, BOTH)
    task = task_of(stage, pairs, np.array([], np.int64))
    tower = load_text_tower(stage.config.text_tower, device="cpu")
    rows = tower.encode_texts([text for own in pairs.texts for text in own])
    for batch in task.batches(0):
        drawn = torch.as_tensor(batch.answering.inputs).numpy()
        nearest = (drawn @ rows.T).argmax(axis=1)
        np.testing.assert_allclose(drawn, rows[nearest], atol=1e-5)
        assert len(set((nearest // 2).tolist())) == 40, "one wording a product"
        assert 5 < (nearest % 2).sum() < 35
    assert not any(p.requires_grad for p in stage.built.model.text.parameters())
    assert all(p.requires_grad for p in task.module.parameters())


def test_a_text_that_is_true_of_another_photo_is_not_wrong(
    make_stage: MakeStage, shop: Catalog
) -> None:
    products = [replace(p, title=" ".join(p.title.split()[:2])) for p in shop]  # 5 of each
    stage = make_stage(domain={"batch_size": 60, "tune_text": True})
    pairs, _ = catalog_pairs(Catalog(shop.directory, products=products), (("title",),))
    for batch in task_of(stage, pairs, np.array([], np.int64)).batches(0):
        texts = list(batch.answering.inputs)
        assert batch.wrong.tolist() == [[a != b for b in texts] for a in texts]


@pytest.mark.parametrize("tune_text", [False, True])
def test_the_measure_is_recall_among_the_held_out(
    make_stage: MakeStage, shop: Catalog, tune_text: bool
) -> None:
    stage = make_stage(domain={"wordings": BOTH, "tune_text": tune_text})
    pairs, _ = catalog_pairs(shop, BOTH)
    held_out = np.arange(0, 120, 3)
    task = task_of(stage, pairs, held_out)
    model = stage.built.model.eval()
    with torch.no_grad():
        rows = model.visual(stage.photos.photos(held_out))
    photos = torch.nn.functional.normalize(rows, dim=-1).numpy()
    tower = load_text_tower(stage.config.text_tower, device="cpu")
    texts = tower.encode_texts([pairs.texts[place][0] for place in held_out])
    ranks = (photos @ texts.T).argsort(axis=1)[:, ::-1][:, :10]
    expected = np.mean([i in row for i, row in enumerate(ranks)])
    assert task.measure() == pytest.approx(expected, abs=1e-6)


def test_rates_of_the_text_tower(make_stage: MakeStage, shop: Catalog) -> None:
    pairs, _ = catalog_pairs(shop, (("title",),))
    nothing = np.array([], np.int64)
    tuned = make_stage(domain={"tune_text": True, "text_learning_rate": 3e-5})
    assert task_of(tuned, pairs, nothing).rates == {"text.": 3e-5}
    assert task_of(make_stage(text_tower="scratch"), pairs, nothing).rates == {}


@pytest.mark.parametrize(("tune_text", "start"), [(False, "head."), (True, "visual.head.")])
def test_a_new_layer_on_learned_weights_has_a_rate_of_its_own(
    make_stage: MakeStage, shop: Catalog, tune_text: bool, start: str
) -> None:
    pairs, _ = catalog_pairs(shop, (("title",),))
    choices = {"tune_text": tune_text, "learning_rate": 5e-5, "head_learning_rate": 1e-3}
    stage = make_stage(domain=choices)
    assert start not in task_of(stage, pairs, np.array([], np.int64)).rates
    learned = replace(stage, config=replace(stage.config, pretrained=True))
    task = task_of(learned, pairs, np.array([], np.int64))
    names = {id(p): name for name, p in task.module.named_parameters()}
    heads = {
        names[id(p)] for group in _groups(task, stage.config.domain) if group["lr"] == 1e-3
        for p in group["params"]
    }  # fmt: skip
    assert heads == {f"{start}proj.weight"}
