"""What can be odd about a row, as an import report counts it. Knows no file format.

Photos have reasons of their own: `mmdemo.catalog.photos.Fault`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Phrases to count by, told as they are."""

    # The row gave no product.
    NO_ID = "no product id"
    SEEN_BEFORE = "product id seen before"
    ID_TOO_LONG = "product id is too long"
    NOT_JSON = "not valid JSON"
    NOT_AN_OBJECT = "not a JSON object"

    # The row was read, but not as it stood.
    FEWER_CELLS = "fewer cells than columns"
    MORE_CELLS = "more cells than columns"
    OPEN_QUOTE = "quote never closed"
    OTHER_ENCODING = "bytes of another encoding"
    LINE_TOO_LONG = "line too long"

    # Cells that were changed.
    ID_CLEANED = "product id cleaned"
    HTML = "HTML removed"
    CONTROL = "control characters removed"
    LINE_BREAK = "line break inside a line of text"
    MENDED = "wrong encoding mended"
    LOST = "characters lost to a wrong encoding"
    PLACEHOLDER = "a word for nothing, taken as empty"
    TEXT_CUT = "text cut"
    PRICE = "price not understood"
    ATTRIBUTES = "attributes left out"

    # Taken as it is, and still to be looked at.
    NO_TITLE = "no title"
    NO_DESCRIPTION = "no description"
    SAME_TITLE = "title of another product too"
    LONE_NA = "NA inside description"
    ROUNDED_ID = "product id looks rounded by a spreadsheet"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to report about one row, or one photo of it.

    Attributes:
        reason: what kind of thing, to count by: a `Reason` or a `Fault`.
        detail: what exactly; may be empty.
    """

    reason: StrEnum
    detail: str = ""
