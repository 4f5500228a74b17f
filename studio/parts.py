"""Say what a modeled product consists of: shapes with surfaces. Knows no renderer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from studio.mesh import (
    Mesh,
)
from studio.plan import ProductPlan


@dataclass(frozen=True, slots=True)
class Surface:
    """What a shape is covered with.

    Attributes:
        material: a name of the vocabulary, or "soil", "foliage", "face", "bulb", "mirror", "flame".
        color: a name of the vocabulary.
        pattern: drawn in `pattern_color`; plain for none.
        tile: side of one pattern tile in cm.
        split: below this height in cm a two-tone surface has its second color.
        axis: along which it is split: 0 x, 1 y, 2 z.
        glow: how strongly it shines, 0 for not at all.
        weave: how much coarser than usual its threads are.
    """

    material: str
    color: str
    pattern: str = "plain"
    pattern_color: str = ""
    tile: float = 8.0
    split: float = 0.0
    axis: int = 2
    glow: float = 0.0
    weave: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A shape with its surface; `subdivide` rounds it off further when it is rendered."""

    mesh: Mesh
    surface: Surface
    subdivide: int = 0


class Maker:
    """What a model needs to know of its product.

    Attributes:
        plan: the product.
        width, depth, height: in cm.
        form: the word for its shape.
        random: a random source of this product's own.
    """

    def __init__(self, plan: ProductPlan) -> None:
        self.plan = plan
        self.form = plan.form
        self.random = Random(plan.seed)
        self.width = self._size("width")
        self.depth = self._size("depth" if plan.fact("depth") else "length")
        self.height = self._size("height")

    def _size(self, name: str) -> float:
        value = self.plan.fact(name)
        if not isinstance(value, int | float):
            raise TypeError(f"{self.plan.product_id} has no {name}")
        return float(value)

    def number(self, name: str, default: float) -> float:
        """A hidden fact that is a number, such as the seat's height."""
        value = self.plan.fact(name)
        return float(value) if isinstance(value, int | float) else default

    def between(self, low: float, high: float) -> float:
        """A number of this product's own."""
        return self.random.uniform(low, high)

    @property
    def body(self) -> Surface:
        """The surface of its body, without a tile size."""
        plan = self.plan
        return Surface(
            plan.material, plan.color, plan.pattern, plan.pattern_color, seed=plan.seed % 9973
        )

    @property
    def plain_body(self) -> Surface:
        """The body's material and color without its pattern."""
        return Surface(self.plan.material, self.plan.color, seed=self.plan.seed % 9973)

    @property
    def accent(self) -> Surface:
        """The accent's surface; the plain body's if it has none."""
        plan = self.plan
        if not plan.accent_material:
            return self.plain_body
        return Surface(plan.accent_material, plan.accent_color, seed=plan.seed % 9967)

    def patterned(self, tile: float, split: float = 0.0, axis: int = 2) -> Surface:
        """The body's surface with its pattern in tiles of that size, or split at that height."""
        return replace(self.body, tile=tile, split=split, axis=axis)

    @property
    def soft(self) -> bool:
        """Is the body a cloth or leather?"""
        return self.plan.material in _SOFT


_SOFT = frozenset(
    ("linen", "cotton", "velvet", "wool", "boucle", "corduroy", "leather", "cotton rope", "jute")
)
