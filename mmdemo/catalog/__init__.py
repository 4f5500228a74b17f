"""Products and photos: from a shop's files to a validated catalog on disk. Knows no model."""

from mmdemo.catalog.facets import Facets, Filters
from mmdemo.catalog.images import decode, keep_photo, photo_format
from mmdemo.catalog.importer import import_catalog
from mmdemo.catalog.report import ImportReport
from mmdemo.catalog.store import Catalog, check_catalog, write_catalog
from mmdemo.catalog.text import TEXT_FIELDS, product_text

__all__ = [
    "TEXT_FIELDS",
    "Catalog",
    "Facets",
    "Filters",
    "ImportReport",
    "check_catalog",
    "decode",
    "import_catalog",
    "keep_photo",
    "photo_format",
    "product_text",
    "write_catalog",
]
