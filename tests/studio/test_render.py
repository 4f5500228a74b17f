"""Which photos are taken and where they go; one is rendered where Blender is installed."""

from __future__ import annotations

import importlib.util
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from mmdemo.errors import MmdemoError
from studio import render
from studio.collect import collect, place
from studio.plan import make_plan
from studio.render import PACK, SHOP, Photo, photos

if TYPE_CHECKING:
    from studio.plan import ProductPlan

PLAN = make_plan()


@pytest.fixture
def take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Photo, bytes], Photo]:
    monkeypatch.setattr(render, "BUILD", tmp_path / "build")

    def write(photo: Photo, content: bytes) -> Photo:
        photo.path.parent.mkdir(parents=True, exist_ok=True)
        photo.path.write_bytes(content)
        return photo

    return write


def of(kind: str, *, second: bool = False) -> ProductPlan:
    return next(p for p in PLAN.shop if p.kind == kind and p.has_photo and p.second_view >= second)


def test_every_product_with_a_photo_is_photographed() -> None:
    wanted = photos(pack=False)
    first = {photo.plan.product_id for photo in wanted if photo.number == 1}
    assert {p.product_id for p in PLAN.shop if p.has_photo} <= first
    assert not {p.product_id for p in PLAN.shop if not p.has_photo} & first
    again = {photo.plan.product_id for photo in wanted if photo.number == 2}
    assert again == {p.product_id for p in PLAN.shop if p.second_view}
    assert len(again) > len(PLAN.shop) / 4


def test_no_two_photos_have_one_place() -> None:
    wanted = photos()
    assert len({photo.path for photo in wanted}) == len(wanted)
    shown = [place(photo) for photo in wanted if photo.size == SHOP]
    assert len(set(shown)) == len(shown)


def test_a_changed_model_is_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.models import registry

    mug, bowl = Photo(of("mug"), 1, SHOP), Photo(of("bowl"), 1, SHOP)
    before = mug.path, bowl.path
    monkeypatch.setitem(registry.REVISIONS, "mug", 99)
    assert mug.path != before[0]
    assert bowl.path == before[1]


def test_a_changed_form_is_rendered_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.models import registry

    first = of("mug")
    other = next(p for p in PLAN.shop if p.kind == "mug" and p.form != first.form)
    shots = Photo(first, 1, SHOP), Photo(other, 1, SHOP)
    before = [shot.path for shot in shots]
    monkeypatch.setitem(registry.REVISIONS, ("mug", first.form), 99)
    assert shots[0].path != before[0]
    assert shots[1].path == before[1]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_photos_are_collected_and_old_ones_go(
    tmp_path: Path, take: Callable[[Photo, bytes], Photo]
) -> None:
    product = of("mug", second=True)
    wanted = [
        take(Photo(product, 1, SHOP), b"one"),
        take(Photo(product, 2, SHOP), b"two"),
        take(Photo(PLAN.asked[0], 1, SHOP), b"asked"),
        take(Photo(PLAN.pack[0], 1, PACK), b"pack"),
    ]
    old = tmp_path / "shop" / "images" / "OLD-0001.webp"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    short = tmp_path / "pack" / "images-1.tar"  # of a larger pack
    short.parent.mkdir()
    short.touch()
    assert collect(tmp_path, wanted=wanted) == []
    assert not short.exists()
    name = product.product_id
    assert sorted(path.name for path in old.parent.iterdir()) == [f"{name}.webp", f"{name}_2.webp"]
    assert (old.parent / f"{name}_2.webp").read_bytes() == b"two"
    asked = tmp_path / "shop" / "queries" / "photos" / f"{PLAN.asked[0].product_id}.webp"
    assert asked.read_bytes() == b"asked"
    with tarfile.open(tmp_path / "pack" / "images-0.tar") as archive:
        assert archive.getnames() == [f"{PLAN.pack[0].product_id}.webp"]


def test_nothing_changes_while_renders_are_missing(
    tmp_path: Path, take: Callable[[Photo, bytes], Photo]
) -> None:
    vase = Photo(of("vase"), 1, SHOP)
    wanted = [take(Photo(of("mug"), 1, SHOP), b"mug"), vase, Photo(PLAN.pack[0], 1, PACK)]
    assets = tmp_path / "assets"
    for path in (place(vase, assets), assets / "shop" / "images" / "OLD-0001.webp"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"old")
    before = files(assets)
    with pytest.raises(MmdemoError, match=r"got 1 of 3, .*; run `python -m studio\.render`, or"):
        collect(assets, wanted=wanted)
    assert files(assets) == before


def test_a_part_takes_no_photo_away_and_packs_nothing(
    tmp_path: Path, take: Callable[[Photo, bytes], Photo]
) -> None:
    mug, vase = take(Photo(of("mug"), 1, SHOP), b"mug"), Photo(of("vase"), 1, SHOP)
    rendered, other = take(Photo(PLAN.pack[0], 1, PACK), b"p"), Photo(PLAN.pack[1], 1, PACK)
    assets = tmp_path / "assets"
    kept = {place(vase, assets): b"earlier render", assets / "pack" / "images-0.tar": b"whole"}
    gone = assets / "shop" / "images" / "OLD-0001.webp"
    for path, content in {**kept, gone: b"old"}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert collect(assets, wanted=[mug, vase, rendered, other], partial=True) == [vase, other]
    there = {path.relative_to(assets).as_posix(): content for path, content in kept.items()}
    assert files(assets) == there | {place(mug, assets).relative_to(assets).as_posix(): b"mug"}


def test_the_same_photos_make_the_same_tar(
    tmp_path: Path, take: Callable[[Photo, bytes], Photo]
) -> None:
    wanted = [take(Photo(PLAN.pack[i], 1, PACK), bytes([i])) for i in range(3)]
    collect(tmp_path / "a", wanted=wanted)
    collect(tmp_path / "b", wanted=wanted)
    tars = [(tmp_path / side / "pack" / "images-0.tar").read_bytes() for side in "ab"]
    assert tars[0] == tars[1]


@pytest.mark.skipif(
    importlib.util.find_spec("bpy") is None,
    reason="bpy is not installed; pip install -r requirements-studio.txt",
)
def test_a_photo_is_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.stage import Stage

    monkeypatch.setattr(render, "BUILD", tmp_path)
    photo = Photo(of("mug"), 1, PACK)
    photo.path.parent.mkdir(parents=True)
    render.take(photo, Stage(), tmp_path)
    with Image.open(photo.path) as image:
        assert image.size == (128, 128)
        low, high = image.convert("L").getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert high - low > 100
