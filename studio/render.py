"""Render every photo that is not there yet. Knows no text and no truth.

A photo's file is named by its product and by a digest of all that shapes it, so that a killed run
goes on where it was and a changed model renders its kind again.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from studio.models import revision
from studio.plan import ProductPlan, make_plan
from studio.shots import main_shot, second_shot

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from studio.stage import Stage

BUILD = Path("build/studio")
ASKED = Path(__file__).parent / "queries" / "photos.txt"
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large and how clean a set of photos is."""

    pixels: int
    samples: int
    quality: int


SHOP = Size(320, 8, 86)
PACK = Size(128, 6, 82)
GLASS_SAMPLES = 2
"""Times as many samples for glass, whose reflections the denoiser cannot guess."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture to take: `number` 1 is a product's first view, 2 its second."""

    plan: ProductPlan
    number: int
    size: Size

    @property
    def path(self) -> Path:
        """Where it lies once it is taken."""
        plan = self.plan
        measures = [
            plan.fact(name) for name in ("width", "depth", "length", "height", "seat height")
        ]
        shaping = (
            plan.full_look, plan.material, plan.accent_material, plan.view, plan.seed, measures,
            self.number, self.size, revision(plan),
        )  # fmt: skip
        digest = hashlib.sha256(repr(shaping).encode()).hexdigest()[:10]
        folder = "pack" if self.size == PACK else "shop"
        return BUILD / folder / f"{plan.product_id}-{self.number}-{digest}.webp"


def photos(*, kinds: tuple[str, ...] = (), pack: bool = True, shop: bool = True) -> list[Photo]:
    """All photos of the shop, of what it is asked with, and of the training pack, in that order.

    Within each, kinds take turns: what a stopped run leaves is of all kinds.
    """
    plan = make_plan()
    out = []
    if shop:
        for products in (plan.shop, asked()):
            turns = sorted(products, key=_serial)
            out += [Photo(product, 1, SHOP) for product in turns if product.has_photo]
            out += [Photo(product, 2, SHOP) for product in turns if product.second_view]
    if pack:
        out += [Photo(product, 1, PACK) for product in sorted(plan.pack, key=_serial)]
    return [photo for photo in out if not kinds or photo.plan.kind in kinds]


def _serial(product: ProductPlan) -> str:
    return product.product_id.rsplit("-", 1)[1]


def asked() -> tuple[ProductPlan, ...]:
    """The products whose photos are queries; none before `studio.write` has listed them."""
    if not ASKED.exists():
        return ()
    names = set(ASKED.read_text().split())
    return tuple(product for product in make_plan().asked if product.product_id in names)


def take(photo: Photo, stage: Stage, folder: Path) -> None:
    """Render one photo into its place."""
    from PIL import Image

    from studio.models import model

    shot = main_shot(photo.plan) if photo.number == 1 else second_shot(photo.plan)
    raw = folder / "photo.png"
    samples = photo.size.samples
    if photo.plan.material == "glass":
        samples *= GLASS_SAMPLES
    stage.photograph(
        model(photo.plan), shot, raw, pixels=photo.size.pixels, samples=samples,
        seed=photo.plan.seed,
    )  # fmt: skip
    part = folder / "photo.webp"
    with Image.open(raw) as image:
        image.convert("RGB").save(part, quality=photo.size.quality, method=6)
    part.replace(photo.path)


def work(jobs: Queue[int], done: Queue[tuple[int, str]], wanted: list[Photo]) -> None:
    """Take photos until none is left; runs in a process of its own."""
    os.nice(19)
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Blender tells of every tile
    from studio.stage import Stage

    stage = Stage(threads=1)
    with TemporaryDirectory(dir=BUILD) as folder:
        while True:
            try:
                index = jobs.get(timeout=30)  # a busy machine fills the queue slowly
            except Empty:
                return
            try:
                take(wanted[index], stage, Path(folder))
                done.put((index, ""))
            except Exception as problem:  # the others go on
                done.put((index, repr(problem)))


def main() -> int:
    """Take all photos that are missing; 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", default="", help="names with commas between; all if empty")
    parser.add_argument("--only", choices=("shop", "pack"), default=None)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--pid-file", type=Path, default=None)
    options = parser.parse_args()
    kinds = tuple(name for name in options.kinds.split(",") if name)
    every = photos(kinds=kinds, pack=options.only != "shop", shop=options.only != "pack")
    wanted = [photo for photo in every if not photo.path.exists()]
    print(f"{len(every)} photos, {len(every) - len(wanted)} are there", flush=True)
    for folder in ("shop", "pack"):
        (BUILD / folder).mkdir(parents=True, exist_ok=True)
    if not wanted:
        return 0
    context = multiprocessing.get_context("spawn")
    jobs: Queue[int] = context.Queue()
    done: Queue[tuple[int, str]] = context.Queue()
    for index in range(len(wanted)):
        jobs.put(index)
    workers = [
        context.Process(target=work, args=(jobs, done, wanted), daemon=True)
        for _ in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    if options.pid_file:
        options.pid_file.write_text("\n".join(str(worker.pid) for worker in workers) + "\n")
    return watch(done, workers, wanted)


def watch(
    done: Queue[tuple[int, str]], workers: list[multiprocessing.context.SpawnProcess],
    wanted: list[Photo],
) -> int:  # fmt: skip
    """Tell how far it is until all photos are taken or no worker is left."""
    start = time.monotonic()
    finished = failed = 0
    while finished < len(wanted):
        try:
            index, problem = done.get(timeout=5)
        except Empty:
            if not any(worker.is_alive() for worker in workers):
                break
            continue
        finished += 1
        if problem:
            failed += 1
            print(f"{wanted[index].plan.product_id}: {problem}", flush=True)
        if finished % 25 == 0 or finished == len(wanted):
            each = (time.monotonic() - start) / finished
            left = each * (len(wanted) - finished) / 60
            print(f"{finished}/{len(wanted)}, {each:.2f} s each, {left:.0f} min left", flush=True)
    return 1 if failed or finished < len(wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
