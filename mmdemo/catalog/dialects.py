"""Name the columns of the exports that shops use. Knows no file and no row.

Names are compared after `usual_name`. The lists follow the exports' own documentation:
Shopify "Using CSV files to import and export products", WooCommerce "Product CSV import schema",
Google "Product data specification", Amazon "Inventory file templates", Adobe Commerce "Data
attributes reference", Etsy "Download your listings".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FIELDS = ("product_id", "title", "description", "brand", "category", "price", "currency", "image")

# Best first: the first that a source has is read.
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "product_id": (
        "product_id", "id", "sku", "asin", "item_id", "productid", "product_code", "article_id",
        "article_number", "item_number", "item_sku", "seller_sku", "parent_asin", "handle",
        "url_handle", "gtin", "ean", "upc", "uuid",
    ),
    "title": (
        "title", "name", "product_name", "product_title", "productdisplayname", "item_name",
        "item_title", "display_name", "headline",
    ),
    "description": (
        "description", "product_description", "item_description", "long_description", "body_html",
        "body", "details", "short_description", "summary",
    ),
    "brand": ("brand", "vendor", "manufacturer", "product_brand", "brand_name", "brands", "store"),
    "category": (
        "category", "category_path", "categories", "product_category", "product_type",
        "google_product_category", "item_type", "department",
    ),
    "price": (
        "price", "sale_price", "list_price", "variant_price", "regular_price", "standard_price",
        "unit_price", "retail_price",
    ),
    "currency": ("currency", "price_currency", "currency_code"),
    "image": (
        "image", "image_path", "image_file", "image_url", "image_link", "image_src", "img",
        "img_url", "photo", "photo_url", "picture", "picture_url", "main_image", "main_image_url",
        "primary_image", "product_image_url", "base_image", "featured_image", "filename",
        "file_name", "thumbnail",
    ),
}  # fmt: skip

# Columns of further photos; all that a source has are read, after the first photo.
FURTHER_IMAGES = (
    "images", "image_urls", "image_links", "photos", "photo_urls", "pictures", "gallery",
    "gallery_images", "additional_images", "additional_image_link", "additional_image_links",
    "additional_image_url", "additional_image_urls", "other_images", "other_image_urls",
    "media_image",
)  # fmt: skip
NUMBERED_IMAGE = re.compile(
    r"(?:additional_|other_|extra_|product_)?(?:image|img|photo|picture|pic)s?"
    r"(?:_?(?:url|link|src|path|file))?_?(\d{1,2})(?:_(?:url|link|src|path|file))?"
)
# Option1 Name and Option1 Value; Attribute 1 name and Attribute 1 value(s).
NAME_COLUMN = re.compile(r"((?:attribute|option|variation)_?\d{1,2})_name")
VALUE_COLUMN = re.compile(r"((?:attribute|option|variation)_?\d{1,2})_values?(?:_s)?")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of shop writes its export.

    Attributes:
        name: whose it is.
        signatures: usual names of columns; a source that has all of one is in this dialect.
        fields: product field → usual names, best first; each is read where those before it are
            empty. Fields that are not here go by `USUAL_NAMES`.
        ignored: usual name → why the column is no property of a product.
        rows_of_one_id: several rows in a row with one id are one product.
        rows_without_id: a row without id and title goes on with the product above it.
        category_lists: a cell holds several categories, with commas between them.
        packed: usual name of a column that holds ``name=value`` pairs.
    """

    name: str
    signatures: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: Mapping[str, str] = field(default_factory=dict)
    rows_of_one_id: bool = False
    rows_without_id: bool = False
    category_lists: bool = False
    packed: str = ""


DIALECTS = (
    Dialect(
        "Shopify",
        (frozenset({"handle", "variant_price"}), frozenset({"handle", "image_src"}),
         frozenset({"url_handle", "product_image_url"})),
        {
            "product_id": ("handle", "url_handle"),
            "category": ("product_category", "standard_product_type", "type",
                         "custom_product_type"),
            "price": ("variant_price", "price"),
            "image": ("image_src", "product_image_url", "variant_image", "variant_image_url"),
        },
        {"image_position": "place of a photo", "image_alt_text": "text of a photo"},
        rows_of_one_id=True,
    ),
    Dialect(
        "WooCommerce",
        (frozenset({"sku", "name", "regular_price"}),),
        {
            "product_id": ("id", "sku"),
            "description": ("description", "short_description"),
            "category": ("categories",),
            "price": ("sale_price", "regular_price"),
            "image": ("images",),
        },
        category_lists=True,
    ),
    Dialect(
        "Google Merchant",
        (frozenset({"image_link", "title"}),),
        {"category": ("product_type", "google_product_category")},
    ),
    Dialect(
        "Amazon",
        (frozenset({"item_sku", "item_name"}), frozenset({"seller_sku", "item_name"})),
        {
            "product_id": ("item_sku", "seller_sku"),
            "category": ("item_type", "feed_product_type", "item_type_keyword"),
            "price": ("standard_price", "price", "list_price"),
        },
    ),
    Dialect(
        "Magento",
        (frozenset({"sku", "attribute_set_code"}), frozenset({"sku", "attribute_set"})),
        {
            "product_id": ("sku",),
            "description": ("description", "short_description"),
            "category": ("categories", "category"),
            "price": ("special_price", "price"),
            "image": ("base_image", "image"),
        },
        dict.fromkeys(
            ("small_image", "thumbnail_image", "thumbnail", "swatch_image"),
            "another size of a photo",
        ),
        rows_without_id=True,
        category_lists=True,
        packed="additional_attributes",
    ),
    Dialect(
        "Etsy",
        (frozenset({"title", "currency_code", "image1"}),),
        {"product_id": ("sku", "listing_id")},
    ),
)  # fmt: skip

NO_DIALECT = Dialect("", ())


def usual_name(column: str) -> str:
    """A column's name in lower case, every run of other characters as one ``_``."""
    return re.sub(r"[\W_]+", "_", column.casefold().removeprefix("g:")).strip("_")


def find_dialect(names: Sequence[str]) -> Dialect:
    """The dialect that these usual names speak, or `NO_DIALECT`."""
    there = set(names)
    for dialect in DIALECTS:
        if any(signature <= there for signature in dialect.signatures):
            return dialect
    return NO_DIALECT
