"""Every kind of bad photo ends under its own reason, fast and small; odd but good ones are kept."""

from __future__ import annotations

import gzip
import io
import struct
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from mmdemo.catalog import Catalog
from mmdemo.catalog.photos import Fault, PhotoStore, decode, read_photo_facts

pytestmark = [
    pytest.mark.timeout(10),
    # Pillow warns of broken EXIF data and of huge sizes; here warnings are errors.
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
]

Make = Callable[[], bytes]


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noisy(kind: str, side: int = 64, **options: object) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return encoded(Image.fromarray(pixels), kind, **options)


def half(kind: str) -> bytes:
    content = noisy(kind)
    return content[: len(content) // 2]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND", b"")


def png_with_bad_checksum() -> bytes:
    content = bytearray(noisy("PNG"))
    content[content.index(b"IDAT") + 20] ^= 0xFF
    return bytes(content)


def jpeg_of_claimed_size(width: int, height: int) -> bytes:
    content = noisy("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def jpeg_of_many_segments() -> bytes:
    content = noisy("JPEG")
    return content[:2] + b"\xff\xe5\x00\x02" * 1_000_000 + content[2:]


def jpeg_of_many_scans() -> bytes:
    content = noisy("JPEG", progressive=True)
    scan = content.rindex(b"\xff\xda")
    return content[:-2] + content[scan:-2] * 500 + content[-2:]


def gif_of_claimed_size(width: int, height: int) -> bytes:
    content = encoded(Image.new("P", (8, 8)), "GIF")
    return content[:6] + struct.pack("<HH", width, height) + content[10:]


def bmp_of_claimed_size(width: int, height: int) -> bytes:
    content = encoded(Image.new("RGB", (8, 8)), "BMP")
    return content[:18] + struct.pack("<ii", width, height) + content[26:]


def webp_of_claimed_size(width: int, height: int) -> bytes:
    content = noisy("WEBP")
    at = content.index(b"\x9d\x01\x2a") + 3
    return content[:at] + struct.pack("<HH", width, height) + content[at + 4 :]


def tiff_of_claimed_size(side: int) -> bytes:
    image = Image.new("L", (side, 1))
    content = bytearray(encoded(image, "TIFF"))
    at = content.index(struct.pack("<HHI", 257, 4, 1))  # ImageLength
    content[at + 8 : at + 12] = struct.pack("<I", side)
    return bytes(content)


def moving(kind: str, first: str = "red", second: str = "blue") -> bytes:
    frames = [Image.new("RGB", (20, 20), color) for color in (first, second)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"

REFUSED: list[tuple[str, Make, Fault]] = [
    ("nothing", lambda: b"", Fault.EMPTY),
    ("zeros", lambda: bytes(4096), Fault.EMPTY),
    ("blanks", lambda: b" \r\n" * 9, Fault.EMPTY),
    ("text", lambda: b"image not available", Fault.NOT_A_PHOTO),
    ("json", lambda: b'{"error": "rate limit"}', Fault.NOT_A_PHOTO),
    ("two bytes of a jpeg", lambda: b"\xff\xd8", Fault.NOT_A_PHOTO),
    ("page", lambda: b"<!DOCTYPE html><html><h1>404</h1>", Fault.WEB_PAGE),
    ("page after a byte order mark", lambda: b"\xef\xbb\xbf\n <HTML></HTML>", Fault.WEB_PAGE),
    ("drawing", lambda: SVG, Fault.SVG),
    (
        "drawing after a prolog",
        lambda: b'<?xml version="1.0"?>\n<!-- x -->\n' + SVG,
        Fault.SVG,
    ),
    ("packed drawing", lambda: gzip.compress(SVG), Fault.NOT_A_PHOTO),
    ("pdf", lambda: b"%PDF-1.7\n" + bytes(99), Fault.UNSUPPORTED),
    ("photoshop", lambda: b"8BPS\0\1" + bytes(99), Fault.UNSUPPORTED),
    (
        "postscript",
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9",
        Fault.UNSUPPORTED,
    ),
    ("icon", lambda: encoded(Image.new("RGB", (64, 64)), "ICO"), Fault.UNSUPPORTED),
    ("jpeg 2000", lambda: noisy("JPEG2000"), Fault.UNSUPPORTED),
    ("jpeg xl", lambda: b"\xff\x0a" + bytes(99), Fault.UNSUPPORTED),
    *(
        (f"half a {kind}", lambda kind=kind: half(kind), Fault.TRUNCATED)
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
    ),
    ("a jpeg's first 100 bytes", lambda: noisy("JPEG")[:100], Fault.TRUNCATED),
    ("no end", lambda: noisy("JPEG")[:-2], Fault.TRUNCATED),
    ("progressive, cut", lambda: noisy("JPEG", progressive=True)[:-500], Fault.TRUNCATED),
    ("checksum", png_with_bad_checksum, Fault.DAMAGED),
    ("no pixels", lambda: png(9, 9), Fault.DAMAGED),
    ("header only", lambda: b"\x89PNG\r\n\x1a\n" + bytes(30), Fault.DAMAGED),
    ("half an AVIF", lambda: half("AVIF"), Fault.DAMAGED),
    ("many segments", jpeg_of_many_segments, Fault.DAMAGED),
    ("many chunks", lambda: png(9, 9, png_chunk(b"juNk", b"") * 500_000), Fault.DAMAGED),
    ("many scans", jpeg_of_many_scans, Fault.DAMAGED),
    (
        "text bomb",
        lambda: png(9, 9, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000)))),
        Fault.DAMAGED,
    ),
    (
        "png bomb",
        lambda: encoded(Image.new("1", (12_000, 12_000)), "PNG"),
        Fault.TOO_MANY_PIXELS,
    ),
    ("png claims", lambda: png(2**31 - 1, 2**31 - 1), Fault.TOO_MANY_PIXELS),
    ("jpeg claims", lambda: jpeg_of_claimed_size(65_000, 65_000), Fault.TOO_MANY_PIXELS),
    ("gif claims", lambda: gif_of_claimed_size(65_535, 65_535), Fault.TOO_MANY_PIXELS),
    ("bmp claims", lambda: bmp_of_claimed_size(60_000, 60_000), Fault.TOO_MANY_PIXELS),
    ("tiff claims", lambda: tiff_of_claimed_size(60_000), Fault.TOO_MANY_PIXELS),
    ("just too many", lambda: png(8000, 8001), Fault.TOO_MANY_PIXELS),
    ("too many for webp", lambda: webp_of_claimed_size(8000, 5001), Fault.TOO_MANY_PIXELS),
    ("tracking pixel", lambda: encoded(Image.new("P", (1, 1)), "GIF"), Fault.TOO_FEW_PIXELS),
    ("line", lambda: encoded(Image.new("RGB", (20_000, 1)), "PNG"), Fault.TOO_FEW_PIXELS),
]


