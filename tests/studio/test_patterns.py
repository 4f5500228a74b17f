"""Tiles of patterns: drawn, told apart, without a seam."""

from __future__ import annotations

import numpy as np
import pytest

from studio.patterns import PATTERNS, SIZE, mask
from studio.vocabulary import PATTERNS as WORDS


def test_every_pattern_of_the_vocabulary_is_drawn() -> None:
    assert set(WORDS) - {"plain", "two-tone"} == set(PATTERNS)


@pytest.mark.parametrize("name", sorted(PATTERNS))
@pytest.mark.parametrize("seed", range(6))
def test_a_tile_shows_both_colors(name: str, seed: int) -> None:
    tile = mask(name, seed)
    assert tile.shape == (SIZE, SIZE)
    assert tile.dtype == np.float32
    assert tile.min() == 0
    assert tile.max() == 1
    assert 0.02 < tile.mean() < 0.7


@pytest.mark.parametrize("name", ["dotted", "floral", "leaf", "speckled"])
def test_what_is_drawn_over_an_edge_goes_on_at_the_other(name: str) -> None:
    tile = mask(name, 3)
    for first, last in ((tile[0], tile[-1]), (tile[:, 0], tile[:, -1])):
        assert (first != last).mean() < 0.12


def test_the_same_seed_draws_the_same() -> None:
    assert (mask("floral", 5) == mask("floral", 5)).all()
    assert (mask("floral", 5) != mask("floral", 6)).any()


def test_stripes_run_across_v() -> None:
    tile = mask("striped", 1)
    assert (tile == tile[:, :1]).all()
