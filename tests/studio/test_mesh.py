"""Shapes from numbers: volumes and sizes worked out by hand."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

from studio.lines import corners, ellipse, rectangle, spaced
from studio.mesh import Mesh, ball, box, join, lathe, slab, tube, vessel
from studio.padding import padded, wall


def volume(mesh: Mesh) -> float:
    """Signed volume by the divergence theorem: positive if all faces look outward."""
    a, b, c, d = (mesh.vertices[mesh.faces[:, i]] for i in range(4))
    return float((np.cross(a, b) * c).sum() + (np.cross(a, c) * d).sum()) / 6


def test_a_box_has_its_volume_and_looks_outward() -> None:
    assert volume(box(10, 20, 30, 0.01)) == pytest.approx(6000, rel=0.01)


def area(quads: np.ndarray) -> float:
    a, b, c, d = (quads[:, i] for i in range(4))
    across, along = c - a, d - b
    return float(np.abs(across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0]).sum() / 2)


def test_faced_texture_is_nowhere_stretched() -> None:
    mesh = box(10, 20, 30, 0.01)
    faces = 2 * (10 * 20 + 10 * 30 + 20 * 30)
    assert area(mesh.uv) < 0.9 * faces  # short end grain, as on wood
    assert area(mesh.faced().uv) == pytest.approx(faces, rel=0.01)


def test_a_cut_shape_is_still_all_there() -> None:
    ends = box(10, 10, 30, 0.01, cells=3)
    low, high = ends.cut(10)
    assert low.vertices[low.faces][..., 2].max() == pytest.approx(10, abs=0.1)
    assert high.vertices[high.faces][..., 2].min() == pytest.approx(10, abs=0.1)
    assert volume(low) + volume(high) == pytest.approx(3000, rel=0.01)


def test_a_rounded_box_keeps_its_size() -> None:
    mesh = box(10, 20, 30, 2)
    assert np.ptp(mesh.vertices, axis=0) == pytest.approx((10, 20, 30))
    assert mesh.vertices[:, 2].min() == pytest.approx(0)


def test_a_mirrored_box_still_looks_outward() -> None:
    assert volume(box(10, 20, 30, 0.01).scaled(x=-1)) == pytest.approx(6000, rel=0.01)


def test_turning_keeps_volume() -> None:
    assert volume(box(10, 20, 30, 0.01).turned("x", 33).moved(5, 6, 7)) == pytest.approx(
        6000, rel=0.01
    )


def test_a_ball_has_its_volume() -> None:
    assert volume(ball(3, 96)) == pytest.approx(4 / 3 * pi * 27, rel=0.01)


def test_a_cylinder_has_its_volume() -> None:
    profile = [(0.001, 0), (2, 0), (2, 5), (0.001, 5)]
    assert volume(lathe(profile, 180)) == pytest.approx(pi * 4 * 5, rel=0.01)


def test_a_slab_has_its_volume() -> None:
    assert volume(slab(ellipse(20, 20, 200), 2, 0.01)) == pytest.approx(pi * 100 * 2, rel=0.02)


def test_a_vessel_is_closed_and_hollow() -> None:
    outside, inside = vessel([(5, 0), (5, 5), (5, 10)], 0.5, segments=180)
    # a cup of radius 5 and height 10 less its hollow of radius 4.5 above a floor of 0.5
    assert volume(join([outside, inside])) == pytest.approx(
        pi * 25 * 10 - pi * 4.5**2 * 9.5, rel=0.08
    )


def test_a_rod_looks_outward() -> None:
    mesh = tube([(0, 0, 0), (0, 0, 5), (0, 0, 10)], 1, sides=48)
    assert abs(volume(mesh)) == pytest.approx(pi * 10, rel=0.1)
    assert np.ptp(mesh.vertices[:, 2]) == pytest.approx(10, abs=0.1)


def test_a_wall_ends_at_its_height() -> None:
    line = np.array([(0.0, 0.0), (10, 0), (20, 0), (30, 0)])
    mesh = wall(line, 6, 4, np.array((10.0, 12, 14, 16)), radius=2)
    assert mesh.vertices[:, 2].min() == pytest.approx(4)
    assert mesh.vertices[:, 2].max() == pytest.approx(16)
    assert np.ptp(mesh.vertices[:, 1]) == pytest.approx(6)


def test_a_pad_swells_but_keeps_its_corners() -> None:
    mesh = padded(60, 60, 12, puff=3, crumple=0)
    assert mesh.vertices[:, 2].max() == pytest.approx(15, abs=0.3)
    assert np.ptp(mesh.vertices[:, 0]) == pytest.approx(60 + 2 * 3 * 0.45, abs=0.4)


def test_points_are_spaced_evenly() -> None:
    line = spaced(np.array([(0.0, 0.0), (3, 0), (3, 1)]), 5)
    assert line == pytest.approx(np.array([(0, 0), (1, 0), (2, 0), (3, 0), (3, 1)]))


def test_a_corner_is_rounded_and_the_ends_stay() -> None:
    line = corners([(0, 0), (10, 0), (10, 10)], 2, 4)
    assert line[0] == pytest.approx((0, 0))
    assert line[-1] == pytest.approx((10, 10))
    assert np.linalg.norm(line - np.array((10, 0)), axis=1).min() == pytest.approx(2**0.5 * 0.5)


def test_an_outline_runs_counter_clockwise() -> None:
    for outline in (ellipse(4, 2), rectangle(4, 2, 0.5)):
        x, y = outline.T
        assert (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2 > 6
