"""Products and photos: from a shop's files to a validated catalog on disk. Knows no model."""

from mmdemo.catalog.columns import parse_mapping
from mmdemo.catalog.describe import describe
from mmdemo.catalog.facets import Facets, Filters
from mmdemo.catalog.facts import CatalogFacts
from mmdemo.catalog.importer import ImportOptions, import_catalog, import_products
from mmdemo.catalog.photos import Fault, PhotoError, decode, keep_photo, photo_format
from mmdemo.catalog.preview import Preview, preview_import
from mmdemo.catalog.publication import write_catalog
from mmdemo.catalog.report import Changes, ImportReport, Problem, read_report
from mmdemo.catalog.served import (
    DEFAULT_INDEX,
    index_before,
    serve_before,
    serve_index,
    served_index,
)
from mmdemo.catalog.store import Catalog, check_catalog
from mmdemo.catalog.text import TEXT_FIELDS, product_text

__all__ = [
    "DEFAULT_INDEX",
    "TEXT_FIELDS",
    "Catalog",
    "CatalogFacts",
    "Changes",
    "Facets",
    "Fault",
    "Filters",
    "ImportOptions",
    "ImportReport",
    "PhotoError",
    "Preview",
    "Problem",
    "check_catalog",
    "decode",
    "describe",
    "import_catalog",
    "import_products",
    "index_before",
    "keep_photo",
    "parse_mapping",
    "photo_format",
    "preview_import",
    "product_text",
    "read_report",
    "serve_before",
    "serve_index",
    "served_index",
    "write_catalog",
]
