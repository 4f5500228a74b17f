"""Products and photos: from a shop's files to a validated catalog on disk. Knows no model."""

from mmdemo.catalog.importer import ImportOptions, import_catalog, import_products
from mmdemo.catalog.photos import decode, keep_photo, photo_format
from mmdemo.catalog.report import Changes, ImportReport, Problem, read_report
from mmdemo.catalog.store import Catalog, check_catalog, write_catalog
from mmdemo.catalog.text import TEXT_FIELDS, product_text

__all__ = [
    "TEXT_FIELDS",
    "Catalog",
    "Changes",
    "ImportOptions",
    "ImportReport",
    "Problem",
    "check_catalog",
    "decode",
    "import_catalog",
    "import_products",
    "keep_photo",
    "photo_format",
    "product_text",
    "read_report",
    "write_catalog",
]
