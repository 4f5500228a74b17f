"""Lay products and queries out on a plane, by principal components. Knows no ranking or page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.analyze.space import Space
from mmdemo.evaluate.gains import DoubleArray
from mmdemo.evaluate.measures import Qrels

if TYPE_CHECKING:
    from mmdemo.index import BoolArray, IntArray
    from mmdemo.towers import FloatArray

MOST_PRODUCTS = 1_200  # more dots than these hide each other


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A dot.

    Attributes:
        id: of the product or topic.
        modality: ``text`` or ``photo`` of a product, ``product`` for both together, or ``query``.
        label: the product's title or the query's words.
        group: the product's category, or what fusion did to the query.
    """

    id: str
    modality: str
    x: float
    y: float
    label: str
    group: str


def draw_map(
    space: Space,
    qrels: Qrels,
    categories: Mapping[str, str],
    kinds: Mapping[str, str],
    titles: Mapping[str, str],
) -> tuple[tuple[MapPoint, ...], str]:
    """Place judged products and others evenly picked, and all queries; with what is shown.

    Where one model made both halves, a product has a dot for its text and one for its photo, in
    the space of the queries. Else it has one, of both halves side by side.
    """
    rows = _pick(space, qrels)
    if not len(rows):
        return (), ""
    vectors = space.vectors
    layers: list[tuple[str, Sequence[str], FloatArray]]
    products = [space.product_ids[row] for row in rows]
    if space.shared:
        text, image = vectors.text[rows], vectors.image[rows]
        has_text, has_image = vectors.has_text[rows], vectors.has_image[rows]
        layers = [
            ("text", _where(products, has_text), text[has_text]),
            ("photo", _where(products, has_image), image[has_image]),
            ("query", space.topic_ids, space.text_queries),
        ]
        note = "each product's text and photo, and the queries, in the space that they share"
    else:
        layers = [
            ("product", products, _joined(vectors.text[rows], vectors.image[rows])),
            ("query", space.topic_ids, _joined(space.text_queries, space.image_queries)),
        ]
        note = "text and photo of each product together, and the queries, as both models see them"
    stacked = np.concatenate([layer for *_, layer in layers]).astype(np.float64)
    plane, share = principal_components(stacked)
    names = [(modality, name) for modality, ids, _ in layers for name in ids]
    points = tuple(
        MapPoint(
            name,
            modality,
            round(float(x), 4),
            round(float(y), 4),
            titles.get(name, name),
            (kinds if modality == "query" else categories).get(name, ""),
        )
        for (modality, name), (x, y) in zip(names, plane, strict=True)
    )
    return points, f"{note}; two principal components, {share:.0%} of the variance"


def principal_components(
    rows: DoubleArray,
) -> tuple[DoubleArray, float]:
    """Project rows (n, d) on their two main directions: (n, 2), and the share of variance kept.

    Each direction points to where its largest coordinate is positive, so that the same rows give
    the same map.
    """
    centered = rows - rows.mean(axis=0)
    values, vectors = np.linalg.eigh(centered.T @ centered)  # rising
    axes = vectors[:, ::-1][:, :2]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])])
    plane: DoubleArray = centered @ axes
    if plane.shape[1] < 2:
        plane = np.concatenate([plane, np.zeros_like(plane)], axis=1)
    total = float(values.sum())
    return plane, float(values[-2:].sum() / total) if total > 0 else 0.0


def _pick(space: Space, qrels: Qrels) -> IntArray:
    """Rows of relevant products and of others, evenly over the catalog."""
    row_of = space.rows()
    relevant = {
        row_of[product]
        for topic in space.topic_ids
        for product, grade in qrels.get(topic, {}).items()
        if grade > 0 and product in row_of
    }
    first = sorted(relevant)[:: max(1, -(-len(relevant) // (MOST_PRODUCTS // 2)))]
    others = range(
        0, len(space.product_ids), max(1, len(space.product_ids) // (MOST_PRODUCTS // 2))
    )
    return np.array(sorted({*first, *others}), np.int64)


def _where(names: Sequence[str], there: BoolArray) -> list[str]:
    return [name for name, is_there in zip(names, there, strict=True) if is_there]


def _joined(text: FloatArray, image: FloatArray) -> FloatArray:
    return np.concatenate([text, image], axis=1)
