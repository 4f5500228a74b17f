"""What the shop sells: every kind with its forms, materials, patterns and facts."""

from studio.kinds.decor import DECOR
from studio.kinds.furniture import FURNITURE
from studio.kinds.kind import Choice, FactRule, Flag, Form, Kind, Number
from studio.kinds.lighting import LIGHTING
from studio.kinds.seating import SEATING
from studio.kinds.tableware import TABLEWARE
from studio.kinds.textiles import TEXTILES

KINDS = {
    kind.name: kind for kind in (*TABLEWARE, *DECOR, *LIGHTING, *SEATING, *FURNITURE, *TEXTILES)
}

__all__ = ["KINDS", "Choice", "FactRule", "Flag", "Form", "Kind", "Number"]
