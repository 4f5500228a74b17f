"""What is said about photos: why one is missing, what one is like. Knows no file and no address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a photo is missing or odd, as an import report counts it."""

    NONE = "no photo"
    NOT_FOUND = "photo not found"
    NOT_A_PHOTO = "not a photo"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to report about one photo of a product.

    Attributes:
        reason: one of a closed set of phrases, to count by.
        detail: which photo, and what exactly; may be empty.
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A product's photos after an import has looked at them.

    Attributes:
        keys: photos that are kept now, in the order of the references, each once.
        notes: what could not be had, and what was odd about what could.
    """

    keys: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of a kept photo without opening it.

    Attributes:
        width: in pixels, as a person sees it (EXIF rotation undone).
        height: likewise.
        format: Pillow's name, such as ``JPEG``.
        size: of the original, in bytes.
        dhash: 64-bit difference hash; photos that look alike differ in few bits.
    """

    width: int
    height: int
    format: str
    size: int
    dhash: int
