from __future__ import annotations

import io
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog import Catalog, keep_photo
from mmdemo.catalog.photos import Fault, PhotoFacts, read_photo_facts
from mmdemo.catalog.photos.records import PhotoError
from mmdemo.catalog.photos.renditions import difference_hash, make_renditions

MakePhoto = Callable[..., bytes]
Size = tuple[int, int]


@pytest.mark.parametrize(
    ("kind", "size", "suffix", "thumbnail", "large"),
    [
        ("JPEG", (384, 10), ".jpg", None, None),
        ("JPEG", (500, 1000), ".jpg", (192, 384), None),
        ("JPEG", (1600, 100), ".jpg", (384, 24), None),
        ("JPEG", (3200, 1600), ".jpg", (384, 192), (1600, 800)),
        ("JPEG", (5000, 40), ".jpg", (384, 3), (1600, 13)),
        ("PNG", (10, 385), ".png", (10, 384), None),
        ("PNG", (2000, 1000), ".png", (384, 192), (1600, 800)),
        ("GIF", (20, 20), ".gif", None, None),
        ("WEBP", (768, 768), ".webp", (384, 384), None),
        ("AVIF", (768, 384), ".avif", (384, 192), None),
        ("MPO", (20, 20), ".jpg", None, None),
        ("BMP", (20, 10), ".bin", (20, 10), (20, 10)),  # browsers need another format
        ("TIFF", (800, 400), ".bin", (384, 192), (800, 400)),
        ("TIFF", (1601, 400), ".bin", (384, 96), (1600, 400)),
    ],
)
def test_renditions_are_small_and_for_browsers(
    tmp_path: Path,
    make_photo: MakePhoto,
    kind: str,
    size: Size,
    suffix: str,
    thumbnail: Size | None,
    large: Size | None,
) -> None:
    options = {"save_all": True, "append_images": [Image.new("RGB", size)]} if kind == "MPO" else {}
    content = make_photo("red", size, kind=kind, **options)
    key = keep_photo(tmp_path, content)
    catalog = Catalog(tmp_path)
    original = catalog.image_path(key)
    assert original.read_bytes() == content
    assert original.suffix == suffix
    for path, expected, form in [
        (catalog.thumbnail_path(key), thumbnail, "WEBP"),
        (catalog.large_path(key), large, "JPEG"),
    ]:
        if expected is None:
            assert path == original
        else:
            with Image.open(path) as image:
                assert (image.format, image.size) == (form, expected)
                red = image.convert("RGB").getpixel((1, 1))
                assert isinstance(red, tuple)
                assert red[0] > 245 > 10 > red[1]


def test_photos_of_older_catalogs_are_shown_as_far_as_browsers_can(tmp_path: Path) -> None:
    files = {
        "images/aa/aa11.bin": b"TIFF",
        "thumbnails/aa/aa11.webp": b"small",
        "images/bb/bb22.jpg": b"JPEG of 4000 pixels",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(content)
    catalog = Catalog(tmp_path)
    assert catalog.large_path("aa11").read_bytes() == b"small"
    assert catalog.large_path("bb22").read_bytes() == b"JPEG of 4000 pixels"
    assert catalog.thumbnail_path("bb22").read_bytes() == b"JPEG of 4000 pixels"
    assert read_photo_facts(tmp_path) == {}


def test_what_is_known_of_a_photo(tmp_path: Path, make_photo: MakePhoto) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = make_photo("red", (3000, 2000), exif=exif)
    key = keep_photo(tmp_path, content)
    # A photo of one color never grows brighter.
    assert read_photo_facts(tmp_path) == {key: PhotoFacts(2000, 3000, "JPEG", len(content), 0)}


def ramp(size: Size) -> Image.Image:
    row = np.linspace(0, 255, size[0]).astype(np.uint8)
    return Image.fromarray(np.tile(row, (size[1], 1)))


def test_the_hash_says_where_a_photo_grows_brighter() -> None:
    assert difference_hash(ramp((90, 80))) == 2**64 - 1
    assert difference_hash(ramp((90, 80)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == 0
    # Upper half brighter to the right, lower half to the left: the first four rows of eight bits.
    both = ramp((90, 80))
    both.paste(both.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((0, 40, 90, 80)), (0, 40))
    assert difference_hash(both) == 0xFFFFFFFF00000000


def test_the_hash_of_what_looks_alike_is_alike() -> None:
    rng = np.random.default_rng(0)

    def blobs() -> Image.Image:
        coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        return Image.fromarray(coarse).resize((600, 600), Image.Resampling.BICUBIC)

    def hashed(image: Image.Image, kind: str, **options: int) -> int:
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        return make_renditions(buffer.getvalue()).facts.dhash

    one, other = blobs(), blobs()
    first = hashed(one, "PNG")
    assert (first ^ hashed(one.resize((2000, 1990)), "JPEG", quality=60)).bit_count() <= 4
    assert (first ^ hashed(one.resize((150, 150)), "WEBP", quality=60)).bit_count() <= 4
    assert (first ^ hashed(other, "PNG")).bit_count() >= 12


@pytest.mark.parametrize(("side", "good"), [(3, False), (4, True)])
def test_tiny_files_are_no_photos(make_photo: MakePhoto, side: int, good: bool) -> None:
    content = make_photo("red", (100, side), kind="PNG")
    if good:
        assert make_renditions(content).facts.height == side
    else:
        with pytest.raises(PhotoError) as caught:
            make_renditions(content)
        assert caught.value.reason == Fault.TOO_FEW_PIXELS


@pytest.mark.timeout(60)
@pytest.mark.parametrize("mode", ["RGBA", "I;16"])
def test_photos_of_the_largest_size_fit_in_memory_at_once(mode: str) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell what memory was used at most")
    script = r"""
        import io, re, sys
        from concurrent.futures import ThreadPoolExecutor
        from PIL import Image
        from mmdemo.catalog.photos.renditions import make_renditions
        buffer = io.BytesIO()
        Image.new(sys.argv[1], (8000, 8000)).save(buffer, "PNG", compress_level=1)
        with ThreadPoolExecutor(2) as pool:
            made = list(pool.map(make_renditions, [buffer.getvalue()] * 2))
        assert [m.facts.width for m in made] == [8000] * 2
        print(re.search(r"VmHWM:\s*(\d+) kB", open("/proc/self/status").read())[1])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), mode],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 1_000_000, "kilobytes"
