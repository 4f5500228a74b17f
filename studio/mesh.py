"""Build shapes from numbers: turned, swept, boxed and padded. Knows no product and no renderer.

Lengths are in cm, z is up, the viewer stands at negative y. Texture coordinates are in cm too, so
that a weave or a grain has one size on every part; v runs along the grain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin, tau

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.lines import Array, corners, curve

Ripple = Callable[[Array, Array], Array]
"""(angle, share of the profile) → factor on the radius."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """Faces in space.

    Attributes:
        vertices: float64 (n, 3).
        faces: int64 (m, 4); a triangle repeats its last corner.
        uv: float64 (m, 4, 2), of every corner of every face.
        crease: degrees from which an edge is shaded sharp; 180 for none.
    """

    vertices: Array
    faces: NDArray[np.int64]
    uv: Array
    crease: float = 40

    def moved(self, x: float = 0, y: float = 0, z: float = 0) -> Mesh:
        """The same shape elsewhere."""
        return replace(self, vertices=self.vertices + np.array((x, y, z)))

    def scaled(self, x: float = 1, y: float = 1, z: float = 1) -> Mesh:
        """Stretched from the origin; an odd number of negative factors mirrors it."""
        faces = self.faces
        uv = self.uv
        if x * y * z < 0:
            quad = faces[:, 3] != faces[:, 2]
            order = np.where(quad[:, None], [3, 2, 1, 0], [2, 1, 0, 0])
            faces = np.take_along_axis(faces, order, axis=1)
            uv = np.take_along_axis(uv, order[:, :, None], axis=1)
        return replace(self, vertices=self.vertices * np.array((x, y, z)), faces=faces, uv=uv)

    def turned(self, axis: str, degrees: float) -> Mesh:
        """Rotated about an axis through the origin."""
        angle = degrees * pi / 180
        c, s = cos(angle), sin(angle)
        matrix = {
            "x": ((1, 0, 0), (0, c, -s), (0, s, c)),
            "y": ((c, 0, s), (0, 1, 0), (-s, 0, c)),
            "z": ((c, -s, 0), (s, c, 0), (0, 0, 1)),
        }[axis]
        return replace(self, vertices=self.vertices @ np.array(matrix).T)

    def bent(self, shape: Callable[[Array], Array]) -> Mesh:
        """Every vertex through `shape`, (n, 3) → (n, 3)."""
        return replace(self, vertices=shape(self.vertices.copy()))

    def faced(self) -> Mesh:
        """Every face textured from the side it looks to most, so that no pattern is stretched."""
        points = self.vertices[self.faces]
        normal = np.cross(points[:, 2] - points[:, 0], points[:, 3] - points[:, 1])
        sides = np.array(((1, 2), (0, 2), (0, 1)))[np.argmax(np.abs(normal), axis=1)]
        return replace(self, uv=np.take_along_axis(points, sides[:, None, :], axis=2))

    def cut(self, height: float) -> tuple[Mesh, Mesh]:
        """The faces below a height, and the others."""
        below = self.vertices[self.faces][..., 2].mean(axis=1) < height
        low, high = (
            replace(self, faces=self.faces[some], uv=self.uv[some]) for some in (below, ~below)
        )
        return low, high

    def wrapped(self, tile: float) -> Mesh:
        """Texture u stretched so that a whole number of tiles goes around."""
        width = float(self.uv[..., 0].max() - self.uv[..., 0].min())
        if width <= 0 or tile <= 0:
            return self
        around = max(1, round(width / tile)) * tile
        return replace(self, uv=self.uv * np.array((around / width, 1.0)))


def join(meshes: Iterable[Mesh]) -> Mesh:
    """All shapes as one."""
    parts = list(meshes)
    offsets = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])
    return Mesh(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([p.faces + offset for p, offset in zip(parts, offsets, strict=True)]),
        np.concatenate([part.uv for part in parts]),
        parts[0].crease,
    )


def grid(points: Array, uv: Array, around: bool = False, crease: float = 40) -> Mesh:
    """A net of points as a surface.

    Args:
        points: (rows, columns, 3); its front is where rows × columns points.
        uv: (rows, columns or columns + 1, 2); one more column than points where it closes.
        around: the last column joins the first.
        crease: as in `Mesh`.
    """
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    if around:
        index = np.concatenate([index, index[:, :1]], axis=1)
    corners = (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1])
    places = (uv[:-1, :-1], uv[:-1, 1:], uv[1:, 1:], uv[1:, :-1])
    faces = np.stack([corner.ravel() for corner in corners], axis=1)
    return Mesh(
        points.reshape(-1, 3),
        faces,
        np.stack([place.reshape(-1, 2) for place in places], axis=1),
        crease,
    )


def lathe(
    profile: ArrayLike, segments: int = 72, ripple: Ripple | None = None, crease: float = 40
) -> Mesh:
    """Turn a line of (radius, z) around the z axis; give it from the inside over the rim outward.

    Seen from outside, a profile that runs upward faces outward.
    """
    line = np.asarray(profile, dtype=float)
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    angle = np.linspace(0, tau, segments, endpoint=False)
    radius = np.repeat(line[:, :1], segments, axis=1)
    if ripple is not None:
        share = (steps / steps[-1])[:, None]
        radius = radius * ripple(angle[None, :] + 0 * share, share + 0 * angle[None, :])
    points = np.stack(
        [radius * np.cos(angle), radius * np.sin(angle), np.repeat(line[:, 1:], segments, axis=1)],
        axis=2,
    )
    around = tau * float(line[:, 0].max())
    u = np.linspace(0, around, segments + 1)
    uv = np.stack(np.meshgrid(u, steps), axis=2)
    return grid(points, uv, around=True, crease=crease)


def vessel(
    outer: ArrayLike,
    wall: float,
    *,
    floor: float = 0.0,
    ripple: Ripple | None = None,
    count: int = 40,
    smooth: bool = True,
    segments: int = 72,
) -> tuple[Mesh, Mesh]:
    """A hollow turned body: an outline of (radius, z) from foot to rim, closed below, open above.

    Gives its outside and its inside; the rim belongs to the inside.

    Args:
        outer: the outline; the first point is the foot's edge.
        wall: how thick it is.
        floor: how thick its bottom is; the wall's thickness if 0.
        ripple: as in `lathe`.
        count: points along the outline.
        smooth: bend the outline through its points instead of breaking it there.
        segments: around.
    """
    given = np.asarray(outer, dtype=float)
    line = curve(given, count) if smooth else corners(given, wall * 1.5)
    bottom = line[0, 1]
    inner = line.copy()
    inner[:, 0] = np.maximum(inner[:, 0] - wall, 0.05)
    inner = inner[inner[:, 1] > bottom + (floor or wall)]
    rim = line[-1]
    angle = np.linspace(0, pi, 7)[1:-1]
    lip = np.stack([rim[0] - wall / 2 + np.cos(angle) * wall / 2,
                    rim[1] + np.sin(angle) * wall / 2], axis=1)  # fmt: skip
    foot = np.array([[0.001, bottom], [line[0, 0] * 0.93, bottom]])
    base = np.array([[0.001, inner[0, 1]]])
    inside = np.concatenate([rim[None], lip, inner[::-1], base])
    return (
        lathe(np.concatenate([foot, line]), segments, ripple),
        lathe(inside, segments, ripple and (lambda a, t: ripple(a, 1 - t))),
    )


def tube(
    path: ArrayLike,
    radius: ArrayLike,
    *,
    sides: int = 10,
    closed: bool = False,
    flat: float = 1.0,
    caps: bool = True,
    up: Sequence[float] = (0, 0, 1),
) -> Mesh:
    """A rod along a line.

    Args:
        path: (n, 3).
        radius: one or n of them.
        sides: corners of its section.
        closed: the end joins the start.
        flat: thickness along `up` over the thickness across it.
        caps: close its ends with round caps.
        up: what counts as the section's upright.
    """
    line = np.asarray(path, dtype=float)
    radii = np.broadcast_to(np.asarray(radius, dtype=float), (len(line),)).copy()
    if caps and not closed:
        line, radii = _capped(line, radii)
    ahead = np.gradient(line, axis=0)
    if closed:
        ahead = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    across = np.empty_like(line)
    side = np.cross(ahead[0], np.asarray(up, dtype=float))
    if np.linalg.norm(side) < 1e-3:
        side = np.cross(ahead[0], (1.0, 0.0, 0.0))
    for i, forward in enumerate(ahead):
        side = side - forward * np.dot(side, forward)
        side /= max(float(np.linalg.norm(side)), 1e-9)
        across[i] = side
    above = np.cross(across, ahead)
    angle = np.linspace(0, tau, sides, endpoint=False)[None, :, None]
    points = line[:, None] + radii[:, None, None] * (
        np.cos(angle) * across[:, None] + flat * np.sin(angle) * above[:, None]
    )
    points = points[:, ::-1]
    steps = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    if closed:
        points = np.concatenate([points, points[:1]])
        steps = np.append(steps, steps[-1] + np.linalg.norm(line[0] - line[-1]))
    u = np.linspace(0, tau * float(radii.max()), sides + 1)
    return grid(points, np.stack(np.meshgrid(u, steps), axis=2), around=True)


def _capped(line: Array, radii: Array) -> tuple[Array, Array]:
    """The line with half-round ends added inside its length."""
    turns = np.linspace(0, pi / 2, 4)[:-1]

    def end(tip: Array, inner: Array, size: float) -> tuple[Array, Array]:
        way = (tip - inner) / max(float(np.linalg.norm(tip - inner)), 1e-9)
        depth = size * 0.35
        places = tip + way * (np.cos(turns)[:, None] - 1) * depth + way * depth * 0
        return places, np.maximum(size * np.sin(turns), size * 0.02)

    first, first_radii = end(line[0], line[1], radii[0])
    last, last_radii = end(line[-1], line[-2], radii[-1])
    start = line[0] + (line[1] - line[0]) / np.linalg.norm(line[1] - line[0]) * radii[0] * 0.35
    stop = line[-1] + (line[-2] - line[-1]) / np.linalg.norm(line[-2] - line[-1]) * radii[-1] * 0.35
    return (
        np.concatenate([first, start[None], line[1:-1], stop[None], last[::-1]]),
        np.concatenate([first_radii, radii, last_radii[::-1]]),
    )


def rod(start: Sequence[float], end: Sequence[float], radius: float, tip: float = 0) -> Mesh:
    """A straight round rod, tapering to `tip` if given."""
    line = np.linspace(np.asarray(start, dtype=float), np.asarray(end, dtype=float), 5)
    radii = np.linspace(radius, tip or radius, 5)
    return tube(line, radii, sides=16)


def box(
    width: float,
    depth: float,
    height: float,
    radius: float = 0.4,
    *,
    cells: int = 1,
    steps: int = 3,
    grain: str = "",
) -> Mesh:
    """A box with rounded edges on the floor around the origin.

    Args:
        width: along x.
        depth: along y.
        height: along z.
        radius: of its edges.
        cells: pieces each flat side is cut into, for bending it later.
        steps: pieces of each rounded edge.
        grain: axis the wood's grain runs along; the longest if empty.
    """  # fmt: skip
    half = np.array((width, depth, height)) / 2
    radius = min(radius, float(half.min()) * 0.98)
    lines = []
    for size in half:
        bend = -np.cos(np.linspace(0, pi / 2, steps + 1)) * radius
        flat = np.linspace(-(size - radius), size - radius, cells + 1)
        lines.append(
            np.concatenate([bend - (size - radius), flat[1:-1], -bend[::-1] + size - radius])
        )
    axis = "xyz".index(grain) if grain else int(np.argmax(half))
    faces = []
    for normal in range(3):
        a, b = (normal + 1) % 3, (normal + 2) % 3
        p, q = np.meshgrid(lines[a], lines[b], indexing="ij")
        for sign in (-1, 1):
            points = np.empty((*p.shape, 3))
            points[..., a], points[..., b], points[..., normal] = p, q, sign * half[normal]
            inner = np.clip(points, -(half - radius), half - radius)
            away = points - inner
            length = np.linalg.norm(away, axis=2, keepdims=True)
            points = inner + away / np.maximum(length, 1e-9) * np.minimum(length, radius)
            v, u = (p, q) if a == axis else (q, p)
            if normal == axis:
                u, v = p, q * 0.3
            uv = np.stack([u + 7.3 * normal, v + 3.1 * sign], axis=2)
            if sign > 0:
                points, uv = points.swapaxes(0, 1), uv.swapaxes(0, 1)
            faces.append(grid(points, uv))
    return weld(join(faces)).moved(z=height / 2)


def weld(mesh: Mesh) -> Mesh:
    """Vertices at one place become one, so that shading runs over the seam."""
    keys = np.round(mesh.vertices * 2e3).astype(np.int64)
    _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return replace(mesh, vertices=mesh.vertices[first], faces=inverse.reshape(-1)[mesh.faces])


def slab(outline: ArrayLike, thickness: float, radius: float = 0.2, rings: int = 6) -> Mesh:
    """A flat body with rounded edges over an outline that its center sees all of.

    Args:
        outline: (n, 2), counter-clockwise around the origin, not repeated at its end.
        thickness: along z, from 0 up.
        radius: of its edges.
        rings: of faces between center and edge.
    """
    edge = np.asarray(outline, dtype=float)
    radius = min(radius, thickness * 0.49)
    reach = np.linalg.norm(edge, axis=1, keepdims=True)
    shares = np.linspace(0.001, 1, rings + 1)[:, None, None]
    inner = edge * (1 - radius / reach)
    disc = inner[None] * shares
    bend = np.linspace(0, pi / 2, 5)
    low = [np.dstack([disc, np.zeros(disc.shape[:2])])]
    ring = [(np.sin(t), radius - radius * np.cos(t)) for t in bend[1:]]
    ring += [(np.cos(t), thickness - radius + radius * np.sin(t)) for t in bend]
    for out, z in ring:
        place = inner + (edge - inner) * out
        low.append(np.dstack([place[None], np.full((1, len(edge)), z)]))
    low.append(np.dstack([disc[::-1], np.full(disc.shape[:2], thickness)])[1:])
    points = np.concatenate(low)
    uv = points[..., :2] + points[..., 2:]  # so that a pattern does not run along the edge
    uv = np.concatenate([uv, uv[:, :1]], axis=1)
    return grid(points, uv, around=True)


def ball(radius: float, segments: int = 32) -> Mesh:
    """A sphere around the origin."""
    angle = np.linspace(-pi / 2 + 1e-3, pi / 2 - 1e-3, segments // 2 + 1)
    return lathe(np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius, segments)
