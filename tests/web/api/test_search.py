"""What a search answers: columns, how they differ, places, and what is refused.

In the engine of these tests text ranks p00 first and p39 last, image the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mmdemo.records import Hit, Query
from mmdemo.web.api.search import hit_json

Ask = Callable[..., Any]


def column(answer: Any, ranker: str) -> Any:
    (found,) = [column for column in answer["columns"] if column["ranker"] == ranker]
    return found


def ids(answer: Any, ranker: str) -> list[str]:
    return [hit["id"] for hit in column(answer, ranker)["hits"]]


def test_columns_come_as_asked(ask: Ask) -> None:
    answer = ask("search", text=" red  Shirt ", rankers=["image", "fused", "image"], top_k=3)
    assert answer["query"] == {
        "id": Query("red shirt").query_id,
        "text": "red  Shirt",
        "photo": "",
    }
    assert (answer["text_weight"], answer["top_k"], answer["matches"]) == (0.75, 3, 40)
    assert [column["ranker"] for column in answer["columns"]] == ["image", "fused"]
    assert ids(answer, "image") == ["p39", "p38", "p37"]
    assert ids(answer, "fused") == ["p00", "p01", "p02"]
    assert column(answer, "fused")["hits"][2] == {
        "id": "p02",
        "rank": 3,
        "score": pytest.approx(0.725),  # 0.75 · 38/40 + 0.25 · 2/40
        "text_part": pytest.approx(0.7125),
        "image_part": pytest.approx(0.0125),
    }


def test_the_weight_that_is_asked_for_counts(ask: Ask) -> None:
    answer = ask("search", text="shirt", text_weight=0.25, top_k=2)
    assert answer["text_weight"] == 0.25
    assert ids(answer, "fused") == ["p39", "p38"]


def test_how_columns_differ(ask: Ask) -> None:
    # Fused at 0.25 is the image's order, and so all that text has is lost.
    answer = ask("search", text="shirt", text_weight=0.25, top_k=2)
    differences = {
        c["ranker"]: (c["overlap"], c["exclusive"], c["rescued"], c["buried"])
        for c in answer["columns"]
    }
    assert differences == {
        "text": (2, ["p00", "p01"], [], []),
        "image": (0, [], ["p39", "p38"], ["p00", "p01"]),
        "fused": (0, [], ["p39", "p38"], ["p00", "p01"]),
    }


def test_one_column_alone_is_held_against_text_but_not_exclusive(ask: Ask) -> None:
    answer = ask("search", text="shirt", rankers=["fused"], top_k=2)
    assert [column["ranker"] for column in answer["columns"]] == ["fused"]
    assert (column(answer, "fused")["overlap"], column(answer, "fused")["exclusive"]) == (2, [])


def test_every_product_named_is_described_and_placed(ask: Ask) -> None:
    answer = ask("search", text="shirt", rankers=["image"], top_k=2)
    # Those of the text list are told too, though text is no column: the image list lost them.
    assert column(answer, "image")["buried"] == ["p00", "p01"]
    assert set(answer["products"]) == set(answer["places"]) == {"p39", "p38", "p00", "p01"}
    assert answer["places"]["p38"] == {"image": 2, "text": 39}
    assert answer["places"]["p01"] == {"image": 39, "text": 2}
    product = answer["products"]["p00"]
    assert len(product.pop("photos")) == 1
    assert product == {
        "id": "p00",
        "title": "Product 0",
        "brand": "A & <B>",
        "category": "Shirts",
        "price": "₹649",
        "amount": 649,
        "currency": "INR",
        "text": True,
    }


def test_a_part_of_a_half_that_is_not_there_is_estimated(ask: Ask) -> None:
    answer = ask("search", text="shirt", top_k=20)
    estimated = {
        column["ranker"]: {h["id"]: h["estimated"] for h in column["hits"] if "estimated" in h}
        for column in answer["columns"]
    }
    assert estimated == {"text": {}, "image": {}, "fused": {"p08": "image"}}  # p08 has no photo
    (fused,) = ask("search", text="shirt", rankers=["fused"], text_weight=1.0)["columns"]
    assert (fused["hits"][8]["id"], fused["hits"][8]["image_part"]) == ("p08", 0)
    assert "estimated" not in fused["hits"][8]


def test_a_merge_of_ranks_estimates_nothing(engine: Any) -> None:
    hit = Hit("p08", 1, 0.5, 0.3, 0.2)
    assert hit_json(engine, hit, "fused@may")["estimated"] == "image"
    for ranker in ("fused-rrf", "fused-rrf@may"):
        assert "estimated" not in hit_json(engine, hit, ranker)


def test_a_ranker_without_an_answer_is_missing(ask: Ask, photo_key: str) -> None:
    answer = ask("search", photo=photo_key, top_k=2)
    assert answer["query"]["photo"] == photo_key
    text, image = column(answer, "text"), column(answer, "image")
    assert (text["missing"], text["hits"]) == ("The query has no words.", [])
    assert (image["missing"], image["overlap"], image["rescued"]) == ("", None, [])
    assert answer["places"]["p39"]["text"] is None


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({}, "query", "nothing to search for; type a few words or add a photo"),
        ({"text": " \t\n\0"}, "query", "nothing to search for"),
        ({"text": "x" * 513}, "query", "the query is too long: got 513 characters, expected"),
        ({"photo": "0" * 64}, "query", "this query photo is not kept here; choose it again"),
        ({"photo": "../../etc/passwd"}, "query", "this query photo is not kept here"),
        ({"text": "a", "rankers": []}, "invalid", "rankers: "),
        ({"text": "a", "rankers": ["text"] * 9}, "invalid", "rankers: "),
        ({"text": "a", "text_weight": 1.01}, "invalid", "text_weight: "),
        ({"text": "a", "top_k": 0}, "invalid", "top_k: "),
        ({"text": "a", "top_k": 101}, "invalid", "top_k: "),
        ({"text": "a", "top_k": "20"}, "invalid", "top_k: "),
        ({"text": "a", "weight": 1}, "invalid", "weight: Extra inputs are not permitted"),
        ({"text": "a", "filters": {"price": {"min": -1}}}, "invalid", "filters.price.min: "),
    ],
)
def test_what_cannot_be_searched(
    refused: Callable[..., str], body: dict[str, Any], code: str, message: str
) -> None:
    assert refused(422, code, "search", **body).startswith(message)


def test_a_query_of_the_longest_kind(ask: Ask) -> None:
    assert ask("search", text=" " + "x" * 512 + " ")["query"]["text"] == "x" * 512


def test_a_ranker_of_an_old_link_is_missing_and_the_others_are_not(ask: Ask) -> None:
    answer = ask("search", text="shirt", rankers=["run:gone", "text@may", "image"], top_k=2)
    assert [(c["ranker"], c["missing"], len(c["hits"])) for c in answer["columns"]] == [
        ("run:gone", "there is no ranker 'run:gone' here", 0),
        ("text@may", "there is no ranker 'text@may' here", 0),
        ("image", "", 2),
    ]
    assert answer["places"]["p39"] == {"run:gone": None, "text@may": None, "image": 1, "text": 40}
    places = ask("product", id="p01", text="shirt", rankers=["run:gone"])["places"]
    assert places[-1] == {
        "ranker": "run:gone",
        "missing": "there is no ranker 'run:gone' here",
        "rank": None,
    }


def test_a_query_that_is_not_read_to_its_end_says_so(ask: Ask) -> None:
    assert ask("search", text="x" * 300)["notes"] == []
    text = "a" * 277 + " this is the last read, and this is not"
    (note,) = ask("search", text=text)["notes"]
    read = "aaaaaaa this is the last read,"
    assert note == f"The model reads this query up to “{read}”; the rest does not count."
