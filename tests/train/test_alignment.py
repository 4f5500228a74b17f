from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from mmdemo.catalog import Catalog
from mmdemo.towers import load_text_tower
from mmdemo.train.alignment import ImageAlignment, TextAlignment
from mmdemo.train.contrast import Batch
from mmdemo.train.loop import Task

MakeStage = Callable[..., Any]


def text_task(stage: Any) -> TextAlignment:
    return TextAlignment(stage.data, stage.texts, stage.built.model.text, stage.config)


def image_task(stage: Any) -> ImageAlignment:
    return ImageAlignment(
        stage.data,
        stage.photos,
        stage.built.model.visual,
        stage.config,
        texts=stage.texts,
        device="cpu",
    )


def epochs(task: Task, count: int) -> Iterator[Batch]:
    for epoch in range(count):
        steps = 0
        for batch in task.batches(epoch):  # one at a time, as training takes them
            yield batch
            steps += 1
        assert steps == task.steps


def matches(query: str, title: str) -> bool:
    return set(query.split()) == set(title.split()[:2])


def test_text_batches_hold_what_is_right_and_nothing_held_out(make_stage: MakeStage) -> None:
    stage = make_stage(text={"batch_size": 8, "hard_negatives": 0.5}, validation_queries=4)
    data = stage.data
    assert (len(data.validation), len(data.held_out)) == (12, 4)
    unseen = {data.texts[row] for row in data.validation}
    unasked = {data.queries.texts[text] for text in data.held_out}
    task = text_task(stage)
    assert task.steps == 44 // 8
    told = set()
    for batch in epochs(task, 6):
        asking, answering = list(batch.asking.inputs), list(batch.answering.inputs)
        assert (len(asking), len(answering)) == (8, 12)
        told.update(answering)
        assert unasked.isdisjoint(asking)
        assert unseen.isdisjoint(answering)
        assert len(set(asking)) == 8
        right = np.array([[matches(query, title) for title in answering] for query in asking])
        assert right.diagonal().all()
        assert batch.wrong.tolist() == (~right).tolist()
        # Half of those that ask bring along what is known to be wrong for them.
        assert not right[range(4), range(8, 12)].any()
    assert len(told) > 60, "of 108: not the same ones every time"


def test_each_wording_asks_once_an_epoch_in_an_order_of_its_own(make_stage: MakeStage) -> None:
    task = text_task(make_stage(text={"batch_size": 4, "hard_negatives": 0, "keep": 0}))
    orders = [
        [text for b in task.batches(epoch) for text in b.asking.inputs] for epoch in (0, 1, 0)
    ]
    assert all(len(set(order)) == len(order) == 44 for order in orders)
    assert orders[0] != orders[1]
    assert orders[0] == orders[2], "drawn from the seed and the epoch alone"


def test_hard_negatives_are_near_in_the_untouched_tower(make_stage: MakeStage) -> None:
    stage = make_stage(text={"batch_size": 8, "hard_negatives": 1.0, "keep": 0})
    tower = load_text_tower(stage.config.text_tower, device="cpu")
    titles = [stage.data.texts[row] for row in stage.data.training]
    rows = tower.encode_texts(titles)
    for batch in epochs(text_task(stage), 1):
        queries = list(batch.asking.inputs)
        for query, hard in zip(queries, list(batch.answering.inputs)[8:], strict=True):
            scores = rows @ tower.encode_texts([query])[0]
            wrong = [
                float(score) for title, score in zip(titles, scores, strict=True)
                if not matches(query, title)
            ]  # fmt: skip
            rank = sum(score > scores[titles.index(hard)] + 1e-6 for score in wrong)
            assert rank < 16


def test_both_sides_stay_near_the_untouched_tower(make_stage: MakeStage) -> None:
    stage = make_stage(text={"batch_size": 8, "keep": 0.5, "hard_negatives": 0.25})
    task = text_task(stage)
    with torch.no_grad():  # training goes on, the rows to stay near stay
        for parameter in task.module.parameters():
            parameter.mul_(1.1)
    tower = load_text_tower(stage.config.text_tower, device="cpu")
    for batch in epochs(task, 2):
        for side in (batch.asking, batch.answering):
            assert side.kept is not None
            expected = tower.encode_texts(list(side.inputs))
            np.testing.assert_allclose(side.kept.numpy(), expected, atol=1e-5)
    free = text_task(make_stage(text={"keep": 0}))
    assert next(free.batches(0)).asking.kept is None


