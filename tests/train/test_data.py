from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from mmdemo.catalog import Catalog
from mmdemo.errors import TrainingError
from mmdemo.records import Product
from mmdemo.train import RecipeConfig, TrainingQueries
from mmdemo.train.data import TrainingData, drop_words, lay_out, lay_out_whole

MakeConfig = Callable[..., RecipeConfig]
MakeQueries = Callable[..., TrainingQueries]


def catalog_of(*products: tuple[str, str]) -> Catalog:
    """Of titles and photos."""
    made = [
        Product(str(i), title=title, images=(photo,) if photo else ())
        for i, (title, photo) in enumerate(products)
    ]
    return Catalog(Path("shop"), products=made)


@pytest.fixture
def pairs_of_twins(make_queries_of: MakeQueries, make_config: MakeConfig) -> list[TrainingData]:
    """Layouts of 60 products by five seeds; 0 and 1, 2 and 3 … share title or photo."""
    catalog = catalog_of(
        *(
            (f"Cup {i // 4 * 4}", f"{i}") if i % 4 < 2 else (f"cup {i}", f"{i // 2}x")
            for i in range(60)
        )
    )
    grades = np.eye(30, dtype=int).repeat(2, axis=1) * 4
    queries = make_queries_of(grades.tolist(), asks=[i // 2 for i in range(60)])
    return [
        lay_out(catalog, queries, make_config(validation_products=6, validation_queries=6, seed=s))
        for s in range(5)
    ]


def test_twins_are_on_one_side(pairs_of_twins: list[TrainingData]) -> None:
    for data in pairs_of_twins:
        held_out = set(data.validation.tolist())
        assert sorted([*data.training, *data.validation]) == list(range(60))
        assert len(held_out) == 6
        assert all((row ^ 1) in held_out for row in held_out), "the other of the pair too"
    assert len({tuple(data.validation) for data in pairs_of_twins}) == 5, "the seed draws"


def test_wordings_of_an_ask_are_on_one_side(pairs_of_twins: list[TrainingData]) -> None:
    for data in pairs_of_twins:
        held_out = set(data.held_out.tolist())
        assert sorted([*data.asked, *data.held_out]) == list(range(60))
        assert len(held_out) == 6
        assert all((text ^ 1) in held_out for text in held_out)


def test_chains_of_twins_stay_together(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    # 0 and 1 share a title, 1 and 2 a photo, 2 and 3 a title in other case and spacing.
    chain = [("a", "1"), ("a", "2"), ("red  Lamp", "2"), ("Red lamp", "3")]
    rest = [(f"t{i}", f"p{i}") for i in range(56)]
    queries = make_queries_of([[4] * 60] * 40)
    sides = set()
    for seed in range(40):
        config = make_config(validation_products=6, validation_queries=4, seed=seed)
        data = lay_out(catalog_of(*chain, *rest), queries, config)
        sides.add(tuple(np.isin(range(4), data.validation).tolist()))
    assert sides == {(True,) * 4, (False,) * 4}


def test_missing_texts_and_photos_make_no_twins(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    catalog = catalog_of(*[("", f"p{i}") for i in range(20)], *[(f"t{i}", "") for i in range(20)])
    queries = make_queries_of([[4] * 40] * 40)
    data = lay_out(catalog, queries, make_config(validation_products=4))
    assert len(data.validation) == 4
    assert data.photo_of.tolist() == [*range(20), *[-1] * 20]
    assert data.texts[18:22] == ("", "", "t0", "t1")
    assert len(data.sampler(pictured=True).rows) == sum(data.training < 20)


def test_a_crowd_of_twins_does_not_keep_the_others_in(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    catalog = catalog_of(*[("same", "")] * 30, *[(f"t{i}", "") for i in range(30)])
    queries = make_queries_of([[4] * 60] * 40)
    for seed in range(10):
        data = lay_out(catalog, queries, make_config(validation_products=6, seed=seed))
        assert len(data.validation) == 6
        assert data.validation.min() >= 30


def test_at_most_a_tenth_is_held_out(make_queries_of: MakeQueries, make_config: MakeConfig) -> None:
    catalog = catalog_of(*((f"t{i}", "") for i in range(25)))
    queries = make_queries_of([[4] * 25] * 34)
    data = lay_out(catalog, queries, make_config(validation_products=20, validation_queries=20))
    assert (len(data.validation), len(data.held_out)) == (2, 3)
    few = lay_out(
        catalog_of(("a", ""), ("b", "")), make_queries_of([[4, 0], [0, 4]]), make_config()
    )
    assert (len(few.validation), len(few.held_out)) == (0, 0)
    assert (few.training.tolist(), few.asked.tolist()) == ([0, 1], [0, 1])


def test_few_queries_are_held_out_so_that_they_measure(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    # Each query has one right product; two queries and one product are held out.
    catalog = catalog_of(*((f"t{i}", "") for i in range(20)))
    queries = make_queries_of((np.eye(20, dtype=int) * 4).tolist())
    for seed in range(5):
        data = lay_out(catalog, queries, make_config(seed=seed))
        assert set(data.validation.tolist()) & set(data.held_out.tolist())
        assert len(data.sampler(held_out=True)) > 0


def test_nothing_to_validate_with_is_told(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    catalog = catalog_of(*((f"t{i}", "") for i in range(20)))
    config = make_config(validation_products=2)
    held_out = lay_out(catalog, make_queries_of([[4] * 20] * 20), config).validation
    grades = np.full((20, 20), 4)
    grades[:, held_out] = 1  # judged, and wrong
    queries = make_queries_of(grades.tolist(), closed=[False] * 20)
    with pytest.raises(
        TrainingError,
        match=r"nothing to validate with: .*: got 20 queries, 2 products held out.*"
        r"--set validation_products=0",
    ):
        lay_out(catalog, queries, config)
    data = lay_out(catalog, queries, replace(config, validation_products=0))
    assert (len(data.training), len(data.validation)) == (20, 0)


def test_too_little_is_told(make_queries_of: MakeQueries, make_config: MakeConfig) -> None:
    with pytest.raises(TrainingError, match=r"shop has too little .*got 1 products, 2 queries"):
        lay_out(catalog_of(("a", "")), make_queries_of([[4], [4]]), make_config())
    with pytest.raises(TrainingError, match=r"got 2 products, 1 queries, expected at least 2"):
        lay_out(catalog_of(("a", ""), ("b", "")), make_queries_of([[4, 0]]), make_config())
    data = lay_out(
        catalog_of(("a", ""), ("b", "")), make_queries_of([[4, 0], [1, 0]]), make_config()
    )
    assert data.sampler().texts.tolist() == [0]
    with pytest.raises(TrainingError, match=r"no query has a right product .*0 products with a"):
        data.sampler(pictured=True)


def test_text_fields_that_tell_nothing_are_refused(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    products = [
        Product(str(i), title=f"t{i}", attributes={"Color": "red"} if i else {}) for i in range(3)
    ]
    catalog = Catalog(Path("shop"), products=products)
    queries = make_queries_of([[4, 0, 0], [0, 4, 0]])

    def texts(*fields: str) -> list[tuple[str, ...]]:
        config = make_config(text_fields=fields)
        whole = lay_out_whole(catalog, queries, config, held_out=np.array([0]))
        return [lay_out(catalog, queries, config).texts, whole.texts]

    assert texts("title", "Color") == [("t0", "t1\nred", "t2\nred")] * 2
    for make in (lay_out, partial(lay_out_whole, held_out=np.array([0]))):
        with pytest.raises(
            TrainingError,
            match=r"no product of shop has such a field or .*: got .titel., expected .*Color",
        ):
            make(catalog, queries, make_config(text_fields=["title", "titel"]))
        for fields, told in ((["description"], "description"), ([], r"\(none\)")):
            with pytest.raises(
                TrainingError,
                match=rf"no product of shop has a text: got text fields {told}; .* --text-fields",
            ):
                make(catalog, queries, make_config(text_fields=fields))


def test_the_fingerprint_follows_all_that_is_trained_on(
    make_queries_of: MakeQueries, make_config: MakeConfig
) -> None:
    catalog = catalog_of(*((f"t{i}", f"p{i}") for i in range(20)))
    grades = [[4] * 10 + [0] * 10, [0] * 10 + [4] * 10]
    config = make_config(validation_products=2)

    def name(catalog: Catalog = catalog, seed: int = 0, **choices: object) -> str:
        usual: dict[str, object] = {"grades": grades}
        queries = make_queries_of(**(usual | choices))
        return lay_out(catalog, queries, replace(config, seed=seed)).fingerprint

    titles = catalog_of(("other", "p0"), *((f"t{i}", f"p{i}") for i in range(1, 20)))
    names = [
        name(),
        name(seed=1),
        name(titles),
        name(catalog_of(*((f"t{i}", f"p{i // 2}") for i in range(20)))),
        name(grades=[[4] * 10 + [0] * 10, [0] * 10 + [3] * 10]),
        name(grades=[[4] * 9 + [0] * 11, [0] * 9 + [4] * 11]),
        name(closed=[True, False]),
        name(asks=[1, 0]),
        name(texts=["red", "blue"]),
    ]
    assert len(set(names)) == len(names)
    assert name() == names[0]


def test_lossy_texts_miss_what_attributes_say() -> None:
    product = Product(
        "p", title="Red Puma running shoe, red sole", attributes={"Color": "red", "Brand": "Puma"}
    )
    rng = np.random.default_rng(0)
    said = [drop_words(product, product.title, rng) for _ in range(2000)]
    shares = {text: said.count(text) / 2000 for text in set(said)}
    assert shares.keys() == {
        "Red Puma running shoe, red sole",
        "Puma running shoe, sole",
        "Red running shoe, red sole",
        "running shoe, sole",
    }
    for share in shares.values():
        assert abs(share - 0.25) < 0.04


def test_words_within_words_stay() -> None:
    product = Product("p", title="Redder tee", attributes={"Color": "red", "Material": ""})
    rng = np.random.default_rng(0)
    said = [drop_words(product, product.title, rng).split() for _ in range(900)]
    assert {word for words in said for word in words} == {"Redder", "tee"}
    lost = sum(2 - len(words) for words in said) / 1800
    assert abs(lost - 1 / 3) < 0.05, "no attribute in the text: every third word"
