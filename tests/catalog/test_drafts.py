"""From rows to products, photos still to come."""

from __future__ import annotations

import pytest

from mmdemo.catalog.columns import ColumnMap, recognize_columns
from mmdemo.catalog.drafts import Draft, draft_product
from mmdemo.catalog.merging import merge_rows
from mmdemo.catalog.notes import Reason
from mmdemo.catalog.sources import Row
from mmdemo.records import Price, Product


def draft(**cells: object) -> Draft:
    return draft_product(Row(2, cells), recognize_columns(list(cells)))


def reasons(made: Draft) -> dict[str, str]:
    return {note.reason.value: note.detail for _, note in made.notes}


def test_a_row_becomes_a_product() -> None:
    made = draft(
        id=" p1 ",
        title="Lamp\0",
        brand="N/A",
        price="12,50",
        currency="EUR",
        color="red",
        size="nan",
        image="a.jpg",
        image_2="b.jpg|a.jpg",
    )
    assert made.product == Product(
        "p1", title="Lamp", price=Price(12.5, "EUR"), attributes={"color": "red"}
    )
    assert made.references == ["a.jpg", "b.jpg"]
    assert reasons(made) == {Reason.CONTROL: "title", Reason.PLACEHOLDER: "brand 'N/A'"}


def test_a_price_column_can_name_the_currency() -> None:
    assert draft(**{"id": "p", "Price (INR)": "649"}).product.price == Price(649, "INR")


def test_the_first_filled_column_of_a_field_counts() -> None:
    header = {"ID": "7", "SKU": "a", "Name": "Mug", "Regular price": "10", "Sale price": ""}
    assert draft(**header).product.price == Price(10)
    assert draft(**header | {"Sale price": "8"}).product.price == Price(8)
    assert draft(**header | {"ID": ""}).product.product_id == "a"


def test_json_objects_become_attributes() -> None:
    specs = (
        '{"material": "oak ", "seats": 2, "eco": true, "sizes": ["S", "M"], "none": null, "": ""}'
    )
    assert draft(id="p", specs=specs, color="red").product.attributes == {
        "material": "oak",
        "seats": "2",
        "eco": "true",
        "sizes": "S, M",
        "color": "red",
    }


@pytest.mark.parametrize("cell", ["{not json", "[1, 2]", "{", '{"a":' * 200])
def test_what_only_looks_like_json_is_kept_as_text(cell: str) -> None:
    assert draft(id="p", specs=cell).product.attributes == {"specs": cell}


def test_half_a_surrogate_pair_does_not_get_in() -> None:
    assert draft(id="p", specs='{"a": "x\\ud83d"}').product.attributes == {"a": "x?"}


def test_names_and_values_in_columns_of_their_own() -> None:
    made = draft(**{"id": "p", "Attribute 1 name": "Size", "Attribute 1 value(s)": "S, M",
                    "Option2 Name": "Color", "Option2 Value": ""})  # fmt: skip
    assert made.product.attributes == {"Size": "S, M"}


def test_packed_attributes_of_magento() -> None:
    made = draft(
        sku="p", attribute_set_code="x", additional_attributes="activity=Gym|Hike,material=a, b,x=1"
    )
    assert made.product.attributes == {
        "attribute_set_code": "x",
        "activity": "Gym|Hike",
        "material": "a, b",
        "x": "1",
    }


@pytest.mark.parametrize(
    ("written", "product_id", "reason"),
    [
        (" a ", "a", None),
        (12, "12", None),
        (12.0, "12", None),
        ('="0012"', "0012", None),
        ("a\nb", "a b", Reason.ID_CLEANED),
        ("a\0b\u200b", "ab", Reason.ID_CLEANED),
        ("1.23E+12", "1.23E+12", Reason.ROUNDED_ID),
        ("", "", None),
        ("  ", "", None),
        ("NaN", "", None),
        (None, "", None),
        (float("nan"), "", None),
        ("\0", "", Reason.ID_CLEANED),
    ],
)
def test_ids(written: object, product_id: str, reason: Reason | None) -> None:
    made = draft(id=written, title="x")
    assert made.product.product_id == product_id
    assert list(reasons(made)) == ([reason] if reason else [])


def test_an_id_can_be_too_long() -> None:
    assert draft(id="x" * 500).refused is None
    refused = draft(id="x" * 501).refused
    assert refused is not None
    assert (refused.reason, refused.detail) == (Reason.ID_TOO_LONG, "501 characters")


