from collections.abc import Callable
from typing import Any

import ir_measures
import numpy as np
import pytest
import torch

from mmdemo.fusion import LEARNED, ConcatMLP
from mmdemo.train.fusing import FusionTraining, ProductRows

MakeStage = Callable[..., Any]
QUERIES, PRODUCTS = 48, 120
DIMENSION = QUERIES + 4 * PRODUCTS  # every row is an axis of its own


def axes(first: int, count: int) -> torch.Tensor:
    return torch.eye(DIMENSION)[first : first + count]


def rows_of_axes(*, pictured: int = PRODUCTS) -> ProductRows:
    """Query q is axis q; product p's text is axis 48 + p, lossy 168 + p; its photos 288 + p …"""
    photos = [axes(QUERIES + k * PRODUCTS, PRODUCTS).clone() for k in (2, 3)]
    for variant in photos:
        variant[pictured:] = 0
    return ProductRows(
        axes(0, QUERIES), [axes(QUERIES + k * PRODUCTS, PRODUCTS) for k in (0, 1)], photos
    )


def task_of(stage: Any, rows: ProductRows, **options: Any) -> FusionTraining:
    network = ConcatMLP(rows.queries.shape[1], **options)
    return FusionTraining(network, stage.data, rows, stage.config.fusion, seed=0, device="cpu")


def test_batches_hold_what_is_right_and_nothing_held_out(make_stage: MakeStage) -> None:
    stage = make_stage(
        fusion={
            "batch_size": 8,
            "hard_negatives": 0.5,
            "modality_dropout": 0.0,
            "dropped_words": 0,
        },
        validation_queries=4,
    )
    data = stage.data
    task = task_of(stage, rows_of_axes(), hidden=8)
    for epoch in range(4):
        for batch in task.batches(epoch):
            texts = torch.as_tensor(batch.asking.inputs).argmax(dim=1)
            words, photos = torch.as_tensor(batch.answering.inputs).argmax(dim=2).T
            products = words - QUERIES
            assert ((photos - QUERIES) % PRODUCTS == products).all(), "both halves of one product"
            assert set(products.tolist()).isdisjoint(data.validation.tolist())
            assert set(texts.tolist()).isdisjoint(data.held_out.tolist())
            right = torch.tensor(
                [
                    [
                        set(data.queries.texts[text].split()) == set(data.texts[row].split()[:2])
                        for row in products.tolist()
                    ]
                    for text in texts.tolist()
                ]
            )
            assert right.diagonal().all()
            assert torch.equal(batch.wrong, ~right)
            assert len(products) == 12
            assert not right[range(4), range(8, 12)].any(), "mined ones are wrong"


def test_some_products_lose_words_text_or_photo(make_stage: MakeStage) -> None:
    stage = make_stage(
        fusion={"batch_size": 8, "hard_negatives": 0, "modality_dropout": 0.3, "dropped_words": 0.4}
    )
    task = task_of(stage, rows_of_axes(), hidden=8)
    seen = torch.cat(
        [torch.as_tensor(b.answering.inputs) for epoch in range(60) for b in task.batches(epoch)]
    )
    n = len(seen)
    there = seen.any(dim=2)
    no_text, no_photo = (~there).sum(dim=0).tolist()
    assert not (~there).all(dim=1).any(), "one half stays"
    for count, share in ((no_text, 0.15), (no_photo, 0.15)):
        assert abs(count / n - share) < 0.025
    variant = (seen.argmax(dim=2) - QUERIES) // PRODUCTS
    assert abs((variant[there[:, 0], 0] == 1).float().mean() - 0.4) < 0.035
    assert abs((variant[there[:, 1], 1] == 3).float().mean() - 0.5) < 0.035


def test_the_only_half_of_a_product_stays(make_stage: MakeStage) -> None:
    stage = make_stage(fusion={"batch_size": 8, "hard_negatives": 0, "modality_dropout": 1.0})
    task = task_of(stage, rows_of_axes(pictured=60), hidden=8)
    for batch in task.batches(0):
        there = torch.as_tensor(batch.answering.inputs).any(dim=2)
        assert (there.sum(dim=1) == 1).all(), "all with both lose one, the others none"


def test_the_rows_of_the_towers_stay(make_stage: MakeStage) -> None:
    stage = make_stage(fusion={"batch_size": 8, "modality_dropout": 1.0})
    rows, untouched = rows_of_axes(), rows_of_axes()
    for _ in task_of(stage, rows, hidden=8).batches(0):
        pass
    for one, two in zip(
        [*rows.texts, *rows.photos], [*untouched.texts, *untouched.photos], strict=True
    ):
        assert torch.equal(one, two)


@pytest.mark.parametrize("name", LEARNED)
def test_the_measure_is_of_whole_and_lossy_texts_in_equal_parts(
    make_stage: MakeStage, name: str
) -> None:
    stage = make_stage(validation_queries=4)
    data = stage.data
    rng = np.random.default_rng(0)

    def unit(*shape: int) -> np.ndarray:
        rows = rng.normal(size=shape).astype(np.float32)
        made: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return made

    queries, texts, photos = (
        unit(QUERIES, 32),
        [unit(PRODUCTS, 32) for _ in "ab"],
        unit(PRODUCTS, 32),
    )
    rows = ProductRows(
        torch.from_numpy(queries), [torch.from_numpy(t) for t in texts], [torch.from_numpy(photos)]
    )
    network = LEARNED[name](dimension=32, text_weight=0.7)  # starts as the weighted mean
    task = FusionTraining(network, data, rows, stage.config.fusion, seed=0, device="cpu")
    expected = []
    for own in texts:
        fused = 0.7 * own + 0.3 * photos
        fused /= np.linalg.norm(fused, axis=1, keepdims=True)
        qrels: dict[str, dict[str, int]] = {}
        for text in data.held_out.tolist():
            words = set(data.queries.texts[text].split())
            right = [row for row in data.validation if set(data.texts[row].split()[:2]) == words]
            if right:
                qrels[str(text)] = {str(row): 3 for row in right}
        run = {
            text: {str(row): float(queries[int(text)] @ fused[row]) for row in data.validation}
            for text in qrels
        }
        found = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
        expected.append(next(iter(found.values())))
    assert task.measure() == pytest.approx(sum(expected) / 2, abs=1e-6)
