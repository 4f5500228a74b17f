import pytest

from mmdemo.catalog.columns import parse_mapping, recognize_columns
from mmdemo.errors import CatalogError

SHOPIFY = ["Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags",
           "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price", "Image Src",
           "Image Position", "Image Alt Text", "Variant Image", "Status"]  # fmt: skip
SHOPIFY_NEW = ["Title", "URL handle", "Description", "Vendor", "Product category", "SKU", "Price",
               "Option1 name", "Option1 value", "Product image URL", "Image position",
               "Variant image URL"]  # fmt: skip
WOOCOMMERCE = ["ID", "Type", "SKU", "Name", "Short description", "Description", "Sale price",
               "Regular price", "Categories", "Tags", "Images", "Parent", "Attribute 1 name",
               "Attribute 1 value(s)"]  # fmt: skip
GOOGLE = ["id", "title", "description", "link", "image_link", "additional_image_link", "price",
          "sale_price", "brand", "google_product_category", "product_type", "color"]  # fmt: skip
AMAZON = ["feed_product_type", "item_sku", "brand_name", "item_name", "product_description",
          "standard_price", "main_image_url", "other_image_url1", "other_image_url2",
          "bullet_point1", "color_name"]  # fmt: skip
MAGENTO = ["sku", "attribute_set_code", "product_type", "categories", "name", "description",
           "short_description", "price", "special_price", "base_image", "small_image",
           "additional_images", "additional_attributes"]  # fmt: skip
ETSY = ["TITLE", "DESCRIPTION", "PRICE", "CURRENCY_CODE", "QUANTITY", "TAGS", "IMAGE1", "IMAGE2",
        "IMAGE10", "VARIATION 1 NAME", "VARIATION 1 VALUES", "SKU"]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "dialect", "fields"),
    [
        (
            SHOPIFY,
            "Shopify",
            {
                "product_id": ("Handle",),
                "title": ("Title",),
                "description": ("Body (HTML)",),
                "brand": ("Vendor",),
                "category": ("Product Category", "Type"),
                "price": ("Variant Price",),
                "image": ("Image Src", "Variant Image"),
            },
        ),
        (
            SHOPIFY_NEW,
            "Shopify",
            {
                "product_id": ("URL handle",),
                "title": ("Title",),
                "description": ("Description",),
                "brand": ("Vendor",),
                "category": ("Product category",),
                "price": ("Price",),
                "image": ("Product image URL", "Variant image URL"),
            },
        ),
        (
            WOOCOMMERCE,
            "WooCommerce",
            {
                "product_id": ("ID", "SKU"),
                "title": ("Name",),
                "description": ("Description", "Short description"),
                "category": ("Categories",),
                "price": ("Sale price", "Regular price"),
                "image": ("Images",),
            },
        ),
        (
            GOOGLE,
            "Google Merchant",
            {
                "product_id": ("id",),
                "title": ("title",),
                "description": ("description",),
                "brand": ("brand",),
                "category": ("product_type", "google_product_category"),
                "price": ("price",),
                "image": ("image_link", "additional_image_link"),
            },
        ),
        (
            AMAZON,
            "Amazon",
            {
                "product_id": ("item_sku",),
                "title": ("item_name",),
                "description": ("product_description",),
                "brand": ("brand_name",),
                "category": ("feed_product_type",),
                "price": ("standard_price",),
                "image": ("main_image_url", "other_image_url1", "other_image_url2"),
            },
        ),
        (
            MAGENTO,
            "Magento",
            {
                "product_id": ("sku",),
                "title": ("name",),
                "description": ("description", "short_description"),
                "category": ("categories",),
                "price": ("special_price", "price"),
                "image": ("base_image", "additional_images"),
            },
        ),
        (
            ETSY,
            "Etsy",
            {
                "product_id": ("SKU",),
                "title": ("TITLE",),
                "description": ("DESCRIPTION",),
                "price": ("PRICE",),
                "currency": ("CURRENCY_CODE",),
                "image": ("IMAGE1", "IMAGE2", "IMAGE10"),
            },
        ),
    ],
    ids=["shopify", "shopify-new", "woocommerce", "google", "amazon", "magento", "etsy"],
)
def test_exports_of_shops_are_recognized(
    header: list[str], dialect: str, fields: dict[str, tuple[str, ...]]
) -> None:
    columns = recognize_columns(header)
    assert columns.dialect.name == dialect
    assert columns.fields == fields


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["id", "title"], {"product_id": "id", "title": "title"}),
        (["SKU ", "Product Name"], {"product_id": "SKU ", "title": "Product Name"}),
        (["asin", "id"], {"product_id": "id"}),
        (["id", "price_inr"], {"product_id": "id", "price": "price_inr"}),
        (["id", "price_old"], {"product_id": "id"}),
        (["id", "price_eur", "price"], {"product_id": "id", "price": "price"}),
        (["id", "image_path"], {"product_id": "id", "image": "image_path"}),
        (["id", "thumbnail", "image_url"], {"product_id": "id", "image": "image_url"}),
        (["ID", "NAME", "Category Path"], {"product_id": "ID", "title": "NAME",
                                           "category": "Category Path"}),
        (["g:id", "g:title"], {"product_id": "g:id", "title": "g:title"}),
    ],
)  # fmt: skip
def test_usual_names_are_recognized(header: list[str], fields: dict[str, str]) -> None:
    assert recognize_columns(header).fields == {name: (c,) for name, c in fields.items()}


