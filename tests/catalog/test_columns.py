import pytest

from mmdemo.catalog.columns import ColumnMap, Row, parse_price, recognize_columns, to_product
from mmdemo.errors import CatalogError
from mmdemo.records import Price, Product


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("₹1,299", Price(1299, "INR")),
        ("1.299,00 €", Price(1299, "EUR")),
        ("649", Price(649)),
        ("12,50", Price(12.5)),
        ("1,299.00", Price(1299)),
        ("1 299 kr", Price(1299)),
        ("1\u00a0299,50", Price(1299.5)),
        ("1\u202f299 SEK", Price(1299, "SEK")),
        ("1'299.50 CHF", Price(1299.5, "CHF")),
        ("0.5", Price(0.5)),
        ("0,05", Price(0.05)),
        ("0", Price(0)),
        ("0.500", Price(0.5)),
        ("1299.000", Price(1299)),
        ("1.299", Price(1299)),
        ("1,299,000", Price(1_299_000)),
        ("1.299.000,5", Price(1_299_000.5)),
        ("1,299,-", Price(1299)),
        ("$ 12.99", Price(12.99, "USD")),
        ("USD12", Price(12, "USD")),
        ("CAD $12", Price(12, "CAD")),
        ("MRP ₹1,299", Price(1299, "INR")),
        ("NEW 12", Price(12)),
        ("10-20", Price(10)),
        ("-5", None),
        ("-€5", None),
        ("€ -5", None),
        ("−5", None),
        ("abc", None),
        ("", None),
        (".", None),
        ("9" * 400, None),
    ],
)
def test_prices_as_people_write_them(text: str, expected: Price | None) -> None:
    assert parse_price(text) == expected


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("12", "EUR", "EUR"),
        ("12", "eur", "EUR"),
        ("12", "€", "EUR"),
        ("$12", "AUD", "AUD"),  # many currencies write $
        ("12 GBP", "EUR", "GBP"),
        ("12", "whatever", ""),
    ],
)
def test_a_currency_said_elsewhere(text: str, said: str, expected: str) -> None:
    assert parse_price(text, currency=said) == Price(12, expected)


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["id", "title"], {"product_id": "id", "title": "title"}),
        (["SKU ", "Product Name"], {"product_id": "SKU ", "title": "Product Name"}),
        # Shopify's export
        (
            ["Handle", "Title", "Body (HTML)", "Vendor", "Variant Price"],
            {
                "product_id": "Handle",
                "title": "Title",
                "description": "Body (HTML)",
                "brand": "Vendor",
                "price": "Variant Price",
            },
        ),
        (["asin", "id"], {"product_id": "id"}),
        (["id", "price_inr"], {"product_id": "id", "price": "price_inr"}),
        (["id", "price_old"], {"product_id": "id"}),
        (["id", "price_eur", "price"], {"product_id": "id", "price": "price"}),
        (["id", "image_path"], {"product_id": "id", "image": "image_path"}),
    ],
)
def test_usual_names_are_recognized(header: list[str], fields: dict[str, str]) -> None:
    assert recognize_columns(header).fields == fields


def test_other_columns_are_attributes_in_order() -> None:
    columns = recognize_columns(["zeta", "id", "color", "Name", "alpha"])
    assert columns.attributes == ("zeta", "color", "alpha")


def test_a_price_column_can_name_the_currency() -> None:
    columns = recognize_columns(["id", "Price (INR)"])
    product = to_product(Row(2, {"id": "p", "Price (INR)": "649"}), columns)
    assert product.price == Price(649, "INR")


def test_without_an_id_column_the_message_names_what_there_is() -> None:
    with pytest.raises(CatalogError, match=r"got name, color, expected product_id or id.*rename"):
        recognize_columns(["name", "color"])


def test_a_row_becomes_a_product() -> None:
    columns = recognize_columns(["id", "title", "brand", "price", "currency", "color", "size"])
    row = Row(
        7,
        {
            "id": " p1 ",
            "title": "Lamp\0",
            "brand": "N/A",
            "price": "12,50",
            "currency": "EUR",
            "color": "red",
            "size": "nan",
        },
    )
    assert to_product(row, columns) == Product(
        "p1", title="Lamp", price=Price(12.5, "EUR"), attributes={"color": "red"}
    )
    assert row.notes == []


def test_json_objects_become_attributes() -> None:
    columns = ColumnMap({"product_id": "id"}, ("specs", "color"))
    specs = (
        '{"material": "oak ", "seats": 2, "eco": true, "sizes": ["S", "M"], "none": null, "": ""}'
    )
    product = to_product(Row(2, {"id": "p", "specs": specs, "color": "red"}), columns)
    assert product.attributes == {
        "material": "oak",
        "seats": "2",
        "eco": "true",
        "sizes": '["S", "M"]',
        "color": "red",
    }


@pytest.mark.parametrize("cell", ["{not json", "[1, 2]", "{", '{"a":' * 9999])
def test_what_only_looks_like_json_is_kept_as_text(cell: str) -> None:
    columns = ColumnMap({"product_id": "id"}, ("specs",))
    assert to_product(Row(2, {"id": "p", "specs": cell}), columns).attributes == {"specs": cell}


def test_half_a_surrogate_pair_does_not_get_in() -> None:
    columns = ColumnMap({"product_id": "id"}, ("specs",))
    product = to_product(Row(2, {"id": "p", "specs": '{"a": "x\\ud83d"}'}), columns)
    assert product.attributes == {"a": "x?"}


def test_a_price_that_is_none_is_noted() -> None:
    row = Row(2, {"id": "p", "price": "ask us"})
    assert to_product(row, recognize_columns(["id", "price"])).price is None
    assert row.notes == ["price not understood"]


@pytest.mark.parametrize("product_id", ["", "  ", "NaN", "null", "\0"])
def test_a_row_needs_an_id(product_id: str) -> None:
    with pytest.raises(CatalogError, match="no product id"):
        to_product(Row(2, {"id": product_id}), recognize_columns(["id"]))
