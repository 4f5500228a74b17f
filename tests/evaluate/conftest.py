from collections.abc import Callable, Mapping, Sequence

import pytest

from mmdemo.errors import RankerError
from mmdemo.evaluate import Engine
from mmdemo.records import Hit, Query, Ranking


class _FakeEngine:
    """Ranks by a table: query text to product id to (text score, image score)."""

    ranker_names = ("text", "image", "fused")

    def __init__(
        self,
        table: Mapping[str, Mapping[str, tuple[float, float]]],
        refuses: Sequence[tuple[str, str]] = (),
        missing: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.table, self.refuses, self.missing = table, refuses, missing
        self.calls: list[tuple[int, tuple[str, ...]]] = []

    def search_many(
        self,
        queries: Sequence[Query],
        *,
        rankers: Sequence[str],
        text_weight: float | None = None,
        top_k: int = 100,
    ) -> list[dict[str, Ranking]]:
        self.calls.append((len(queries), tuple(rankers)))
        weight = 0.5 if text_weight is None else text_weight
        answers = []
        for query in queries:
            answer = {}
            for ranker in rankers:
                if (ranker, query.text) in self.refuses:
                    raise RankerError(f"{ranker} cannot rank this query")
                if (ranker, query.text) in self.missing:
                    answer[ranker] = Ranking(ranker, query.query_id, (), missing="no run for it")
                    continue
                w = {"text": 1.0, "image": 0.0, "fused": weight}[ranker]
                scores = {p: w * t + (1 - w) * i for p, (t, i) in self.table[query.text].items()}
                best = sorted(scores, key=lambda p: (-scores[p], p))[:top_k]
                hits = tuple(Hit(p, r, scores[p]) for r, p in enumerate(best, start=1))
                answer[ranker] = Ranking(ranker, query.query_id, hits)
            answers.append(answer)
        return answers


@pytest.fixture
def make_engine() -> Callable[..., Engine]:
    return _FakeEngine