def test_long_texts_are_cut_and_told() -> None:
    made = draft(id="p", title="t" * 501, description="d" * 1_000_000, note="n" * 2001, brand="b")
    product = made.product
    assert (len(product.title), len(product.description)) == (500, 20_000)
    assert len(product.attributes["note"]) == 2000
    assert reasons(made)[Reason.TEXT_CUT] == (
        "title from 501 to 500 characters, description from 1000000 to 20000 characters, "
        "note to 2000 characters"
    )


def test_a_product_has_so_many_attributes_at_most() -> None:
    made = draft(id="p", specs={f"a{i}": "x" for i in range(201)})
    assert len(made.product.attributes) == 200
    assert reasons(made) == {Reason.ATTRIBUTES: "1 of 201"}


@pytest.mark.parametrize("price", ["ask us", "1e400", "-5", "call 0800", True])
def test_a_price_that_is_none_is_noted(price: object) -> None:
    made = draft(id="p", price=price)
    if price == "call 0800":  # there is an amount in it
        assert made.product.price == Price(800)
    else:
        assert made.product.price is None
        assert Reason.PRICE in reasons(made)


def test_a_price_can_be_an_object() -> None:
    assert draft(id="p", price={"amount": 5.5, "currency": "EUR"}).product.price == Price(
        5.5, "EUR"
    )


def test_an_object_where_a_text_belongs_gives_its_name() -> None:
    made = draft(id="p", brand={"id": 3, "name": "Oak & Co"}, title={"x": 1}).product
    assert (made.brand, made.title) == ("Oak & Co", '{"x": 1}')


def test_na_inside_a_description_is_told_and_left() -> None:
    made = draft(id="p", description="Wipe clean NA")
    assert made.product.description == "Wipe clean NA"
    assert list(reasons(made)) == [Reason.LONE_NA]
    for text in ("DNA test", "NA-27", "Nato", "nan bread"):
        assert reasons(draft(id="p", description=text)) == {}


def merged(columns: ColumnMap, *rows: dict[str, object]) -> list[Draft]:
    drafts = (draft_product(Row(i, row), columns) for i, row in enumerate(rows, start=2))
    return list(merge_rows(drafts, columns))


def test_rows_of_one_shopify_product_are_one() -> None:
    header = ["Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price", "Image Src"]
    columns = recognize_columns(header)
    rows: list[dict[str, object]] = [
        dict(zip(header, cells, strict=True))
        for cells in [
            ("mug", "Mug", "Size", "S", "10", "https://a/1.jpg"),
            ("mug", "", "", "M", "12", "https://a/2.jpg"),
            ("mug", "", "", "", "", "https://a/1.jpg"),
            ("bowl", "Bowl", "Title", "Default Title", "7", ""),
            ("mug", "Mug again", "", "", "", ""),
        ]
    ]
    mug, bowl, again = merged(columns, *rows)
    assert mug.rows == 3
    assert mug.references == ["https://a/1.jpg", "https://a/2.jpg"]
    assert mug.product == Product("mug", title="Mug", price=Price(10), attributes={"Size": "S | M"})
    assert (bowl.number, bowl.rows, bowl.product.attributes) == (5, 1, {})
    assert again.product.product_id == "mug", "a stranger in between: not joined"


def test_a_row_without_id_goes_on_with_a_magento_product() -> None:
    columns = recognize_columns(["sku", "_attribute_set", "name", "_media_image"])
    rows = merged(
        columns,
        {"sku": "a", "_attribute_set": "x", "name": "Mug", "_media_image": "1.jpg"},
        {"sku": "", "_attribute_set": "", "name": "", "_media_image": "2.jpg"},
        {"sku": "", "_attribute_set": "", "name": "Lost", "_media_image": ""},
    )
    assert [(d.product.product_id, d.rows, d.references) for d in rows] == [
        ("a", 2, ["1.jpg", "2.jpg"]),
        ("", 1, []),
    ]


def test_elsewhere_only_a_row_with_nothing_but_a_photo_is_joined() -> None:
    columns = recognize_columns(["id", "title", "image"])
    rows = merged(
        columns,
        {"id": "a", "title": "Mug", "image": "1.jpg"},
        {"id": "a", "title": "", "image": "2.jpg"},
        {"id": "a", "title": "Mug", "image": "3.jpg"},
        {"id": "a", "title": "", "image": ""},
    )
    assert [(d.rows, d.references) for d in rows] == [
        (2, ["1.jpg", "2.jpg"]),
        (1, ["3.jpg"]),
        (1, []),
    ]
