import pytest

from mmdemo.catalog.prices import parse_price
from mmdemo.records import Price


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
        ("1e400", None),
        ("1.5e3", Price(1500)),
        ("call us", None),
        ("9" * 1_000_000, None),
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
