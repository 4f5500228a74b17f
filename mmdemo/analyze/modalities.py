"""Look at the two halves: what their cosines tell, how far apart they lie. Knows no ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmdemo.analyze.agreement import Agreement
from mmdemo.analyze.maps import MapPoint, draw_map
from mmdemo.analyze.space import Space
from mmdemo.evaluate.measures import Qrels
from mmdemo.index import BoolArray, DoubleArray
from mmdemo.towers import FloatArray, unit_rows

BINS = 40


@dataclass(frozen=True, slots=True)
class Distribution:
    """Cosines of one half with the judged pairs of one kind.

    Attributes:
        counts: pairs in each of the bins between `Modality.edges`.
    """

    pairs: int
    mean: float
    std: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Modality:
    """What one half's cosines know of relevance.

    Attributes:
        edges: of the bins, one more than there are bins.
        relevant: pairs with a grade above 0.
        irrelevant: pairs with grade 0.
        auc: chance that a relevant product of a query has a higher cosine than an irrelevant
            one of the same query, mean over the queries that have both; None without any.
    """

    name: str
    edges: tuple[float, ...]
    relevant: Distribution
    irrelevant: Distribution
    auc: float | None
    queries: int


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart two kinds of vectors lie (Liang et al., NeurIPS 2022, arXiv 2203.02053).

    Attributes:
        before: distance of the means of unit vectors.
        after: the same with each kind's mean taken off and unit length restored.
    """

    between: tuple[str, str]
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Modalities:
    """The two halves of the catalog under the judged queries.

    Attributes:
        halves: text and image.
        correlation: of the two halves' cosines over judged pairs of products that have both.
        gaps: between kinds of vectors that share a space.
        note: why there is no gap to measure between text and image; empty if there is.
        agreement: of the rankers text and image, by segment; empty without them.
        points: a map of products and queries.
        map_note: what the map shows.
    """

    halves: tuple[Modality, ...]
    correlation: float | None
    gaps: tuple[Gap, ...]
    note: str
    agreement: tuple[Agreement, ...]
    points: tuple[MapPoint, ...]
    map_note: str


def look_at_halves(
    space: Space,
    qrels: Qrels,
    *,
    agreement: tuple[Agreement, ...] = (),
    categories: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Modalities:
    """Measure both halves on the judged queries of a space.

    Args:
        space: vectors of products and queries.
        qrels: topic id to product id to grade.
        agreement: as measured on rankings.
        categories: product id to category, for the map.
        kinds: topic id to what fusion did, for the map.
        titles: id of a product or topic to its words, for the map.
    """
    rows = space.rows()
    vectors = space.vectors
    texts, images, grades, owners, both = [], [], [], [], []
    for query, topic in enumerate(space.topic_ids):
        known = [(rows[p], g) for p, g in qrels.get(topic, {}).items() if p in rows]
        if not known:
            continue
        places = np.array([row for row, _ in known])
        texts.append(vectors.text[places] @ space.text_queries[query])
        images.append(vectors.image[places] @ space.image_queries[query])
        grades.append(np.array([grade for _, grade in known]))
        owners.append(np.full(len(known), query))
        both.append(np.stack([vectors.text[places].any(axis=1), vectors.image[places].any(axis=1)]))
    halves: tuple[Modality, ...] = ()
    correlation = None
    if texts:
        there = np.concatenate(both, axis=1)
        cosines = np.concatenate(texts), np.concatenate(images)
        relevant, owner = np.concatenate(grades) > 0, np.concatenate(owners)
        halves = tuple(
            _modality(name, values[own], relevant[own], owner[own])
            for name, values, own in zip(("text", "image"), cosines, there, strict=True)
        )
        whole = there.all(axis=0)
        if whole.sum() > 2 and all(np.ptp(values[whole]) > 0 for values in cosines):
            correlation = float(np.corrcoef(cosines[0][whole], cosines[1][whole])[0, 1])
    points, map_note = draw_map(space, qrels, categories or {}, kinds or {}, titles or {})
    gaps, note = _gaps(space)
    return Modalities(halves, correlation, gaps, note, agreement, points, map_note)


def _modality(
    name: str,
    cosines: FloatArray,
    relevant: BoolArray,
    owner: NDArray[np.int64],
) -> Modality:
    low, high = (float(cosines.min()), float(cosines.max())) if len(cosines) else (0.0, 1.0)
    edges = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    aucs = []
    for query in np.unique(owner):
        own = owner == query
        if 0 < relevant[own].sum() < own.sum():
            aucs.append(auc(cosines[own], relevant[own]))
    return Modality(
        name,
        tuple(np.round(edges, 6).tolist()),
        _distribution(cosines[relevant], edges),
        _distribution(cosines[~relevant], edges),
        float(np.mean(aucs)) if aucs else None,
        len(aucs),
    )


def auc(scores: FloatArray | DoubleArray, relevant: BoolArray) -> float:
    """Chance that a relevant one scores above an irrelevant one; a tie counts half."""
    order = np.sort(scores[~relevant])
    above = np.searchsorted(order, scores[relevant], side="left")
    level = np.searchsorted(order, scores[relevant], side="right")
    return float((above + level).mean() / 2 / len(order))


def _distribution(cosines: FloatArray, edges: DoubleArray) -> Distribution:
    counts, _ = np.histogram(cosines, edges)
    if not len(cosines):
        return Distribution(0, 0.0, 0.0, tuple(counts.tolist()))
    return Distribution(
        len(cosines), float(cosines.mean()), float(cosines.std()), tuple(counts.tolist())
    )


def _gaps(space: Space) -> tuple[tuple[Gap, ...], str]:
    vectors = space.vectors
    text, image = vectors.text[vectors.has_text], vectors.image[vectors.has_image]
    found = []
    if len(space.topic_ids):
        found.append(_gap(("query", "product text"), space.text_queries, text))
        found.append(_gap(("query", "product photo"), space.image_queries, image))
    if not space.shared:
        note = "text and photo have models of their own: no distance between them means anything"
        return tuple(gap for gap in found if gap), note
    found.insert(0, _gap(("product text", "product photo"), text, image))
    return tuple(gap for gap in found if gap), ""


def _gap(names: tuple[str, str], one: FloatArray, other: FloatArray) -> Gap | None:
    if not len(one) or not len(other):
        return None
    before = np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))
    centered = [unit_rows((rows - rows.mean(axis=0)).astype(np.float32)) for rows in (one, other)]
    after = np.linalg.norm(centered[0].mean(axis=0) - centered[1].mean(axis=0))
    return Gap(names, float(before), float(after))
