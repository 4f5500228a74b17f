"""Find, check and keep photos. Knows no product and no model."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from PIL import Image, ImageOps, UnidentifiedImageError

from mmdemo.errors import CatalogError
from mmdemo.files import write_bytes

MAX_PIXELS = 64_000_000  # 8,000 x 8,000: above it a file is a mistake or a decompression bomb
MAX_BYTES = 50_000_000
THUMBNAIL_SIDE = 384  # twice the widest card, for dense screens
_SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
_PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})


class PhotoSource(Protocol):
    """Where an import takes photos from: names in it, and their bytes."""

    def names(self) -> list[str]:
        """All file names in it, with `/` between folders."""
        ...

    def read(self, name: str) -> bytes:
        """The bytes of one of `names()`."""
        ...


class FolderPhotos:
    """Photos in a folder and its subfolders."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """All file names below the folder."""
        return [p.relative_to(self._path).as_posix() for p in self._path.rglob("*") if p.is_file()]

    def read(self, name: str) -> bytes:
        """The bytes of one file."""
        path = self._path / name
        if path.stat().st_size > MAX_BYTES:
            raise CatalogError("photo is too large", expected=f"at most {MAX_BYTES} bytes")
        return path.read_bytes()


class ZipPhotos:
    """Photos in a zip file."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise CatalogError(f"{path} is not a readable zip file: {error}") from error

    def names(self) -> list[str]:
        """All file names in the archive."""
        return [info.filename for info in self._zip.infolist() if not info.is_dir()]

    def read(self, name: str) -> bytes:
        """The bytes of one member; safe to call from several threads."""
        if self._zip.getinfo(name).file_size > MAX_BYTES:
            raise CatalogError("photo is too large", expected=f"at most {MAX_BYTES} bytes")
        try:
            return self._zip.read(name)
        except Exception as error:  # zipfile and its decompressors raise all kinds
            raise CatalogError("photo cannot be unpacked") from error


def open_photos(path: Path) -> PhotoSource:
    """Open a folder or a zip file of photos.

    Raises:
        CatalogError: it is neither.
    """
    if path.is_dir():
        return FolderPhotos(path)
    if path.is_file():
        return ZipPhotos(path)
    raise CatalogError("photos not found", got=path, expected="a folder or a zip file")


class PhotoFinder:
    """Looks a photo up by what a catalog writes: path, file name, or the product's id."""

    def __init__(self, names: list[str]) -> None:
        photos = [n for n in sorted(names) if PurePosixPath(n).suffix.lower() in _PHOTO_SUFFIXES]
        self._paths = _by_name((n, n) for n in names)
        self._names = _by_name((PurePosixPath(n).name, n) for n in photos)
        self._stems = _by_name((PurePosixPath(n).stem, n) for n in photos)

    def find(self, reference: str, product_id: str) -> str | None:
        """The name in the source, or None. Without a reference the file named as the id."""
        if not reference:
            return _look_up(self._stems, product_id)
        path = PurePosixPath(reference.replace("\\", "/"))
        return _look_up(self._paths, path.as_posix()) or _look_up(self._names, path.name)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first of each name as it is written, and in any case."""
    found: dict[str, str] = {}
    folded: dict[str, str] = {}
    for name, photo in pairs:
        found.setdefault(name, photo)
        folded.setdefault(name.casefold(), photo)
    return folded | found


def _look_up(names: Mapping[str, str], name: str) -> str | None:
    return names.get(name) or names.get(name.casefold())


def decode(content: bytes) -> Image.Image:
    """Decode a photo as a person sees it: upright, RGB, transparency on white.

    Raises:
        CatalogError: it is no photo, is damaged, or has too many pixels.
    """
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise CatalogError(
                    "photo has too many pixels",
                    got=f"{image.width} x {image.height}",
                    expected=f"at most {MAX_PIXELS}",
                )
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits, which Pillow would clip to 8
                upright = upright.convert("I").point(lambda value: value / 256).convert("L")
            if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
                upright = upright.convert("RGBA")
                white = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(white, upright)
            return upright.convert("RGB")
    except UnidentifiedImageError as error:
        raise CatalogError("not a photo") from error
    except CatalogError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise CatalogError("photo has too many pixels") from error
    except Exception as error:  # Pillow's decoders raise whatever a damaged file makes them
        raise CatalogError(f"damaged photo ({type(error).__name__})") from error


def photo_format(content: bytes) -> str:
    """Pillow's name of the format (``JPEG``), or empty."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format or ""
    except (OSError, Image.DecompressionBombError):
        return ""


def keep_photo(directory: Path, content: bytes) -> str:
    """Check a photo and keep it in a catalog folder under the hash of its bytes.

    Returns:
        Its key: 32 hex digits.

    Raises:
        CatalogError: it cannot be decoded.
    """
    key = hashlib.sha256(content).hexdigest()[:32]
    if find_photo(directory, key) is not None:
        return key
    image = decode(content)
    suffix = _SUFFIXES.get(photo_format(content), "")
    if max(image.size) > THUMBNAIL_SIDE or not suffix:
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=82, method=4)
        write_bytes(directory / "thumbnails" / key[:2] / f"{key}.webp", buffer.getvalue())
    # The photo comes last: where it is, its thumbnail is too.
    write_bytes(directory / "images" / key[:2] / f"{key}{suffix or '.bin'}", content)
    return key


def find_photo(directory: Path, key: str) -> Path | None:
    """The original's file in a catalog folder, or None."""
    for suffix in (*_SUFFIXES.values(), ".bin"):
        path = directory / "images" / key[:2] / f"{key}{suffix}"
        if path.is_file():
            return path
    return None