@pytest.mark.parametrize("tune", [False, True])
def test_word_embeddings_are_trained_only_where_asked(make_stage: MakeStage, tune: bool) -> None:
    task = text_task(make_stage(text={"tune_embeddings": tune}))
    trained = {name for name, p in task.module.named_parameters() if p.requires_grad}
    assert ("transformer.embeddings.word_embeddings.weight" in trained) == tune
    assert "transformer.encoder.layer.0.output.dense.weight" in trained


def test_image_batches_hold_what_is_right_and_nothing_held_out(
    make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(image={"batch_size": 8, "hard_negatives": 0.5}, validation_queries=4)
    data, config = stage.data, stage.config
    task = image_task(stage)
    tower = load_text_tower(config.text_tower, device="cpu")
    rows = tower.encode_texts(data.queries.texts)
    seen: list[np.ndarray] = []
    photos = stage.photos.photos

    def spy(places: np.ndarray) -> torch.Tensor:
        seen.append(places)
        pixels: torch.Tensor = photos(places)
        return pixels

    monkeypatch.setattr(stage.photos, "photos", spy)
    batches = epochs(task, 3)
    for batch in batches:
        products = np.array([data.photo_of.tolist().index(place) for place in seen[-1]])
        assert set(products.tolist()).isdisjoint(data.validation.tolist())
        asking = (torch.as_tensor(batch.asking.inputs).numpy() @ rows.T).argmax(axis=1)
        assert set(asking.tolist()).isdisjoint(data.held_out.tolist())
        np.testing.assert_allclose(torch.as_tensor(batch.asking.inputs), rows[asking], atol=1e-5)
        assert batch.wrong.shape == (8, 12)
        for i, text in enumerate(asking.tolist()):
            for j, row in enumerate(products.tolist()):
                right = matches(data.queries.texts[text], data.texts[row])
                assert bool(batch.wrong[i, j]) == (not right)
                assert right or i != j
    assert all(p.requires_grad for p in task.module.parameters())


def test_products_without_photo_answer_no_photo_query(make_stage: MakeStage, shop: Catalog) -> None:
    products = [replace(p, images=()) if i % 2 else p for i, p in enumerate(shop)]
    stage = make_stage(
        catalog=Catalog(shop.directory, products=products), image={"hard_negatives": 0.5}
    )
    sampler = stage.data.sampler(pictured=True)
    assert len(sampler.rows) == sum(row % 2 == 0 for row in stage.data.training)
    assert (sampler.rows % 2 == 0).all()


def test_products_without_text_answer_no_text_query(make_stage: MakeStage, shop: Catalog) -> None:
    products = [replace(p, title="") if i % 2 else p for i, p in enumerate(shop)]
    stage = make_stage(
        catalog=Catalog(shop.directory, products=products),
        text={"batch_size": 8, "hard_negatives": 2.0},
    )
    task = text_task(stage)
    told = [text for batch in epochs(task, 4) for text in batch.answering.inputs]
    assert "" not in told and len(set(told)) > 30, "of 54 that have a text"
    held_out = stage.data.sampler(held_out=True, texted=True)
    assert held_out.rows.tolist() == [row for row in stage.data.validation if row % 2 == 0]
    assert task._held_out.sampler.rows.tolist() == held_out.rows.tolist()


@pytest.mark.parametrize("make", [text_task, image_task])
def test_the_measure_is_retrieval_of_held_out_products(
    make_stage: MakeStage, make: Callable[[Any], Task]
) -> None:
    import ir_measures

    stage = make_stage(validation_queries=4)
    data, task = stage.data, make(stage)
    asked = [data.queries.texts[text] for text in data.held_out]
    tower = load_text_tower(stage.config.text_tower, device="cpu")
    if make is text_task:
        answering = tower.encode_texts([data.texts[row] for row in data.validation])
    else:
        model = stage.built.model.eval()
        with torch.no_grad():
            rows = model.visual(stage.photos.photos(data.photo_of[data.validation]))
        answering = torch.nn.functional.normalize(rows, dim=-1).numpy()
    scores = tower.encode_texts(asked) @ answering.T
    titles = [data.texts[row] for row in data.validation]
    qrels = {
        query: right for query in asked
        if (right := {title: 3 for title in titles if matches(query, title)})
    }  # fmt: skip
    run = {
        query: dict(zip(titles, own.tolist(), strict=True))
        for query, own in zip(asked, scores, strict=True) if query in qrels
    }  # fmt: skip
    assert qrels, "there is something to measure"
    expected = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
    assert task.measure() == pytest.approx(next(iter(expected.values())), abs=1e-6)
