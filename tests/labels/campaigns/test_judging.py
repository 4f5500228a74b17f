"""Who is asked what: exactly as many grades as needed, whatever judges do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from mmdemo.errors import NoCampaignError
from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns import Gold, PoolQuery, State, Status

Queries = Callable[..., list[PoolQuery]]
Room = Any  # of conftest.py


def test_each_pair_gets_exactly_as_many_regular_grades_as_asked(
    room: Room, queries: Queries
) -> None:
    room.make(queries("abc", "de"), judges_per_pair=2)
    asked = {judge: room.work(judge) for judge in ("ann", "bob", "cyd")}
    assert sorted(asked["ann"]) == sorted(asked["bob"]) == list("abcde")
    assert asked["cyd"] == []
    assert room.next("cyd").status is Status.DONE
    times = Counter(product for _, product, _ in room.kinds())
    assert times == dict.fromkeys("abcde", 2)
    assert {kind for *_, kind in room.kinds()} == {"regular"}


def test_a_block_is_of_one_query_and_comes_again_until_it_is_answered(
    room: Room, queries: Queries
) -> None:
    room.make(queries("abc", "de"))
    (block,) = room.next("ann", 2).blocks
    assert (block.query_id, block.text, len(block.pairs)) == ("q1", "query 1", 2)
    assert room.next("ann", 2).blocks == (block,)
    room.answer("ann", block.pairs[0].assignment)
    (rest,) = room.next("ann", 2).blocks
    assert rest.pairs == block.pairs[1:]
    room.answer("ann", rest.pairs[0].assignment)
    (third,) = room.next("ann", 2).blocks
    assert (third.query_id, len(third.pairs)) == ("q1", 1)


def test_the_next_block_can_be_had_ahead_but_no_more(lite: Room, queries: Queries) -> None:
    lite.make(queries("abc", "de", "fg"))
    assert [b.query_id for b in lite.next("bob", ahead=True).blocks] == ["q1", "q2"]
    assert [b.query_id for b in lite.next("ann").blocks] == ["q1"]
    assert [b.query_id for b in lite.next("ann", ahead=True).blocks] == ["q1", "q2"]
    assert [b.query_id for b in lite.next("ann", ahead=True).blocks] == ["q1", "q2"]


def test_a_place_that_is_held_is_not_given_to_others(room: Room, queries: Queries) -> None:
    room.make(queries("ab"), judges_per_pair=1)
    assert set(room.held("ann")) == {"a", "b"}
    found = room.next("bob")
    assert (found.status, found.blocks) == (Status.WAIT, ())
    assert 1 <= found.retry_after <= 60


class TestStates:
    def test_a_draft_is_as_if_not_there(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("a"), is_open=False)
        with pytest.raises(NoCampaignError):
            lite.next("ann")

    def test_a_closed_one_hands_out_nothing_but_keeps_late_answers(
        self, lite: Room, queries: Queries
    ) -> None:
        lite.make(queries("ab"))
        held = lite.held("ann")
        lite.campaigns.set_state(lite.name, State.CLOSED)
        assert lite.next("bob").status is Status.DONE
        assert lite.answer("ann", held["a"]).kind is Kind.REGULAR


class TestOrder:
    def test_each_judge_has_an_order_of_their_own_that_stays(
        self, lite: Room, queries: Queries
    ) -> None:
        products = "abcdefghij"
        lite.make(queries(products), judges_per_pair=5)
        orders = {judge: "".join(lite.held(judge)) for judge in ("ann", "bob", "cyd")}
        assert len(set(orders.values()) | {products}) == 4
        assert {"".join(sorted(order)) for order in orders.values()} == {products}
        lite.make(queries(products), judges_per_pair=5, name="again")  # of the same seed
        lite.name = "again"
        # Pairs have other ids there, so the order is another; of the same campaign it is the same.
        lite.name = "autumn"
        assert "".join(lite.held("ann")) == orders["ann"]

    def test_by_query_ends_a_query_before_it_begins_the_next(
        self, lite: Room, queries: Queries
    ) -> None:
        lite.make(queries("abcd", "efg"), judges_per_pair=1)
        asked = lite.work("ann", 3)
        assert set(asked[:4]) == set("abcd")

    def test_by_depth_begins_with_what_rankers_put_first(
        self, lite: Room, queries: Queries
    ) -> None:
        lite.make(queries("abcdefg", "tuvwxyz"), judges_per_pair=1, strategy="by_depth")
        asked = lite.work("ann")
        # Five ranks are a band: all queries' first five come before anybody's sixth.
        assert set(asked[:5]) == set("abcde")
        assert set(asked[5:10]) == set("tuvwx")
        assert set(asked[10:]) == set("fgyz")

    def test_most_decisive_begins_where_rankers_differ_most(self, lite: Room) -> None:
        same = PoolQuery("q1", "same", {"text": list("abc"), "fused": list("abc")})
        other = PoolQuery("q2", "other", {"text": list("xyz"), "fused": list("zyx")})
        lite.make([same, other], judges_per_pair=1, strategy="most_decisive", depth=3)
        asked = lite.work("ann")
        assert set(asked[:2]) == {"x", "z"}  # y is second in both
        assert len(asked) == 6

    def test_a_share_of_blocks_is_drawn_at_random_and_says_so(
        self, lite: Room, queries: Queries
    ) -> None:
        listed = ["".join(chr(97 + i) for i in range(10))] * 30
        lite.make(queries(*listed), judges_per_pair=1, random_share=0.3)
        order = []
        while blocks := lite.next("ann", 5).blocks:
            order.append(blocks[0].query_id)
            for asked in blocks[0].pairs:
                lite.answer("ann", asked.assignment)
        by = Counter(e.judgment.context["chosen_by"] for e in lite.store.events())
        assert set(by) == {"by_query", "random"}
        # 60 blocks or a few more, each drawn with 0.3: beyond 6 standard deviations otherwise.
        assert 0.1 < by["random"] / 300 < 0.5
        assert order != sorted(order, key=lambda name: int(name[1:]))


class TestHidden:
    def test_the_training_round_comes_first_and_tells_the_right_grade(
        self, room: Room, queries: Queries
    ) -> None:
        gold = [Gold("q2", "d", 2, "is a substitute", True), Gold("q2", "e", 0, "", True)]
        room.make(queries("ab", "de"), gold=gold)
        found = room.next("ann")
        assert (found.status, found.progress.training) == (Status.TRAINING, 2)
        held = {asked.product_id: asked.assignment for asked in found.blocks[0].pairs}
        assert set(held) == {"d", "e"}
        right = room.answer("ann", held["d"], 2)
        assert (right.kind, right.right, right.gold, right.why) == (
            Kind.TRAINING,
            True,
            2,
            "is a substitute",
        )
        wrong = room.answer("ann", held["e"], None)
        assert (wrong.right, wrong.gold) == (False, 0)
        assert set(room.held("ann")) == {"a", "b"}
        counted = room.judging.progress(room.name, "ann")
        assert (counted.trained, counted.done, counted.left) == (2, 0, 2)

    def test_gold_is_mixed_in_once_for_every_judge(self, room: Room, queries: Queries) -> None:
        gold = [Gold("q1", "j", 3), Gold("q2", "x", 1)]  # x is in no ranking
        room.make(queries("abcdefghij", "klmnopqrst"), gold=gold, gold_share=0.1)
        for judge in ("ann", "bob"):
            asked = room.work(judge, 5)
            assert Counter(asked) == Counter("abcdefghi" + "klmnopqrst" + "jx")
        kinds = {(product, kind) for _, product, kind in room.kinds()}
        assert {product for product, kind in kinds if kind == "gold"} == {"j", "x"}
        total = room.campaigns.overview(room.name).total
        assert (total.done, total.needed) == (38, 38)  # gold is no regular grade

    def test_a_pair_comes_twice_only_as_a_hidden_repeat(self, room: Room, queries: Queries) -> None:
        listed = ["abcdefghij", "klmnopqrst", "uvwxyzABCD", "EFGHIJKLMN"]
        room.make(queries(*listed), judges_per_pair=1, repeat_share=0.1)
        asked = room.work("ann", 5)
        everything = "".join(listed)
        events = list(room.store.events())
        repeats = [e.judgment for e in events if e.judgment.repeat]
        # 40 regular ones are 90 % of what is handed out: 4.4 repeats, rounded down.
        assert len(repeats) == 4
        assert {r.context["kind"] for r in repeats} == {"repeat"}
        assert len({r.product_id for r in repeats}) == 4
        assert Counter(asked) == Counter(everything) + Counter(r.product_id for r in repeats)
        for repeat in repeats:
            places = [n for n, product in enumerate(asked) if product == repeat.product_id]
            assert places[1] - places[0] > 5  # not in the same block, nor the next
        total = room.campaigns.overview(room.name).total
        assert (total.done, total.needed) == (40, 40)

    def test_a_repeat_looks_like_any_other_pair(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("abcde", "fghij", "klmno"), judges_per_pair=1, repeat_share=0.5)
        lite.work("ann", 5)
        repeats = [e for e in lite.store.events() if e.judgment.repeat]
        assert repeats
        history = lite.judging.history(lite.name, "ann", limit=200)
        assert len({entry.assignment for entry in history}) == len(history)
