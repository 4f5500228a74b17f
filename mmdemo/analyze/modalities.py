"""Look at the two halves: what their cosines tell, how far apart they lie. Knows no ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.analyze.agreement import Agreement
from mmdemo.analyze.maps import MapPoint, draw_map
from mmdemo.analyze.space import Space
from mmdemo.evaluate.gains import DoubleArray
from mmdemo.evaluate.measures import Qrels

if TYPE_CHECKING:
    from mmdemo.index import BoolArray, IntArray
    from mmdemo.towers import FloatArray

BINS = 40
_OTHERS = 200  # products without a grade that each query is held against


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
        relevant: pairs graded above the middle of the scale.
        partly: pairs graded above 0, up to the middle.
        irrelevant: pairs graded 0.
        others: pairs of the queries with products picked evenly, without a grade.
        auc: chance that a relevant product of a query has a higher cosine than an irrelevant
            one (or, where none is graded so, one of the others), mean over the queries that
            have both; None without any.
        queries: how many those are.
    """

    name: str
    edges: tuple[float, ...]
    relevant: Distribution
    partly: Distribution
    irrelevant: Distribution
    others: Distribution
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
    pairs = _pairs(space, qrels)
    halves: tuple[Modality, ...] = ()
    correlation = None
    if len(pairs.grades):
        halves = tuple(
            _modality(name, pairs.cosines[half], pairs, pairs.there[half])
            for half, name in enumerate(("text", "image"))
        )
        whole = pairs.there.all(axis=0) & (pairs.grades >= 0)
        if whole.sum() > 2 and (np.ptp(pairs.cosines[:, whole], axis=1) > 0).all():
            text, image = pairs.cosines[:, whole]
            correlation = float(np.asarray(np.corrcoef(text, image))[0, 1])
    points, map_note = draw_map(space, qrels, categories or {}, kinds or {}, titles or {})
    gaps, note = _gaps(space)
    return Modalities(halves, correlation, gaps, note, agreement, points, map_note)


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of a query and a product: their cosines (2, m) and which half is there (2, m)."""

    cosines: FloatArray
    there: BoolArray
    grades: IntArray  # -1 for pairs without a grade
    owners: IntArray
    top_grade: int


def _pairs(space: Space, qrels: Qrels) -> _Pairs:
    """Judged pairs, and for each query some products picked evenly over the catalog."""
    rows, vectors = space.rows(), space.vectors
    even = range(0, len(rows), max(1, len(rows) // _OTHERS))
    cosines, places, grades, owners = [], [], [], []
    for query, topic in enumerate(space.topic_ids):
        judged = {rows[p]: max(g, 0) for p, g in qrels.get(topic, {}).items() if p in rows}
        if not judged:
            continue
        judged |= {row: -1 for row in even if row not in judged}
        own = np.fromiter(judged, np.int64)
        asked = (space.text_queries[query], space.image_queries[query])
        halves = (vectors.text[own] @ asked[0], vectors.image[own] @ asked[1])
        cosines.append(np.stack(halves))
        places.append(own)
        grades.append(np.fromiter(judged.values(), np.int64))
        owners.append(np.full(len(own), query))
    if not cosines:
        none = np.zeros(0, np.int64)
        return _Pairs(np.zeros((2, 0), np.float32), np.zeros((2, 0), bool), none, none, 0)
    found = np.concatenate(grades)
    there = np.stack([vectors.has_text, vectors.has_image])[:, np.concatenate(places)]
    return _Pairs(
        np.concatenate(cosines, axis=1), there, found, np.concatenate(owners), int(found.max())
    )


def _modality(name: str, cosines: FloatArray, pairs: _Pairs, there: BoolArray) -> Modality:
    values, grades, owners = cosines[there], pairs.grades[there], pairs.owners[there]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    edges = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    relevant = grades > pairs.top_grade / 2
    against = grades == (0 if (grades == 0).any() else -1)
    aucs = []
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    for own in map(slice, starts, [*starts[1:], len(owners)]):
        if relevant[own].any() and against[own].any():
            aucs.append(auc(values[own][relevant[own]], values[own][against[own]]))
    return Modality(
        name,
        tuple(np.round(edges, 6).tolist()),
        relevant=_distribution(values[relevant], edges),
        partly=_distribution(values[(grades > 0) & ~relevant], edges),
        irrelevant=_distribution(values[grades == 0], edges),
        others=_distribution(values[grades < 0], edges),
        auc=float(np.mean(aucs)) if aucs else None,
        queries=len(aucs),
    )


def auc(relevant: FloatArray | DoubleArray, irrelevant: FloatArray | DoubleArray) -> float:
    """Chance that a relevant one scores above an irrelevant one; a tie counts half."""
    order = np.sort(irrelevant)
    above = np.searchsorted(order, relevant, side="left")
    level = np.searchsorted(order, relevant, side="right")
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
    from mmdemo.towers import unit_rows

    if not len(one) or not len(other):
        return None
    before = np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))
    centered = [unit_rows((rows - rows.mean(axis=0)).astype(np.float32)) for rows in (one, other)]
    after = np.linalg.norm(centered[0].mean(axis=0) - centered[1].mean(axis=0))
    return Gap(names, float(before), float(after))
