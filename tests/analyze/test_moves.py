import math

import pytest

from mmdemo.analyze import moves
from mmdemo.evaluate import measure_queries, parse_measures
from mmdemo.records import Hit, Ranking


def ranking(name: str, *hits: tuple[str, float | None, float | None]) -> Ranking:
    return Ranking(
        name,
        "0" * 16,
        tuple(
            Hit(p, rank, -float(rank), text, image)
            for rank, (p, text, image) in enumerate(hits, start=1)
        ),
    )


GRADES = {"a": 3, "b": 1, "c": 0, "d": 2}
TEXT = ranking("text", ("a", 0.5, None), ("c", 0.4, None), ("b", 0.3, None))
FUSED = ranking("fused", ("d", 0.1, 0.4), ("a", 0.25, 0.2), ("b", 0.2, 0.1), ("c", 0.2, 0.0))


def test_effects_are_the_difference_product_by_product() -> None:
    found = moves(
        {"text": TEXT, "fused": FUSED},
        GRADES,
        fused="fused",
        against="text",
        depth=2,
        title=str.upper,
        reasons={"d": ("right color",)},
    )
    assert [move.product_id for move in found] == ["d", "a", "c"]  # b stays at rank 3
    log3 = math.log2(3)
    ideal = 3 + 2 / log3
    first, second, third = found
    assert first.effect == pytest.approx(2 / ideal)
    assert second.effect == pytest.approx(3 * (1 / log3 - 1) / ideal)
    assert third.effect == 0.0
    values = [
        measure_queries({"q": r}, {"q": GRADES}, parse_measures(["nDCG@2"]))["nDCG@2"]["q"]
        for r in (FUSED, TEXT)
    ]
    assert sum(move.effect for move in found) == pytest.approx(values[0] - values[1])
    assert (first.title, first.grade, first.reasons) == ("D", 2, ("right color",))
    assert first.ranks == {"text": None, "fused": 1}
    assert (first.text_part, first.image_part) == (0.1, 0.4)
    # The photo part is 0.4 against a median of 0.3 of the first two: that lifted it.
    assert first.why == "rose against text: its photo part is 0.100 above that of the first ones"
    assert second.why == "fell against text: its photo part is 0.100 below that of the first ones"


def test_a_product_that_left_the_list_says_so_and_unjudged_ones_have_no_effect() -> None:
    found = moves(
        {"text": TEXT, "fused": ranking("fused", ("x", None, None))},
        GRADES,
        fused="fused",
        against="text",
        depth=3,
        title=str,
        reasons={},
        most=2,
    )
    assert [(m.product_id, m.why) for m in found] == [
        ("a", "not in the fused list"),
        ("b", "not in the fused list"),
    ]
    everything = moves(
        {"text": TEXT, "fused": ranking("fused", ("x", None, None))},
        {},
        fused="fused",
        against="text",
        depth=3,
        title=str,
        reasons={},
    )
    assert {m.product_id for m in everything} == {"a", "b", "c", "x"}
    assert all(m.effect == 0 and m.grade is None for m in everything)
