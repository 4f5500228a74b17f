"""Find the sample shop and its model. Knows no catalog and no index.

    model/                   an open_clip `local-dir:` model
    shop/products.csv        what `mmdemo import` reads, with images/
    shop/vectors/            their vectors under the model (`towers.cache`)
    shop/queries/            queries, their truth and their photos
    shop/examples.csv, about.json, results.json    what the page tells of the shop

Vectors and what the page tells may be missing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mmdemo.errors import CatalogError

_PACKAGE = Path(__file__).resolve().parent.parent
# A wheel has them inside the package (setup.py), a checkout beside it.
_PLACES = (_PACKAGE / "assets", _PACKAGE.parent / "assets")
_NEEDED = ("shop/products.csv", "model/open_clip_config.json")


def find_assets() -> Path:
    """The folder of the sample shop and its model: of the installed package, or the checkout's.

    Raises:
        CatalogError: there is none, or it lacks the shop or the model.
    """
    missing = {
        place: [name for name in _NEEDED if not (place / name).is_file()] for place in _PLACES
    }
    for place, names in missing.items():
        if not names:
            return place
    place = min(missing, key=lambda place: len(missing[place]))
    raise CatalogError(
        "the sample shop is not complete",
        got=f"no {', no '.join(missing[place])} in {place}",
        remedy="install mmdemo again, or serve a catalog of your own: mmdemo serve --catalog DIR",
    )


def assets_fingerprint(assets: Path) -> str:
    """Hash of names and content of the shop and the model, without the shop's hidden truth."""
    digest = hashlib.sha256()
    for part in ("model", "shop"):
        for path in sorted((assets / part).rglob("*")):
            name = path.relative_to(assets).as_posix()
            if path.is_file() and not name.startswith("shop/truth/"):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()
