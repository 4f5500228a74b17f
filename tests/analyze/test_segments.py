from collections.abc import Callable

import pytest

from mmdemo.analyze import Options, Study, analyze
from mmdemo.analyze.segments import facets
from mmdemo.records import Price, Product

MakeStudy = Callable[..., Study]

PRODUCTS = [
    Product("a", "Red Cup", category="cups", price=Price(10, "EUR"), images=("k",)),
    Product("b", "Blue cup of fine porcelain", category="cups", price=Price(20, "EUR")),
    Product("c", "Lamp", category="lamps", price=Price(30, "EUR"), images=("k",)),
    Product("d", "Lamp with a very long name", category="lamps", price=Price(900, "USD")),
]


def study(make: MakeStudy, **options: object) -> Study:
    return make(
        {"text": {"q1": "a", "q2": "b", "q3": "c"}, "fused": {"q1": "a", "q2": "b", "q3": "c"}},
        {"q1": {"a": 3, "c": 1}, "q2": {"b": 2, "a": 1}, "q3": {"c": 3, "d": 3, "gone": 3}},
        texts={"q1": "red cup", "q2": "cup with blue dots", "q3": "reading light"},
        products=PRODUCTS,
        **options,
    )


def test_facets_come_from_the_best_products_of_each_query(make_study: MakeStudy) -> None:
    found = facets(study(make_study, facets={"family": {"q1": "seen", "q2": "written"}}))
    assert found["family"] == {"q1": "seen", "q2": "written"}
    assert found["query length"] == {"q1": "2 words", "q2": "4 to 5 words", "q3": "2 words"}
    assert found["category"] == {"q1": "cups", "q2": "cups", "q3": "lamps"}
    assert found["photo"] == {
        "q1": "all with photo",
        "q2": "some answers without photo",
        "q3": "some answers without photo",
    }
    # q3: one title of 1 word and one of 6: the middle is 3.5.
    assert found["title"] == {
        "q1": "sparse, under 4 words",
        "q2": "told in words",
        "q3": "sparse, under 4 words",
    }
    # q2: "cup" and "blue" of four words.
    assert found["query words"] == {
        "q1": "in the answers' titles",
        "q2": "partly in the titles",
        "q3": "hardly in the titles",
    }
    # EUR 10, 20, 30 in thirds; the price in dollars is in no band.
    assert found["price"] == {
        "q1": "low, to 17 EUR",
        "q2": "middle",
        "q3": "high, above 23 EUR",
    }


def test_columns_that_group_nothing_are_left_out(make_study: MakeStudy) -> None:
    many = {f"q{i}": f"note {i}" for i in range(1, 40)}
    found = facets(study(make_study, facets={"same": {"q1": "x", "q2": "x"}, "notes": many}))
    assert not {"same", "notes"} & found.keys()


def test_without_a_catalog_only_queries_tell(make_study: MakeStudy) -> None:
    plain = make_study({"text": {"q1": "a", "q2": "a"}}, {"q1": {"a": 1}, "q2": {"a": 1}})
    assert facets(plain) == {}


def test_segments_compare_and_say_that_they_are_small(
    random_study: Callable[..., Study],
) -> None:
    family = {f"q{i}": "large" if i < 60 else "middle" if i < 75 else "tiny" for i in range(80)}
    found = analyze(
        random_study(80, better={"text": 0.5, "fused": 2.0}, facets={"family": family}), Options()
    )
    large, middle, tiny = (s for s in found.segments if s.facet == "family")
    assert (large.value, large.queries, large.note, large.shown) == ("large", 60, "", True)
    assert (middle.queries, middle.note) == (15, "15 queries: small, read with care")
    assert (tiny.queries, tiny.note) == (5, "only 5 queries: too few to say anything")
    assert not tiny.shown
    gains = [c.gain for c in found.cases if c.facets["family"] == "tiny" and c.gain is not None]
    assert tiny.interval.mean == pytest.approx(sum(gains) / 5)
    assert tiny.means["fused"] - tiny.means["text"] == pytest.approx(tiny.interval.mean)
