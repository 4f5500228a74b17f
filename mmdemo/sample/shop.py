"""Write the sample shop into a folder: products, photos, queries and their truth.

Knows no model, index or page.
"""

from __future__ import annotations

import csv
import io
import logging
import random
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mmdemo.errors import CatalogError
from mmdemo.files import write_bytes
from mmdemo.sample import products
from mmdemo.sample.drawing import draw_product
from mmdemo.sample.products import Item
from mmdemo.sample.queries import ask

_log = logging.getLogger(__name__)

WEBP_QUALITY = 82  # about 5 kB a photo; stripes keep their edges
_WORKERS = 4  # encoding runs outside the interpreter's lock


def draw_sample(
    directory: Path,
    *,
    count: int = 360,
    seed: int = 7,
    id_prefix: str = "P",
) -> None:
    """Draw a shop: products.csv, images/, queries.csv and qrels.txt (TREC, grades 3 to 1).

    The same arguments give the same files. products.csv is written last, so that a folder that
    has one is complete.

    Args:
        directory: made if need be; an earlier shop's files are replaced, others left alone.
        count: of products.
        seed: another one gives other products.
        id_prefix: begins each product id; shops that are used together need different ones.

    Raises:
        CatalogError: the count or the prefix cannot be used.
    """
    if count < 1:
        raise CatalogError(
            "the sample shop cannot be empty", got=count, expected="count of 1 or more"
        )
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,32}", id_prefix):
        raise CatalogError(
            "id prefix is not usable",
            got=repr(id_prefix),
            expected="up to 32 letters, digits, '_' or '-'",
        )
    started = time.monotonic()
    items = products.invent(count, seed=seed, id_prefix=id_prefix)
    photos = directory / "images"
    photos.mkdir(parents=True, exist_ok=True)
    (directory / "products.csv").unlink(missing_ok=True)  # it would tell of other photos
    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(lambda item: _write_photo(photos, item, seed), items))
    queries = [(f"q{n:02d}", query) for n, query in enumerate(ask(items, seed=seed), start=1)]
    _write_csv(
        directory / "queries.csv", [{"query_id": name, "query": q.text} for name, q in queries]
    )
    lines = (
        f"{name} 0 {item.product_id} {grade}\n"
        for name, query in queries
        for item in items
        if (grade := query.grade(item))
    )
    write_bytes(directory / "qrels.txt", "".join(lines).encode())
    _write_csv(directory / "products.csv", [item.row() for item in items])
    _log.info("drew %d products in %.1f s", count, time.monotonic() - started)


def _write_photo(folder: Path, item: Item, seed: int) -> None:
    path = folder / f"{item.product_id}.webp"
    if not item.has_photo:
        path.unlink(missing_ok=True)
        return
    rng = random.Random(f"{seed} photo {item.product_id}")
    photo = draw_product(item.kind, item.form, color=item.color, pattern=item.pattern, rng=rng)
    photo.save(path, "WEBP", quality=WEBP_QUALITY, method=2)


def _write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_bytes(path, text.getvalue().encode())
