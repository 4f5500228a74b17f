"""Put rendered photos where the shop keeps them. Knows no renderer.

    python -m studio.collect              refuses while renders are missing
    python -m studio.collect --partial    takes what there is; what it lacks stays as it was

assets/shop/images/ID.webp           the shop's photos; ID_2.webp is a second view
assets/shop/queries/photos/ID.webp   photos that queries are asked with
assets/pack/images-N.tar             the training pack's photos, ID.webp, not compressed again
"""

from __future__ import annotations

import argparse
import io
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from mmdemo.errors import MmdemoError
from mmdemo.files import replacing, write_bytes
from studio.plan import PACK_START
from studio.render import PACK, Photo, asked, photos

ASSETS = Path(__file__).resolve().parent.parent / "assets"
SHARD = 1400
"""Photos of the training pack in one file."""


def collect(
    assets: Path = ASSETS, *, wanted: Sequence[Photo] | None = None, partial: bool = False
) -> list[Photo]:
    """Copy every photo that has been rendered; what is no longer wanted goes.

    Args:
        assets: where to.
        wanted: all photos there should be; by default those of the plan.
        partial: go on although renders are missing. Their photos stay as they were, and so do the
            archives of the training pack unless all of it is rendered.

    Returns:
        The photos that have not been rendered yet.

    Raises:
        MmdemoError: photos are missing and `partial` is not set; nothing was changed.
    """
    every = list(wanted if wanted is not None else photos())
    missing = [photo for photo in every if not photo.path.exists()]
    if missing and not partial:
        raise MmdemoError(
            "photos are not rendered",
            got=f"{len(every) - len(missing)} of {len(every)}",
            expected="all of them",
            remedy="run `python -m studio.render`, or collect what there is with --partial",
        )
    shown = {place(photo, assets): photo for photo in every if photo.size != PACK}
    for target, photo in shown.items():
        if photo.path.exists():
            content = photo.path.read_bytes()
            if not target.exists() or target.read_bytes() != content:
                write_bytes(target, content)
    for folder in (assets / "shop" / "images", assets / "shop" / "queries" / "photos"):
        for old in folder.glob("*.webp"):
            if old not in shown:
                old.unlink()
    packed = [photo for photo in every if photo.size == PACK]
    if all(photo.path.exists() for photo in packed):
        _pack(assets / "pack", packed)
    return missing


def place(photo: Photo, assets: Path = ASSETS) -> Path:
    """Where a photo of the shop or of a query is kept."""
    name = photo.plan.product_id
    if int(name.rsplit("-", 1)[1]) > PACK_START:
        return assets / "shop" / "queries" / "photos" / f"{name}.webp"
    suffix = "" if photo.number == 1 else f"_{photo.number}"
    return assets / "shop" / "images" / f"{name}{suffix}.webp"


def _pack(folder: Path, packed: Sequence[Photo]) -> None:
    """Write the archives of the training pack, and no others."""
    shards = [packed[start : start + SHARD] for start in range(0, len(packed), SHARD)]
    written = [folder / f"images-{number}.tar" for number in range(len(shards))]
    for path, shard in zip(written, shards, strict=True):
        _tar(path, shard)
    for old in folder.glob("images-*.tar"):
        if old not in written:
            old.unlink()


def _tar(path: Path, shard: Sequence[Photo]) -> None:
    """Write a tar file that is the same whenever its photos are."""
    with replacing(path) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for photo in shard:
            content = photo.path.read_bytes()
            entry = tarfile.TarInfo(f"{photo.plan.product_id}.webp")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def main() -> int:
    """Put rendered photos into assets; 2 if some are missing, which --partial allows."""
    parser = argparse.ArgumentParser(prog="python -m studio.collect", description=main.__doc__)
    parser.add_argument(
        "--partial", action="store_true", help="although renders are missing; those photos stay"
    )
    args = parser.parse_args()
    try:
        missing = collect(partial=args.partial)
    except MmdemoError as error:
        print(error, file=sys.stderr)
        return 2
    taken = len(photos()) - len(missing)
    print(f"{taken} photos collected, {len(missing)} not rendered; {len(asked())} are asked with")
    return 0


if __name__ == "__main__":
    sys.exit(main())