@pytest.mark.parametrize(("make", "reason"), [pytest.param(m, r, id=n) for n, m, r in REFUSED])
def test_what_is_no_good_photo_is_refused_for_its_reason(
    tmp_path: Path, make: Make, reason: Fault
) -> None:
    content = make()
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(content)
    store = PhotoStore(tmp_path / "shop", photos)
    with store:
        started = time.monotonic()
        attached = store.attach(["a.jpg"], "p1")
        assert time.monotonic() - started < 5
        assert attached.keys == ()
        assert [note.reason for note in attached.notes] == [reason]
        assert attached.notes[0].detail.startswith("a.jpg")
        if content:
            assert [n.reason for n in store.attach([content], "p2").notes] == [reason]
    assert [p for p in (tmp_path / "shop").rglob("*") if p.suffix not in {".jsonl", ".lock"}] == []
    with PhotoStore(tmp_path / "shop", photos) as again:
        assert again.attach(["a.jpg"], "p1") == attached


def test_a_photo_in_a_format_of_an_extra_says_which(
    open_store: Callable[[], PhotoStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(200)
    Image.init()
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (note,) = open_store().attach([content], "p1").notes
    assert note.reason == Fault.UNSUPPORTED
    assert "pip install 'mmdemo[heic]'" in note.detail


def rotated(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(Image.new("RGB", (40, 20), "red"), "JPEG", exif=exif)


def palette_with_hole() -> bytes:
    image = Image.new("P", (20, 20), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    return encoded(image, "PNG", transparency=1)


def deep(value: int, *, rgb: bool) -> bytes:
    """16 bits a channel; Pillow writes no such color PNG."""
    if not rgb:
        return encoded(Image.fromarray(np.full((20, 20), value, np.uint16)), "PNG")
    row = b"\0" + struct.pack(">HHH", value, 0, 0) * 20
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 20, 16, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(row * 20))
    return b"\x89PNG\r\n\x1a\n" + header + body + png_chunk(b"IEND", b"")


def adobe_cmyk() -> bytes:
    """Full cyan, which Adobe stores inverted."""
    content = encoded(Image.new("CMYK", (20, 20), (255, 0, 0, 0)), "JPEG", quality=100)
    assert b"Adobe" in content[:40]
    return content


def several(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def moving_photo() -> bytes:
    """A telephone's: a film behind the photo, in which any bytes may come."""
    return noisy("JPEG", progressive=True) + b"\0\0\0\x18ftypmp42" + b"\xff\xda\0\x08" * 5000


def with_profile(profile: bytes) -> bytes:
    return encoded(Image.new("RGB", (20, 20), "red"), "JPEG", quality=100, icc_profile=profile)


RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)
Color = tuple[int, int, int]

# name, content, color seen, size as a person sees it, format, notes
KEPT: list[tuple[str, Make, Color, tuple[int, int], str, Sequence[Fault]]] = [
    ("png named jpg", lambda: noisy("PNG"), (127, 127, 127), (64, 64), "PNG", []),
    ("gif moves", lambda: moving("GIF"), RED, (20, 20), "GIF", [Fault.ANIMATED]),
    ("webp moves", lambda: moving("WEBP"), RED, (20, 20), "WEBP", [Fault.ANIMATED]),
    ("png moves", lambda: moving("PNG"), RED, (20, 20), "PNG", [Fault.ANIMATED]),
    ("avif moves", lambda: moving("AVIF"), RED, (20, 20), "AVIF", [Fault.ANIMATED]),
    ("printer's inks", adobe_cmyk, (0, 255, 255), (20, 20), "JPEG", []),
    ("16 bits gray", lambda: deep(0x8000, rgb=False), (128, 128, 128), (20, 20), "PNG", []),
    ("16 bits color", lambda: deep(0xFFFF, rgb=True), RED, (20, 20), "PNG", []),
    ("palette with a hole", palette_with_hole, WHITE, (20, 20), "PNG", []),
    (
        "gray, half through",
        lambda: encoded(Image.new("LA", (20, 20), (0, 51)), "PNG"),
        (204, 204, 204),
        (20, 20),
        "PNG",
        [],
    ),
    ("upright", lambda: rotated(1), RED, (40, 20), "JPEG", []),
    ("on its side", lambda: rotated(6), RED, (20, 40), "JPEG", []),
    ("orientation of no meaning", lambda: rotated(77), RED, (40, 20), "JPEG", []),
    ("several in one", lambda: several("MPO"), RED, (20, 20), "MPO", []),
    ("several pages", lambda: several("TIFF"), RED, (20, 20), "TIFF", []),
    ("bitmap", lambda: encoded(Image.new("RGB", (20, 9), RED), "BMP"), RED, (20, 9), "BMP", []),
    ("avif", lambda: encoded(Image.new("RGB", (20, 20), RED), "AVIF"), RED, (20, 20), "AVIF", []),
    ("broken profile", lambda: with_profile(b"x" * 500), RED, (20, 20), "JPEG", []),
    ("video after the end", moving_photo, (127, 127, 127), (64, 64), "JPEG", []),
    (
        "more after the end",
        lambda: noisy("JPEG") + bytes(999),
        (127, 127, 127),
        (64, 64),
        "JPEG",
        [],
    ),
]


@pytest.mark.parametrize(
    ("make", "color", "size", "kind", "notes"), [pytest.param(*rest, id=n) for n, *rest in KEPT]
)
def test_what_is_odd_but_a_photo_is_kept(
    tmp_path: Path,
    make: Make,
    color: Color,
    size: tuple[int, int],
    kind: str,
    notes: Sequence[Fault],
) -> None:
    content = make()
    with PhotoStore(tmp_path, None) as store:
        attached = store.attach([content], "p1")
        assert store.attach([content], "p2") == attached
    assert [note.reason for note in attached.notes] == notes
    (key,) = attached.keys
    catalog = Catalog(tmp_path)
    assert catalog.image_path(key).read_bytes() == content
    facts = read_photo_facts(tmp_path)[key]
    assert (facts.width, facts.height, facts.format) == (*size, kind)
    assert (facts.size, facts.animated) == (len(content), Fault.ANIMATED in notes)
    for path in (catalog.thumbnail_path(key), catalog.large_path(key)):
        with Image.open(path) as image:
            assert image.format in {"JPEG", "PNG", "WEBP", "AVIF", "MPO"}
            assert getattr(image, "n_frames", 1) == (2 if kind == "MPO" else 1)
        seen = decode(path.read_bytes())
        assert seen.size == size
        mean = np.asarray(seen).reshape(-1, 3).mean(0)
        assert np.abs(mean - color).max() < 6, mean


def test_colors_of_a_profile_are_those_that_were_meant(tmp_path: Path) -> None:
    # A profile whose "red" is sRGB's, but whose curve is that of gamma 1: the number 128 means
    # half the light, which sRGB writes as 188 (IEC 61966-2-1: 1.055 * 0.5 ** (1 / 2.4) - 0.055).
    profile = linear_srgb()
    gray = Image.new("RGB", (20, 20), (128, 128, 128))
    seen = decode(encoded(gray, "PNG", icc_profile=profile)).getpixel((5, 5))
    assert isinstance(seen, tuple)
    assert [abs(int(part) - 188) <= 2 for part in seen] == [True] * 3
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode(encoded(gray, "PNG", icc_profile=srgb)).getpixel((5, 5)) == (128, 128, 128)


def linear_srgb() -> bytes:
    """The sRGB profile with its three curves replaced by straight lines."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack(">I", content[128:132])
    for place in range(count):
        name, offset, size = struct.unpack(">4sII", content[132 + 12 * place : 144 + 12 * place])
        if name in {b"rTRC", b"gTRC", b"bTRC"}:
            straight = b"curv\0\0\0\0\0\0\0\0"
            content[offset : offset + size] = straight + bytes(size - len(straight))
        elif name == b"desc":
            content[offset : offset + size] = (
                content[offset : offset + size]
                .replace("sRGB".encode("utf-16-be"), "line".encode("utf-16-be"))
                .replace(b"sRGB", b"line")
            )
    return bytes(content)


def test_heic_is_read_with_its_extra(tmp_path: Path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 32), "red")).save(buffer)
    with PhotoStore(tmp_path, None) as store:
        (key,) = store.attach([buffer.getvalue()], "p1").keys
    catalog = Catalog(tmp_path)
    assert catalog.image_path(key).suffix == ".bin"
    with Image.open(catalog.large_path(key)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 32))
    assert read_photo_facts(tmp_path)[key].format == "HEIF"
