"""What is said about photos: why one is missing, what one is like. Knows no file and no address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mmdemo.catalog.notes import Note
from mmdemo.errors import CatalogError


class Fault(StrEnum):
    """Why a photo is missing or odd: a reason to count by."""

    # where a product says it is
    NONE = "no photo"
    NOT_FOUND = "photo not found"
    NO_SOURCE = "photo is a file name, but no folder or archive of photos was given"
    AMBIGUOUS = "several photos have this name, the largest was taken"
    OUTSIDE = "photo lies outside of the folder or archive"
    NOT_A_FILE = "photo is a folder or device"
    UNREADABLE = "photo cannot be read"
    ENCRYPTED = "photo is encrypted"
    UNPACKABLE = "photo cannot be unpacked"
    # what its address answers
    BAD_ADDRESS = "photo's address is not usable"
    PRIVATE_ADDRESS = "photo's address is not public"
    NO_HOST = "photo's server is not known"
    NO_ANSWER = "photo's server does not answer"
    INSECURE = "photo's server has no valid certificate"
    SERVER_ERROR = "photo's server failed"
    BUSY = "photo's server asks to come back later"
    GONE = "photo is not on the server"
    DENIED = "photo's server refuses"
    REDIRECTS = "photo's server sends on and on"
    CUT_OFF = "photo's server broke off"
    TOO_SLOW = "photo's server is too slow"
    # what its bytes are
    EMPTY = "photo is empty"
    TOO_LARGE = "photo is too large"
    NOT_A_PHOTO = "not a photo"
    WEB_PAGE = "web page instead of a photo"
    SVG = "SVG drawing, not a photo"
    UNSUPPORTED = "photo's format is not supported"
    TOO_MANY_PIXELS = "photo has too many pixels"
    TOO_FEW_PIXELS = "photo has too few pixels"
    TRUNCATED = "truncated photo"
    DAMAGED = "damaged photo"
    # what is odd about a photo that was taken
    ANIMATED = "animated photo, first frame taken"


class PhotoError(CatalogError):
    """A photo cannot be taken, for one of a closed set of reasons.

    Attributes:
        reason: to count by.
        detail: the particulars; may be empty.
    """

    def __init__(self, reason: Fault, detail: str = "") -> None:
        super().__init__(str(reason), got=detail or None)
        self.reason = reason
        self.detail = detail


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
        animated: it moves; its first frame stands for it.
    """

    width: int
    height: int
    format: str
    size: int
    dhash: int
    animated: bool = False
