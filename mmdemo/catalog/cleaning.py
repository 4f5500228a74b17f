"""Make text of what stands in a cell. Knows no column and no product.

What is done to a text is told: every function adds its reasons to a set.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ftfy import fix_encoding
from ftfy.badness import is_bad

from mmdemo.catalog.notes import Reason

_EMPTY = frozenset(
    {
        "nan",
        "none",
        "null",
        "nil",
        "n/a",
        "#n/a",
        "na",
        "undefined",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
    }
)
_LONGEST_EMPTY = max(map(len, _EMPTY))
# By hand: a parser of whole documents takes 77 s for a megabyte of nested tags (lexbor 2), and the
# one of Python 3.11 is quadratic too (CVE-2025-6069). Every pattern here runs in linear time.
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_BLOCKS = "p|br|div|li|ul|ol|tr|td|th|table|tbody|thead|h[1-6]|hr|dl|dt|dd|section|article|pre"
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b[^<>]*>", re.IGNORECASE)
_INLINE = (
    "a|abbr|b|big|blockquote|body|button|center|cite|code|col|del|em|figure|font|footer|form|head"
    "|header|html|i|iframe|img|input|ins|label|link|main|mark|meta|nav|o:p|object|picture|s|small"
    "|source|span|strike|strong|sub|sup|svg|path|time|title|tt|u|video"
)
_TAG = re.compile(rf"</?(?:{_INLINE})\b[^<>]*>|<!doctype[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SHORT = 40  # characters of a text that is likely to come again
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, and those of format but the joiners that scripts and emoji need; private use.
_UNWANTED = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ue000-\uf8ff\ufeff\ufff9-\ufffb]"
)


def text_of(value: object) -> str:
    """A cell of any type as text: numbers without needless digits, lists with commas."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return str(value)  # a whole number, a date or a time


def _float_text(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _bytes_text(value: bytes) -> str:
    return value.decode("utf-8", "replace") if len(value) < 1000 else f"({len(value)} bytes)"


def _list_text(value: Sequence[object]) -> str:
    if any(isinstance(item, Mapping | list | tuple) for item in value):
        return _json_text(value)
    return ", ".join(filter(None, map(text_of, value)))


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=text_of)


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: str(value).lower()),
    (float, _float_text),
    (Decimal, lambda value: f"{value:f}" if value.is_finite() else ""),
    (bytes, _bytes_text),
    (Mapping, _json_text),
    (Sequence, _list_text),
)


def clean(text: str, found: set[Reason], *, lines: bool = False) -> str:
    """Text as a person would have typed it; the usual words for "nothing" become empty.

    Args:
        found: takes the reasons of what was done.
        lines: keep line breaks, as in a description.
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) <= _SHORT:
        cleaned, reasons = _clean_short(text, lines)
        found |= reasons
        return cleaned
    return _clean(text, found, lines=lines)


@lru_cache(16_384)  # brands, colors, sizes
def _clean_short(text: str, lines: bool) -> tuple[str, frozenset[Reason]]:
    found: set[Reason] = set()
    return _clean(text, found, lines=lines), frozenset(found)


def _clean(text: str, found: set[Reason], *, lines: bool) -> str:
    if len(text) <= _LONGEST_EMPTY and text.casefold() in _EMPTY:
        found.add(Reason.PLACEHOLDER)
        return ""
    if not text.isascii():
        text = _mend(text, found)
    if "<" in text or "&" in text:
        text = _strip_html(text, found)
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _tidy(text, found, lines=lines)


def plain(text: str) -> str:
    """`clean` for one line of text whose reasons nobody wants."""
    return clean(text, set())


def _mend(text: str, found: set[Reason]) -> str:
    # Half a surrogate pair, which JSON can spell, cannot be written to a file.
    whole = text.encode(errors="replace").decode()
    if whole != text or "\ufffd" in text:
        found.add(Reason.LOST)
    if is_bad(whole):
        mended = fix_encoding(whole)
        if mended != whole:
            found.add(Reason.MENDED)
            return mended
    return whole


def _strip_html(text: str, found: set[Reason]) -> str:
    bare = text
    if "<" in bare:
        bare = _BLOCK.sub("\n", _HIDDEN.sub(" ", bare))
        bare = _TAG.sub("", bare)
    if _ENTITY.search(bare):
        bare = html.unescape(bare)
        if "<" in bare and _BLOCK.search(bare):  # escaped twice, as feeds do
            bare = _TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub(" ", bare)))
    if bare != text:
        found.add(Reason.HTML)
    return bare


def _tidy(text: str, found: set[Reason], *, lines: bool) -> str:
    text = _LINE_END.sub("\n", text)
    kept = _UNWANTED.sub("", text)
    if kept != text:
        found.add(Reason.CONTROL)
    if lines:
        kept = _LINES.sub("\n", _SPACES.sub(" ", kept))
        return _MANY_LINES.sub("\n\n", kept).strip()
    if "\n" in kept.strip() and Reason.HTML not in found:
        found.add(Reason.LINE_BREAK)
    return " ".join(kept.split())
