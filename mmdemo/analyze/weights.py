"""What each weight of text is worth, for all queries, by segment and by query. Knows no engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mmdemo.analyze.comparisons import few
from mmdemo.analyze.replay import Replay, Step
from mmdemo.evaluate.gains import DoubleArray
from mmdemo.evaluate.significance import FEW_QUERIES, Interval, mean_intervals, resampled_means

if TYPE_CHECKING:
    from mmdemo.search import Weights as ServedWeights

STEP = 0.02
_SAME = 1e-9  # means closer than this differ by rounding
_MORE_UNJUDGED = 0.02  # share of unjudged products above what is served that calls for a warning


@dataclass(frozen=True, slots=True)
class Curve:
    """NDCG@k at every weight, the same one for all queries.

    Attributes:
        name: of the segment; empty for all queries.
        weights: of text, rising.
        means, low, high: mean over the queries and its interval, at each weight.
        best: the best weight; of equally good ones the nearest to 0.5, then the lower.
        served: mean over the queries as they are served, each at its own weight.
        served_weights: those weights, rising: one or two.
        note: what has to be said of its size; empty if nothing.
    """

    name: str
    queries: int
    weights: tuple[float, ...]
    means: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    best: float
    served: float
    served_weights: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class QueryWeights:
    """What the weight does for one query.

    Attributes:
        best: its best weight; `at_best` is nDCG@k there.
        served: the weight that it is served with; `at_served` is nDCG@k there.
        by_weight: nDCG@k at weights 0, 0.1 … 1.
    """

    best: float
    at_best: float
    served: float
    at_served: float
    by_weight: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """A product without a judgment that some weight brings into the first k.

    Attributes:
        best_rank: its best rank at any weight.
        weights: lowest and highest weight at which it is there.
        served: whether it is there at the weight that its query is served with.
    """

    topic_id: str
    query: str
    product_id: str
    best_rank: int
    weights: tuple[float, float]
    served: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """The replay of all weights.

    Attributes:
        served: the weight in use for queries in words alone.
        served_photo: the weight in use for queries with a photo.
        at_served: nDCG@k as it is served, each query at its own of these.
        at_best: nDCG@k at the best single weight, which was chosen on these very queries.
        at_best_held_out: the same, each query at the weight that is best for the others.
        gain: of the best single weight over what is served, query by query.
        oracle: nDCG@k if each query had its own best weight: what a weight that depends on the
            query could reach at most. Too high by as much as chance favors a weight.
        curves: all queries, then each segment.
        unjudged: share of unjudged products in the first k at each weight.
        warned: weights that bring in clearly more unjudged products than what is served.
        holes: every such product, the weightiest first.
        by_query: topic id to what the weight does for it.
        left_out: topic id to why it is not replayed.
    """

    depth: int
    served: float
    served_photo: float
    at_served: float
    at_best: float
    at_best_held_out: float
    gain: Interval
    oracle: float
    curves: tuple[Curve, ...]
    unjudged: tuple[float, ...]
    warned: tuple[float, ...]
    holes: tuple[Hole, ...]
    by_query: Mapping[str, QueryWeights]
    left_out: Mapping[str, str]

    @property
    def in_use(self) -> str:
        """The weights that the queries are served with, for people."""
        own = self.curves[0].served_weights
        if len(own) == 1:
            return f"{own[0]:g}"
        return f"{self.served:g}, with a photo {self.served_photo:g}"


def replay_weights(
    replay: Replay,
    *,
    served: ServedWeights,
    queries: Mapping[str, str],
    with_photo: Collection[str] = (),
    facets: Mapping[str, Mapping[str, str]] | None = None,
    complete: bool = False,
    step: float = STEP,
    seed: int = 0,
) -> Weights:
    """Rank at every weight and say what that is worth.

    Args:
        replay: the queries and their candidates.
        served: the weights of text in use.
        queries: topic id to words, to name holes by.
        with_photo: topic ids of the queries that have a photo.
        facets: facet to topic id to value, for the curves of segments.
        complete: whether products without a grade are known to be irrelevant, so that there are
            no holes.
        step: between two weights; must divide 0.1.
        seed: of the bootstrap.
    """
    count = round(1 / step)
    weights = tuple(round(i / count, 9) for i in range(count + 1))
    steps = replay.steps(weights)
    own_weights = [served.photo if t in with_photo else served.words for t in replay.topic_ids]
    at_served = replay.step_each(own_weights)
    if complete:
        for found in (*steps, at_served):
            found.unjudged[:] = False
    values = np.stack([found.values for found in steps])  # (weights, n)
    curves = [_curve("", weights, values, served=at_served, seed=seed)]
    rows = {topic: row for row, topic in enumerate(replay.topic_ids)}
    for facet, by_topic in (facets or {}).items():
        for value in sorted(set(by_topic.values())):
            own = [rows[t] for t, v in by_topic.items() if v == value and t in rows]
            if own:
                name, part = f"{facet}: {value}", at_served.of(own)
                curves.append(_curve(name, weights, values[:, own], served=part, seed=seed))
    best = weights.index(curves[0].best)
    (gain,) = mean_intervals(values[best] - at_served.values, seed=seed)
    shares = [_share(found) for found in steps]
    limit = _share(at_served) + _MORE_UNJUDGED
    return Weights(
        depth=replay.depth,
        served=served.words,
        served_photo=served.photo,
        at_served=float(at_served.values.mean()),
        at_best=float(values[best].mean()),
        at_best_held_out=_held_out(weights, values),
        gain=gain,
        oracle=float(values.max(axis=0).mean()),
        curves=tuple(curves),
        unjudged=tuple(shares),
        warned=tuple(w for w, share in zip(weights, shares, strict=True) if share > limit),
        holes=holes(replay, steps, at_served, queries),
        by_query={
            topic: QueryWeights(
                best=_best(weights, values[:, row]),
                at_best=float(values[:, row].max()),
                served=own_weights[row],
                at_served=float(at_served.values[row]),
                by_weight=tuple(np.round(values[:: count // 10, row], 4).tolist()),
            )
            for topic, row in rows.items()
        },
        left_out=replay.left_out,
    )


def holes(
    replay: Replay, steps: Sequence[Step], served: Step, queries: Mapping[str, str]
) -> tuple[Hole, ...]:
    """List what is unjudged in the first k at any weight: best rank first, then most weights."""
    found: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for step in steps:
        for query, place in zip(*np.nonzero(step.unjudged), strict=True):
            key = (int(query), int(step.rows[query, place]))
            found.setdefault(key, []).append((float(step.weights[query]), int(place) + 1))
    in_use = {
        (int(query), int(served.rows[query, place]))
        for query, place in zip(*np.nonzero(served.unjudged), strict=True)
    }
    for key in in_use - found.keys():  # a served weight between two steps
        place = int(np.flatnonzero(served.rows[key[0]] == key[1])[0])
        found[key] = [(float(served.weights[key[0]]), place + 1)]
    order = sorted(found, key=lambda key: (min(r for _, r in found[key]), -len(found[key]), key))
    return tuple(
        Hole(
            replay.topic_ids[query],
            queries.get(replay.topic_ids[query], ""),
            replay.product_ids[row],
            min(rank for _, rank in found[query, row]),
            (found[query, row][0][0], found[query, row][-1][0]),
            (query, row) in in_use,
        )
        for query, row in order
    )


def _curve(
    name: str, weights: tuple[float, ...], values: DoubleArray, *, served: Step, seed: int
) -> Curve:
    """The curve of values (weights, n) of n queries, with how those are served."""
    queries = values.shape[1]
    means = values.mean(axis=1)
    if queries >= FEW_QUERIES:
        drawn = resampled_means(values, resamples=2_000, seed=seed)  # a band, not a test
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    else:
        low, high = values.min(axis=1), values.max(axis=1)
    return Curve(
        name,
        queries,
        weights,
        means=tuple(np.round(means, 6).tolist()),
        low=tuple(np.round(low, 6).tolist()),
        high=tuple(np.round(high, 6).tolist()),
        best=_best(weights, means),
        served=float(served.values.mean()),
        served_weights=tuple(np.unique(served.weights).tolist()),
        note=few(queries),
    )


def _best(weights: Sequence[float], means: DoubleArray) -> float:
    ties = [w for w, mean in zip(weights, means, strict=True) if means.max() - mean < _SAME]
    return min(ties, key=lambda weight: (round(abs(weight - 0.5), 9), weight))


def _held_out(weights: tuple[float, ...], values: DoubleArray) -> float:
    """Mean value of each query at the weight that is best for all others."""
    others = values.sum(axis=1, keepdims=True) - values  # (weights, n)
    order = sorted(range(len(weights)), key=lambda i: (round(abs(weights[i] - 0.5), 9), weights[i]))
    chosen = np.array(order)[np.round(others[order], 9).argmax(axis=0)]
    return float(values[chosen, np.arange(values.shape[1])].mean())


def _share(step: Step) -> float:
    return float(step.unjudged.sum() / max(1, (step.rows >= 0).sum()))
