"""Take apart the cells that hold more than a text: photos, categories, packed pairs. Knows no row.

Cells come as text, or as the lists and objects of JSON and Parquet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from mmdemo.catalog.cleaning import plain, text_of

Reference = str | bytes
MAX_REFERENCES = 100  # photos of a product

# Where an object names its photo, best first.
_PHOTO_KEYS = ("bytes", "hi_res", "large", "url", "src", "href", "link", "image", "path", "file")
_NAME_KEYS = ("name", "title", "label", "value", "text", "en")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_BEFORE_ADDRESS = re.compile(r"[\s,;|]+(?=https?://)", re.IGNORECASE)
_FILE = re.compile(r".*\.(?:jpe?g|png|webp|gif|bmp|tiff?|heic|heif|avif|svg)", re.IGNORECASE)
_NO_PHOTO = frozenset({"", "nan", "none", "null", "n/a", "na", "-", "no_selection"})  # Magento's
_LEVELS = re.compile(r"\s*(?:>|»|›|→|::)\s*")
_SLASH = re.compile(r"(?<=[^\s/])/(?=[^\s/])")
_PAIR = re.compile(r",(?=[A-Za-z][\w ]*=)")


def photo_references(value: object) -> list[Reference]:
    """Photos that a cell names, in order, each once: file names, addresses or bytes."""
    if value is None or value == "":
        return []
    return list(dict.fromkeys(_photos(value)))[:MAX_REFERENCES]


def _photos(value: object) -> Iterator[Reference]:
    if isinstance(value, bytes):
        if value:
            yield value
    elif isinstance(value, str):
        yield from _photos_of_text(value.strip())
    elif isinstance(value, Mapping):
        there = next((value[key] for key in _PHOTO_KEYS if value.get(key)), None)
        yield from _photos(there)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _photos(item)


def _photos_of_text(text: str) -> Iterator[str]:
    if text[:1] in {"[", "{"}:
        try:
            yield from (str(photo) for photo in _photos(json.loads(text)))
            return
        except (ValueError, RecursionError):
            text = text.strip("[]{}")
    for part in _split(text):
        name = part.strip().strip("\"'").replace("\0", "")
        if name.casefold() not in _NO_PHOTO:
            yield name


def _split(text: str) -> list[str]:
    """Commas and semicolons occur in names too: they part what looks like photos on both sides."""
    if _ADDRESS.match(text):
        return _BEFORE_ADDRESS.split(text)
    parts = re.split(r"[|\n\r]+", text)
    if len(parts) == 1:
        for separator in ",;":
            tried = [part.strip() for part in text.split(separator) if part.strip()]
            if len(tried) > 1 and all(_FILE.fullmatch(part) for part in tried):
                return tried
    return parts


def category_path(value: object, *, lists: bool = False) -> str:
    """A category as ``Home > Kitchen``; several with `` | `` between them.

    Args:
        lists: text holds several categories, with commas between them.
    """
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = str(value)
    if isinstance(value, Mapping):
        value = plain_text(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        paths: Iterable[str]
        if any(isinstance(item, list | tuple) for item in value):
            paths = (category_path(item) for item in value)
        elif any(_LEVELS.search(plain_text(item)) for item in value):
            paths = (category_path(plain_text(item)) for item in value)
        else:
            paths = [" > ".join(filter(None, (plain(plain_text(i)) for i in value)))]
    else:
        return _paths(text_of(value), lists)
    return " | ".join(dict.fromkeys(filter(None, paths)))


@lru_cache(4096)
def _paths(text: str, lists: bool) -> str:
    paths = (_path(part) for part in (text.split(",") if lists else [text]))
    return " | ".join(dict.fromkeys(filter(None, paths)))


def _path(text: str) -> str:
    if ">" not in text and "://" not in text:
        text = _SLASH.sub(" > ", text)
    return " > ".join(filter(None, _LEVELS.split(text.strip())))


def plain_text(value: object) -> str:
    """The text of a cell that should hold one: of an object, its name."""
    if isinstance(value, Mapping):
        for key in _NAME_KEYS:
            if isinstance(value.get(key), str):
                return str(value[key])
    if isinstance(value, list | tuple) and value and all(isinstance(i, str) for i in value):
        return "\n".join(value) if len(value) > 1 else str(value[0])
    return text_of(value)


def price_text(value: object) -> tuple[str, str]:
    """The amount and the currency of a cell that may be an object of both."""
    if isinstance(value, Mapping):
        amount = next(
            (value[k] for k in ("amount", "value", "price", "current") if value.get(k) is not None),
            None,
        )
        currency = next(
            (str(value[k]) for k in ("currency", "currency_code", "unit") if value.get(k)), ""
        )
        return text_of(amount), currency
    return text_of(value), ""


def packed_pairs(text: str) -> dict[str, str]:
    """``color=red,size=M`` as pairs; a part without ``=`` belongs to the value before it."""
    starts = [0, *(match.end() for match in _PAIR.finditer(text)), len(text) + 1]
    pairs = (text[a : b - 1].partition("=") for a, b in pairwise(starts))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
