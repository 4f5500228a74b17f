"""What an analysis is made of: queries, rankings, grades and what is known of the products.

Knows no engine, file or table: `mmdemo.analyze.sources` fills it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from mmdemo.errors import EvaluationError
from mmdemo.evaluate.measures import Qrels
from mmdemo.evaluate.power import LEVEL, MARGIN
from mmdemo.evaluate.randomization import Correction
from mmdemo.evaluate.significance import RESAMPLES, is_fused
from mmdemo.records import Product, Query, Ranking, Topic

Rankings = Mapping[str, Mapping[str, Ranking]]  # ranker to topic id to ranking


@dataclass(frozen=True, slots=True)
class Vote:
    """What one judge said of one product for one query.

    Attributes:
        reasons: why, in the judge's words or tags, where the form asked for it.
        final: whether a third person gave it, having seen the others'.
        moment: when a final one was given.
    """

    topic_id: str
    product_id: str
    judge: str
    grade: int
    reasons: tuple[str, ...] = ()
    final: bool = False
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How to analyze.

    Attributes:
        measure: what decides; a name as `mmdemo.evaluate.parse_measures` reads it.
        candidate: the ranker that may be shipped; by default the first fused one.
        baseline: what it would replace; by default text only, else the first other ranker.
        correction: of the p-values for the number of comparisons.
        level: a corrected p-value below it is believed.
        margin: differences of the measure as small as this do not matter.
    """

    measure: str = "nDCG@10"
    candidate: str | None = None
    baseline: str | None = None
    correction: Correction = Correction.HOLM
    level: float = LEVEL
    margin: float = MARGIN
    resamples: int = RESAMPLES
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.level < 0.5:
            raise EvaluationError("level is not usable", got=self.level, expected="0 to 0.5")
        if not self.margin >= 0:
            raise EvaluationError("margin is not usable", got=self.margin, expected="0 or more")

    @property
    def ndcg_depth(self) -> int | None:
        """The k of plain nDCG@k, if that is the measure: there are bounds and a replay for it."""
        found = re.fullmatch(r"\s*ndcg@(\d+)\s*", self.measure, re.IGNORECASE)
        return int(found[1]) if found else None


@dataclass(frozen=True)
class Study:
    """Queries, rankings and grades to be analyzed together.

    Attributes:
        rankings: of each ranker; one that is absent or has `Ranking.missing` set is missing.
        qrels: topic id to product id to grade.
        facets: column of the topics file to topic id to value, as in family → q1 → seen.
        products: what is known of products, by id; may be empty.
        votes: each judge's grades, where they are known; qrels are made of them.
        complete: whether the qrels name every relevant product, so that what they leave out is
            known to be irrelevant and nothing is open.
        facts: what it was made of, to be printed: names, weights, models, hashes.
    """

    topics: tuple[Topic, ...]
    rankings: Rankings
    qrels: Qrels
    facets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()
    complete: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.rankings:
            raise EvaluationError("there is no ranker to analyze", expected="one or more")
        if not self.judged:
            raise EvaluationError(
                "no query of the set has a judgment",
                got=f"query ids such as {', '.join(t.topic_id for t in self.topics[:3])}",
                expected=f"ids of the qrels such as {', '.join(list(self.qrels)[:3]) or '(none)'}",
                remedy="use the qrels of this query set",
            )

    @cached_property
    def judged(self) -> tuple[str, ...]:
        """Topic ids that have a judgment, in the set's order."""
        return tuple(t.topic_id for t in self.topics if self.qrels.get(t.topic_id))

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """Query of each topic."""
        return {topic.topic_id: topic.query for topic in self.topics}

    @cached_property
    def top_grade(self) -> int:
        """The highest grade given, at least 1: the top of the scale."""
        return max(1, *(max(self.qrels[topic].values()) for topic in self.judged))

    @cached_property
    def reasons(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Judges' reasons by (topic, product)."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for vote in self.votes:
            if vote.reasons:
                key = (vote.topic_id, vote.product_id)
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), *vote.reasons)))
        return found

    def title(self, product_id: str) -> str:
        """A product's title, or its id."""
        product = self.products.get(product_id)
        return product.title if product is not None and product.title else product_id

    def photos(self, product_id: str) -> tuple[str, ...]:
        """Keys of a product's photos in the catalog, best first."""
        product = self.products.get(product_id)
        return product.images if product is not None else ()

    def answered(self, *rankers: str) -> list[str]:
        """Judged topics that all these rankers answered."""
        lists = [self.rankings[ranker] for ranker in rankers]
        return [
            topic
            for topic in self.judged
            if all(topic in found and not found[topic].missing for found in lists)
        ]

    def contest(self, options: Options) -> tuple[str, str] | None:
        """The candidate and the baseline; None where there is but one ranker.

        Raises:
            EvaluationError: a named ranker is not among them, or they are the same.
        """
        names = list(self.rankings)
        for name in (options.candidate, options.baseline):
            if name is not None and name not in names:
                raise EvaluationError(
                    "ranker is not part of the analysis", got=name, expected=", ".join(names)
                )
        if len(names) == 1:
            return None
        fused = next((name for name in names if is_fused(name)), None)
        baseline = options.baseline
        if baseline is None:
            others = [name for name in names if name != (options.candidate or fused)]
            baseline = "text" if "text" in others else others[0]
        candidate = options.candidate or (fused if fused != baseline else None)
        candidate = candidate or next(name for name in reversed(names) if name != baseline)
        if candidate == baseline:
            raise EvaluationError("a ranker cannot be compared with itself", got=candidate)
        return candidate, baseline
