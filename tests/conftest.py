from collections.abc import Callable

import pytest

from mmdemo.records import Hit, Ranking

MakeRanking = Callable[..., Ranking]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", metavar="DIR", help="folder of real products to test on")


@pytest.fixture
def make_ranking() -> MakeRanking:
    """`make_ranking("a b c")` ranks a before b before c, with falling scores."""

    def make(products: str, *, ranker: str = "text", missing: str = "") -> Ranking:
        ids = products.split()
        hits = tuple(Hit(p, rank, 1.0 / rank) for rank, p in enumerate(ids, start=1))
        return Ranking(ranker, "0" * 16, hits, missing)

    return make
