"""What a list shows: prices, cards, examples."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mmdemo.catalog import Catalog
from mmdemo.records import Hit, Price, Product, Ranking
from mmdemo.web.view import describe_models, example_queries, format_price, list_view


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (None, ""),
        (Price(649, "INR"), "₹649"),
        (Price(1299, "INR"), "₹1,299"),
        (Price(12.5, "EUR"), "€12.50"),
        (Price(0, "USD"), "$0"),
        (Price(649, "CHF"), "649 CHF"),
        (Price(19.99, ""), "19.99"),
        (Price(1234567.891, "usd"), "$1,234,567.89"),
    ],
)
def test_prices(price: Price | None, text: str) -> None:
    assert format_price(price) == text


def test_a_list_names_its_products_in_order(catalog: Catalog) -> None:
    hits = (Hit("p08", 1, 0.5, 0.5, None), Hit("p00", 2, 0.25, 0.25, None))
    view = list_view(Ranking("text", "q1", hits), catalog, text_weight=0.5)
    assert [(i["id"], i["rank"], i["score"]) for i in view["items"]] == [
        ("p08", 1, 0.5),
        ("p00", 2, 0.25),
    ]
    assert [i["photo"] for i in view["items"]] == ["", catalog.products[0].images[0]]
    assert (view["ranker"], view["query_id"], view["text_weight"]) == ("text", "q1", 0.5)


def test_two_equal_answers_differ(catalog: Catalog) -> None:
    """The page sees a new answer only if its value is another one."""
    ranking = Ranking("text", "q1", ())
    assert list_view(ranking, catalog)["answer"] != list_view(ranking, catalog)["answer"]


def test_examples_come_from_their_file(tmp_path: Path) -> None:
    (tmp_path / "examples.txt").write_text("# for the demo\nred shirt\n\n  קיץ  \n", "utf-8")
    assert example_queries(Catalog(tmp_path)) == ["red shirt", "קיץ"]


def test_examples_are_made_from_the_products(tmp_path: Path) -> None:
    products = [
        Product(product_id=f"p{n}", title=f"Title {n}", category="Hats" if n else "Very Big Hats")
        for n in range(9)
    ]
    examples = example_queries(Catalog(tmp_path, products=products), limit=3)
    assert examples == ["hats", "title 1", "title 4"]


def test_examples_without_products_or_with_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "examples.txt").write_bytes(b"\xff\xfe\xff")
    assert example_queries(Catalog(tmp_path)) == []


@pytest.mark.parametrize(
    ("text_model", "model", "names"),
    [
        ("", "hf-hub:Marqo/marqo-fashionSigLIP", ["Marqo/marqo-fashionSigLIP"]),
        ("st:all-MiniLM-L6-v2", "ViT-B-32/laion2b", ["all-MiniLM-L6-v2", "ViT-B-32/laion2b"]),
        ("st:/models/mine", "local-dir:models/small", ["mine", "small"]),
        ("local-dir:/a/small", "local-dir:/a/small", ["small"]),
    ],
)
def test_models_are_named_once_and_shortly(text_model: str, model: str, names: list[str]) -> None:
    manifest = SimpleNamespace(text_model=text_model, model=model)
    engine: Any = SimpleNamespace(manifest=manifest)
    assert describe_models(engine) == names


def test_an_engine_made_in_memory_names_no_model() -> None:
    engine: Any = SimpleNamespace(manifest=None)
    assert describe_models(engine) == []
