"""What is known of a catalog as a whole, as records, JSON and text. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Alike:
    """Products that are hard to tell apart.

    Attributes:
        groups: how many groups of them.
        products: how many are in one.
        examples: ids of the first groups, each the first few.
    """

    groups: int
    products: int
    examples: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """Products that lack something.

    Attributes:
        products: how many.
        examples: ids of the first.
    """

    products: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoSummary:
    """The photos of a catalog.

    Attributes:
        count: different photos that products have.
        size: bytes of the originals.
        formats: Pillow's name of a format → photos.
        sides: smallest, median and largest of the photos' shorter sides, in pixels.
        small: photos whose shorter side is under 200 pixels.
        several: products with more than one.
        unknown: photos of which nothing is known, kept by an older version.
    """

    count: int = 0
    size: int = 0
    formats: Mapping[str, int] = field(default_factory=dict)
    sides: tuple[int, int, int] = (0, 0, 0)
    small: int = 0
    several: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """An index of a catalog.

    Attributes:
        name: of the index.
        model: SPEC of the image half.
        text_model: SPEC of the text half.
        text_fields: what it reads.
        created: UTC, ISO 8601.
        products: how many it was made of.
        current: whether it was made of the products as they are now.
        served: whether it is the one that is served.
    """

    name: str
    model: str
    text_model: str
    text_fields: tuple[str, ...]
    created: str
    products: int
    current: bool
    served: bool = False


@dataclass(frozen=True, slots=True)
class CatalogFacts:
    """What is in a catalog.

    Attributes:
        name: its folder's.
        catalog_id: what names it wherever its folder lies.
        products: how many.
        imported: when the last import ended, UTC, ISO 8601; empty if unknown.
        source: what it was imported from; empty if unknown.
        filled: product field → products that have it.
        attributes: attribute → products that have it, most first.
        currencies: ISO 4217 code, empty where a price names none, → products.
        categories: the most frequent → products.
        photos: sizes and formats.
        languages: ISO 639-1 code, or "unclear", → products of those looked at, most first.
        languages_of: how many products were looked at for it.
        without_photo: products without any.
        without_text: products with neither title nor description.
        same_title: products that share a title.
        near_titles: titles that differ in order, case, accents or punctuation only.
        same_photo: products that share a photo.
        near_photos: products with different photos of the same shapes and shades: their 64-bit
            difference hashes, which see no color, differ in two bits at most.
        indexes: by name.
    """

    name: str
    catalog_id: str
    products: int
    imported: str
    source: str
    filled: Mapping[str, int]
    attributes: Mapping[str, int]
    currencies: Mapping[str, int]
    categories: Mapping[str, int]
    photos: PhotoSummary
    languages: Mapping[str, int]
    languages_of: int
    without_photo: Lacking
    without_text: Lacking
    same_title: Alike
    near_titles: Alike
    same_photo: Alike
    near_photos: Alike
    indexes: tuple[IndexFacts, ...]

    def to_json(self) -> dict[str, object]:
        """Everything, as JSON has it."""
        return asdict(self)

    def to_text(self) -> str:
        """A short account for the terminal."""
        lines = [f"{self.name}: {self.products} products, id {self.catalog_id}"]
        if self.imported:
            lines.append(f"imported {self.imported} from {self.source}")
        lines += ["", *self._rows("filled", self.filled)]
        lines += self._rows("attributes", self.attributes)
        lines += self._rows("categories", self.categories)
        currencies = {code or "no currency": count for code, count in self.currencies.items()}
        lines += self._rows("prices in", currencies)
        if self.languages_of:
            told = ", ".join(
                f"{code} {count / self.languages_of:.0%}" for code, count in self.languages.items()
            )
            lines.append(f"languages    {told} (of {self.languages_of} products)")
        lines += ["", *self._photo_lines()]
        for what, found in (
            ("products share a title", self.same_title),
            ("products have titles of the same words", self.near_titles),
            ("products share a photo", self.same_photo),
            ("products have photos alike but for color", self.near_photos),
        ):
            groups = f" in {found.groups} groups, such as " if found.groups else ""
            shown = " = ".join(found.examples[0]) if found.examples else ""
            lines.append(f"{found.products:>8} {what}{groups}{shown}")
        for what, lacking in (
            ("products without photo", self.without_photo),
            ("products without title and description", self.without_text),
        ):
            shown = f", such as {', '.join(lacking.examples[:3])}" if lacking.examples else ""
            lines.append(f"{lacking.products:>8} {what}{shown}")
        lines += ["", *self._index_lines()]
        return "\n".join(lines)

    def _rows(self, heading: str, counts: Mapping[str, int]) -> list[str]:
        shown = [f"{name} {count}" for name, count in counts.items()]
        more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
        return [f"{heading:<12} {', '.join(shown[:12])}{more}"] if shown else []

    def _photo_lines(self) -> list[str]:
        photos = self.photos
        if not photos.count:
            return ["photos       none"]
        formats = ", ".join(f"{name} {count}" for name, count in photos.formats.items())
        low, middle, high = photos.sides
        lines = [
            f"photos       {photos.count}, {photos.size / 1e6:.1f} MB: {formats}",
            f"             shorter side {low} to {high} px, median {middle}; "
            f"{photos.small} under 200 px; {photos.several} products have several",
        ]
        if photos.unknown:
            lines.append(f"             of {photos.unknown} nothing is known; import again")
        return lines

    def _index_lines(self) -> list[str]:
        if not self.indexes:
            return ["no index; make one with `mmdemo index`"]
        return [
            f"index {i.name}{' (served)' if i.served else ''}: {i.model}"
            + (f", text {i.text_model}" if i.text_model != i.model else "")
            + f", {i.products} products, {i.created}"
            + ("" if i.current else " (older than the products: run `mmdemo index` again)")
            for i in self.indexes
        ]
