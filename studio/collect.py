"""Put rendered photos where the shop keeps them. Knows no renderer.

    python -m studio.collect

assets/shop/images/ID.webp           the shop's photos; ID_2.webp is a second view
assets/shop/queries/photos/ID.webp   photos that queries are asked with
assets/pack/images-N.tar             the training pack's photos, ID.webp, not compressed again
"""

from __future__ import annotations

import io
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from mmdemo.files import replacing, write_bytes
from studio.plan import PACK_START
from studio.render import PACK, Photo, asked, photos

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SHARD = 1400
"""Photos of the training pack in one file."""


def collect(assets: Path = ASSETS, *, wanted: Sequence[Photo] | None = None) -> list[Photo]:
    """Copy every photo that has been rendered; what is no longer wanted goes.

    Returns:
        The photos that have not been rendered yet.
    """
    every = list(wanted if wanted is not None else photos())
    there = [photo for photo in every if photo.path.exists()]
    kept = set()
    for photo in there:
        if photo.size != PACK:
            target = place(photo, assets)
            kept.add(target)
            content = photo.path.read_bytes()
            if not target.exists() or target.read_bytes() != content:
                write_bytes(target, content)
    for folder in (assets / "shop" / "images", assets / "shop" / "queries" / "photos"):
        for old in folder.glob("*.webp"):
            if old not in kept:
                old.unlink()
    packed = [photo for photo in there if photo.size == PACK]
    shards = [packed[start : start + SHARD] for start in range(0, len(packed), SHARD)]
    for number, shard in enumerate(shards):
        _tar(assets / "pack" / f"images-{number}.tar", shard)
    return [photo for photo in every if not photo.path.exists()]


def place(photo: Photo, assets: Path = ASSETS) -> Path:
    """Where a photo of the shop or of a query is kept."""
    name = photo.plan.product_id
    if int(name.rsplit("-", 1)[1]) > PACK_START:
        return assets / "shop" / "queries" / "photos" / f"{name}.webp"
    suffix = "" if photo.number == 1 else f"_{photo.number}"
    return assets / "shop" / "images" / f"{name}{suffix}.webp"


def _tar(path: Path, shard: Sequence[Photo]) -> None:
    """Write a tar file that is the same whenever its photos are."""
    with replacing(path) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for photo in shard:
            content = photo.path.read_bytes()
            entry = tarfile.TarInfo(f"{photo.plan.product_id}.webp")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def main() -> int:
    """Collect what is there and tell what is missing; 1 if something is."""
    missing = collect()
    taken = len(photos()) - len(missing)
    print(f"{taken} photos collected, {len(missing)} not rendered; {len(asked())} are asked with")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