def test_numbered_photos_follow_the_first_in_the_order_of_their_numbers() -> None:
    columns = recognize_columns(["image_10", "id", "image_2", "images", "image", "Image 1 URL"])
    assert columns.fields["image"] == ("image", "images", "Image 1 URL", "image_2", "image_10")


def test_other_columns_are_attributes_in_order() -> None:
    columns = recognize_columns(["zeta", "id", "color", "Name", "alpha"])
    assert columns.attributes == ("zeta", "color", "alpha")


def test_what_is_not_a_property_of_a_product_is_ignored_and_said_so() -> None:
    columns = recognize_columns(SHOPIFY)
    assert columns.ignored == {
        "Image Position": "place of a photo",
        "Image Alt Text": "text of a photo",
    }
    assert columns.named == (("Option1 Name", "Option1 Value"),)
    # A second choice for a field is an attribute all the same.
    assert columns.attributes == ("Type", "Tags", "Variant SKU", "Status")


def test_a_mapping_beats_the_usual_names() -> None:
    columns = recognize_columns(
        ["id", "title", "headline", "cost", "note", "colour", "pic"],
        parse_mapping(
            ["title=headline", "price = cost", "ignore=note", "attribute=pic", "id=Colour"]
        ),
    )
    assert columns.fields == {"product_id": ("colour",), "title": ("headline",), "price": ("cost",)}
    assert columns.attributes == ("id", "title", "pic")
    assert columns.ignored == {"note": "as asked"}


def test_several_columns_can_be_mapped_to_one_field() -> None:
    mapping = parse_mapping(["image=back", "image=front", "description=long", "description=short"])
    columns = recognize_columns(["id", "front", "back", "short", "long"], mapping)
    assert columns.fields["image"] == ("back", "front")
    assert columns.fields["description"] == ("long", "short")


@pytest.mark.parametrize("option", ["title", "titel=name", "=name", "title=", "title= "])
def test_a_mapping_has_a_field_and_a_column(option: str) -> None:
    with pytest.raises(CatalogError, match=r"FIELD=COLUMN with FIELD one of product_id, title, "):
        parse_mapping([option])


def test_a_mapped_column_has_to_be_there() -> None:
    with pytest.raises(CatalogError, match="no such column: got 'nam', expected id, name"):
        recognize_columns(["id", "name"], [("title", "nam")])


def test_without_an_id_column_the_message_names_what_there_is() -> None:
    with pytest.raises(
        CatalogError, match=r"got name, color, expected product_id or id.*--map product_id=COLUMN"
    ):
        recognize_columns(["name", "color"])
