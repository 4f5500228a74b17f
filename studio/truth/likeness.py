"""Grade a product for a photo, alone or with words. Knows no pixels: both are plans.

Likeness is counted in points, 2 for the same and 1 for almost the same, in each of
    color       the same; a near color or the other's second color
    pattern     the same; a near pattern. Plain is a pattern too, but worth 1
    form        the same; one that the same shape word means, or any of a kind whose forms are
                much alike (`MUCH_ALIKE`): mugs are mugs, but no sofa is another
    material    the same to the eye; of the same family

A photo alone asks for its kind and all four. 3 for two points less than all or better, if nothing
is entirely different; 2 for three points less or better; 1 for any other of its kind. A kind that
would do instead: 1 for three points less or better. A kind that goes with it: 1 for the same color
and a pattern that is the same and not plain.

Words beside the photo change one thing ("but green", "but dishwasher-safe") or ask for another
kind that matches it ("a teapot like this"). What is changed is asked for by the words alone; the
rest of the points by the photo:
    3   the change exact, the rest at most two points off and nothing of it entirely different
    2   the change exact and half of the rest; or the change near and the rest at most one off
    1   any other of the kind
Another kind must be like the photo in what the words say: its color alone, or color, pattern and
material. 3 for the same color (of the three: at most one point off), 2 for a color almost the same
and at most two points off, 1 for any other of the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.plan import ProductPlan
from studio.truth.colors import near_colors
from studio.truth.forms import FORM_WORDS
from studio.truth.grading import Aspect
from studio.truth.kinds import COMPLEMENTS, NEAR_KINDS
from studio.truth.wishes import NEAR_PATTERNS, Match, Wish
from studio.vocabulary import LOOKALIKES, MATERIALS, PLAIN


@dataclass(frozen=True, slots=True)
class Likeness:
    """A photo's product, and what the words beside it change.

    Attributes:
        change: the wish in words, None for a photo alone or another kind.
        kind: the other kind asked for, empty for the photo's own.
        alike: what of the other kind must be like the photo.
    """

    photo: ProductPlan
    change: Wish | None = None
    kind: str = ""
    alike: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Equal for queries that ask for the same in other words."""
        changed = self.change.key if self.change else ""
        return " ".join(filter(None, (self.photo.product_id, changed, self.kind)))

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """What a ranker would have to know of a product."""
        compared = [(name, _POINTS[name]) for name in self._compared]
        return (
            ("kind", lambda product: product.kind),
            *(
                (name, lambda product, points=points: points(self.photo, product))
                for name, points in compared
            ),
            *(((self.change.needs, self.change.match),) if self.change else ()),
        )

    @property
    def _compared(self) -> tuple[str, ...]:
        if self.kind:
            return self.alike
        changed = (
            {"material": "look"}.get(self.change.needs, self.change.needs) if self.change else ""
        )
        return tuple(name for name in _POINTS if name != changed)

    def grade(self, product: ProductPlan) -> int:
        """The grade by the rules above."""
        wanted = self.kind or self.photo.kind
        if product.kind not in (wanted, *NEAR_KINDS.get(wanted, ()), *COMPLEMENTS.get(wanted, ())):
            return 0
        points = {name: _POINTS[name](self.photo, product) for name in self._compared}
        full = sum(_POINTS[name](self.photo, self.photo) for name in self._compared)
        missing = full - sum(points.values())
        if product.kind != wanted:
            return self._other_kind(product, wanted, missing)
        if self.kind:
            return self._matching(points, missing)
        if self.change is not None:
            return self._changed(self.change.match(product), points, missing, full)
        return 3 if missing <= 2 and all(points.values()) else 2 if missing <= 3 else 1

    @staticmethod
    def _matching(points: Mapping[str, int], missing: int) -> int:
        if missing <= len(points) // 2:
            return 3
        return 2 if missing <= 2 and points["color"] else 1

    @staticmethod
    def _changed(change: Match, points: Mapping[str, int], missing: int, full: int) -> int:
        if change is Match.EXACT and missing <= 2 and all(points.values()):
            return 3
        if (change is Match.EXACT and missing <= full / 2) or (
            change is Match.NEAR and missing <= 1
        ):
            return 2
        return 1

    def _other_kind(self, product: ProductPlan, wanted: str, missing: int) -> int:
        if self.change is not None or self.kind:
            return 0
        if product.kind in NEAR_KINDS.get(wanted, ()):
            return int(missing <= 3)
        same = product.color == self.photo.color and product.pattern == self.photo.pattern
        goes_with = product.kind in COMPLEMENTS.get(wanted, ())
        return int(goes_with and same and product.pattern != PLAIN)


MUCH_ALIKE = (
    "mug", "bowl", "plate", "teapot", "carafe", "pitcher", "jar", "tray", "serving board",
    "planter", "basket", "box", "picture frame", "pouf", "throw",
)  # fmt: skip
"""Kinds whose forms differ less than their colors and patterns do."""


def _color(photo: ProductPlan, product: ProductPlan) -> int:
    if product.color == photo.color:
        return 2
    second = product.pattern_color == photo.color or product.color == photo.pattern_color != ""
    return int(second or product.color in near_colors(photo.color))


def _pattern(photo: ProductPlan, product: ProductPlan) -> int:
    if product.pattern == photo.pattern:
        return 1 if photo.pattern == PLAIN else 2
    return int(product.pattern in NEAR_PATTERNS.get(photo.pattern, ()))


def _form(photo: ProductPlan, product: ProductPlan) -> int:
    if product.kind != photo.kind:
        return 0
    if product.form == photo.form:
        return 2
    for shapes in FORM_WORDS.values():
        exact, _ = shapes.get(photo.kind, ((), ()))
        if photo.form in exact and product.form in exact:
            return 1
    return int(photo.kind in MUCH_ALIKE)


def _look(photo: ProductPlan, product: ProductPlan) -> int:
    names = [LOOKALIKES.get(p.material, p.material) for p in (photo, product)]
    if names[0] == names[1]:
        return 2
    return int(MATERIALS[photo.material].family == MATERIALS[product.material].family)


_POINTS = {"color": _color, "pattern": _pattern, "form": _form, "look": _look}
