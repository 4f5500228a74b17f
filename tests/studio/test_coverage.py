"""What words and photos could answer, and the table of assets/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.coverage import Coverage, coverage, expected_ndcg, to_markdown
from studio.queries import Family

README = Path(__file__).parents[2] / "assets" / "README.md"


def test_a_perfect_order_is_worth_one() -> None:
    assert expected_ndcg([0.9, 0.5, 0.1], [3, 1, 0]) == pytest.approx(1)


def test_the_discount_is_that_of_the_logarithm() -> None:
    # The only right product comes second: 1 / log2(3) = 0.63093 of what the first place is worth.
    assert expected_ndcg([0.9, 0.5], [0, 3]) == pytest.approx(0.63093, abs=1e-5)


def test_equal_scores_count_as_the_mean_of_their_orders() -> None:
    # [3, 0] is worth 1, [0, 3] 0.63093: on average 0.81546.
    assert expected_ndcg([0.5, 0.5], [3, 0]) == pytest.approx(0.81546, abs=1e-5)


def test_what_comes_after_the_depth_counts_nothing() -> None:
    assert expected_ndcg([3, 2, 1], [0, 0, 3], depth=2) == 0


@pytest.fixture(scope="module")
def measured() -> dict[Family, Coverage]:
    return {item.family: item for item in coverage()}


def test_seen_needs_the_photo(measured: dict[Family, Coverage]) -> None:
    seen = measured[Family.SEEN]
    assert seen.answered["photo"] > 0.8
    assert seen.answered["words"] < 0.25
    assert seen.ndcg["photo"] > seen.ndcg["words"] + 0.15


def test_written_needs_the_words(measured: dict[Family, Coverage]) -> None:
    written = measured[Family.WRITTEN]
    assert written.answered["words"] > 0.8
    assert written.answered["photo"] < 0.1
    assert written.ndcg["photo"] == pytest.approx(written.ndcg["kind"], abs=0.02)


def test_both_needs_both(measured: dict[Family, Coverage]) -> None:
    both = measured[Family.BOTH]
    assert both.answered["words and photo"] > both.answered["words"] + 0.15
    assert both.answered["words and photo"] > both.answered["photo"] + 0.3


def test_the_readme_tells_these_numbers(measured: dict[Family, Coverage]) -> None:
    assert to_markdown(measured.values()) in README.read_text("utf-8")
