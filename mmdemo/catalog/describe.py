"""Look a catalog over: what it has, what it lacks, what is in it twice. Knows no model.

Reads each product once and no photo: what is known of those stands in their ledger.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mmdemo.catalog.alike import folded_words, group_by_value, group_close_hashes
from mmdemo.catalog.facts import Alike, CatalogFacts, IndexFacts, Lacking, PhotoSummary
from mmdemo.catalog.importer import HISTORY_NAME
from mmdemo.catalog.languages import guess_languages
from mmdemo.catalog.photos import PhotoFacts, read_photo_facts
from mmdemo.catalog.served import served_index
from mmdemo.catalog.store import Catalog
from mmdemo.records import Product

_SAMPLE = 2000  # products whose language is guessed
_TEXT = 400  # characters of a product that are looked at for it
_EXAMPLES = 5
_CATEGORIES = 20
_SMALL = 200  # pixels


def describe(directory: Path) -> CatalogFacts:
    """The facts of a catalog folder.

    Raises:
        CatalogError: it holds no catalog, or one this version cannot read.
    """
    catalog = Catalog.open(directory)
    facts = read_photo_facts(directory)
    last = _last_import(directory)
    texts = _sample(catalog)
    titles = {p.product_id: p.title for p in catalog}
    photos = {p.product_id: p.images for p in catalog}
    return CatalogFacts(
        name=catalog.name,
        catalog_id=catalog.catalog_id,
        products=len(catalog),
        imported=str(last.get("ended", "")),
        source=str(last.get("source", "")),
        filled={
            name: sum(bool(getattr(p, name)) for p in catalog)
            for name in ("title", "description", "brand", "category", "price", "images")
        },
        attributes=_counted(name for p in catalog for name in p.attributes),
        currencies=_counted(p.price.currency for p in catalog if p.price is not None),
        categories=_counted((p.category for p in catalog if p.category), most=_CATEGORIES),
        photos=_summary(photos, facts),
        languages=guess_languages(texts),
        languages_of=len(texts),
        without_photo=_lacking(p for p in catalog if not p.images),
        without_text=_lacking(p for p in catalog if not (p.title or p.description)),
        same_title=_alike(group_by_value(titles)),
        near_titles=_alike(_different(titles)),
        same_photo=_same_photo(photos),
        near_photos=_near_photos(photos, facts),
        indexes=tuple(_indexes(catalog)),
    )


def _counted(names: Iterable[str], *, most: int | None = None) -> dict[str, int]:
    ordered = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return dict(ordered[:most])


def _lacking(products: Iterable[Product]) -> Lacking:
    ids = [product.product_id for product in products]
    return Lacking(len(ids), tuple(ids[:_EXAMPLES]))


def _alike(groups: list[list[str]]) -> Alike:
    examples = tuple(tuple(group[:_EXAMPLES]) for group in groups[:_EXAMPLES])
    return Alike(len(groups), sum(map(len, groups)), examples)


def _sample(catalog: Catalog) -> list[str]:
    step = max(1, len(catalog) // _SAMPLE)
    return [f"{p.title}. {p.description[:_TEXT]}" for p in catalog.products[::step][:_SAMPLE]]


def _different(titles: Mapping[str, str]) -> list[list[str]]:
    """Products whose titles have the same words and are not the same."""
    folded = {product_id: folded_words(title) for product_id, title in titles.items()}
    groups = group_by_value(folded)
    return [group for group in groups if len({titles[name] for name in group}) > 1]


def _same_photo(photos: Mapping[str, tuple[str, ...]]) -> Alike:
    owners: dict[str, list[str]] = {}
    for product_id, keys in photos.items():
        for key in keys:
            owners.setdefault(key, []).append(product_id)
    groups = [group for group in owners.values() if len(group) > 1]
    products = {product_id for group in groups for product_id in group}
    return Alike(len(groups), len(products), _alike(groups).examples)


def _near_photos(photos: Mapping[str, tuple[str, ...]], facts: Mapping[str, PhotoFacts]) -> Alike:
    owner: dict[str, str] = {}  # photo → the first product that has it
    for product_id, keys in photos.items():
        for key in keys:
            if key in facts:
                owner.setdefault(key, product_id)
    groups = group_close_hashes({key: facts[key].dhash for key in owner})
    of_products = [list(dict.fromkeys(owner[key] for key in group)) for group in groups]
    return _alike([group for group in of_products if len(group) > 1])


def _summary(
    photos: Mapping[str, tuple[str, ...]], facts: Mapping[str, PhotoFacts]
) -> PhotoSummary:
    keys = {key for of_product in photos.values() for key in of_product}
    known = [facts[key] for key in keys if key in facts]
    sides = np.array([min(photo.width, photo.height) for photo in known] or [0])
    return PhotoSummary(
        count=len(keys),
        size=sum(photo.size for photo in known),
        formats=_counted(photo.format for photo in known),
        sides=(int(sides.min()), int(np.median(sides)), int(sides.max())),
        small=int((sides < _SMALL).sum()) if known else 0,
        several=sum(len(of_product) > 1 for of_product in photos.values()),
        unknown=len(keys) - len(known),
    )


def _last_import(directory: Path) -> dict[str, Any]:
    try:
        lines = (directory / HISTORY_NAME).read_bytes().splitlines()
        last = json.loads(lines[-1])
    except (OSError, ValueError, IndexError):
        return {}
    return last if isinstance(last, dict) else {}


def _indexes(catalog: Catalog) -> Iterable[IndexFacts]:
    """From the manifests that `mmdemo.index` writes; that package knows how to use them."""
    served = served_index(catalog.directory)
    for path in sorted(catalog.directory.glob("indexes/*/index.json")):
        try:
            values = json.loads(path.read_bytes())
            yield IndexFacts(
                name=path.parent.name,
                model=str(values["model"]),
                text_model=str(values["text_model"]),
                text_fields=tuple(map(str, values["text_fields"])),
                created=str(values["created"]),
                products=int(values["count"]),
                current=values["catalog_fingerprint"] == catalog.fingerprint,
                served=path.parent.name == served,
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue  # half an index is none
