import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from mmdemo.catalog import decode, photo_format
from mmdemo.errors import CatalogError

MakePhoto = Callable[..., bytes]
Pixel = tuple[int, int, int]


def pixel(content: bytes) -> Pixel:
    value = decode(content).getpixel((0, 0))
    assert isinstance(value, tuple)
    r, g, b = value
    return int(r), int(g), int(b)


def palette(*colors: Pixel, index: int = 0, **options: object) -> bytes:
    image = Image.new("P", (4, 4), index)
    image.putpalette([part for color in colors for part in color])
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_transparency_is_laid_on_white(make_photo: MakePhoto) -> None:
    assert pixel(make_photo((255, 0, 0, 0), mode="RGBA", kind="PNG")) == (255, 255, 255)
    assert pixel(make_photo((255, 0, 0, 51), mode="RGBA", kind="PNG")) == (255, 204, 204)
    assert pixel(make_photo((0, 0), mode="LA", kind="PNG")) == (255, 255, 255)
    assert pixel(make_photo((9, 9, 9), kind="PNG", transparency=(9, 9, 9))) == (255, 255, 255)


def test_palettes_with_and_without_transparency() -> None:
    red, blue = (255, 0, 0), (0, 0, 255)
    assert pixel(palette(red, blue, index=1)) == blue
    assert pixel(palette(red, blue, index=1, transparency=1)) == (255, 255, 255)
    assert pixel(palette(red, blue, index=1, transparency=0)) == blue
    assert pixel(palette(red, blue, index=1, transparency=b"\xff\x00")) == (255, 255, 255)


def test_cmyk_gray_and_bilevel(make_photo: MakePhoto) -> None:
    r, g, b = pixel(make_photo((0, 255, 255, 0), mode="CMYK", quality=100))
    assert r > 250
    assert g < 5
    assert b < 5
    assert pixel(make_photo(77, mode="L", kind="PNG")) == (77, 77, 77)
    assert pixel(make_photo(1, mode="1", kind="PNG")) == (255, 255, 255)


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {}), ("PNG", {"t": 5})])
def test_16_bits_are_scaled_not_clipped(kind: str, options: dict[str, int]) -> None:
    buffer = io.BytesIO()
    more = {"transparency": options["t"]} if options else {}
    Image.fromarray(np.full((4, 4), 0x8000, np.uint16)).save(buffer, kind, **more)
    assert pixel(buffer.getvalue()) == (128, 128, 128)


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "red"), (3, "blue"), (6, "blue"), (8, "red")]
)
def test_exif_rotation_is_undone(orientation: int, corner: str) -> None:
    # Left half red, right half blue, 16 x 8. EXIF 6: rotate by 90 degrees clockwise to view.
    image = Image.new("RGB", (16, 8), "red")
    image.paste("blue", (8, 0, 16, 8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif, quality=100, subsampling=0)
    upright = decode(buffer.getvalue())
    assert upright.size == ((16, 8) if orientation in {1, 3} else (8, 16))
    # What lies at the lower left when seen upright.
    shown = upright.getpixel((1, upright.height - 2))
    assert isinstance(shown, tuple)
    assert (shown[0] > shown[2]) == (corner == "red")


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"x"])
def test_bad_exif_does_not_cost_a_good_photo(make_photo: MakePhoto, exif: bytes) -> None:
    assert decode(make_photo("red", (8, 4), exif=exif)).size == (8, 4)


def test_what_is_no_photo_is_refused(make_photo: MakePhoto) -> None:
    for content in (b"", b"hello", b"\0" * 99, b"<svg/>", make_photo()[:2]):
        with pytest.raises(CatalogError, match=r"not a photo|photo is empty"):
            decode(content)
        assert photo_format(content) == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_photo_is_refused(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, kind)
    content = buffer.getvalue()
    assert photo_format(content) == kind
    with pytest.raises(CatalogError, match="truncated photo"):
        decode(content[: len(content) // 2])


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8001, 9500, 14000])
def test_huge_photos_are_refused_before_they_are_unpacked(make_photo: MakePhoto, side: int) -> None:
    with pytest.raises(CatalogError, match="too many pixels"):
        decode(make_photo(0, (side, side), mode="1", kind="PNG"))
