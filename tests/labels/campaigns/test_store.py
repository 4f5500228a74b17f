"""Making campaigns, what is locked, growing, asking again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from mmdemo.errors import CampaignLockedError, LabelError, NoCampaignError
from mmdemo.labels.campaigns import (
    Decision,
    Definition,
    Example,
    Gold,
    PoolQuery,
    State,
    adjudicate,
    parse_definition,
)
from mmdemo.labels.campaigns.presets import BINARY, DESIRABILITY, REASONS, relevance
from mmdemo.labels.campaigns.tables import pool

Queries = Callable[..., list[PoolQuery]]
Room = Any  # of conftest.py


def found_by(room: Room) -> dict[tuple[str, str], dict[str, int]]:
    with room.store.database.reading() as connection:
        rows = connection.execute(select(pool).where(pool.c.campaign == room.name))
        return {(row.query_id, row.product_id): row.found_by for row in rows}


class TestPool:
    def test_is_the_union_of_each_rankers_first_products(self, room: Room) -> None:
        query = PoolQuery("q1", "red", {"text": list("abcd"), "fused": list("cxay")})
        room.make([query], depth=3)
        assert found_by(room) == {
            ("q1", "a"): {"text": 1, "fused": 3},
            ("q1", "b"): {"text": 2},
            ("q1", "c"): {"text": 3, "fused": 1},
            ("q1", "x"): {"fused": 2},
        }

    def test_ids_do_not_tell_the_rank(self, lite: Room, queries: Queries) -> None:
        products = "".join(chr(97 + n) for n in range(20))
        lite.make(queries(products), depth=20)
        with lite.store.database.reading() as connection:
            by_id = list(connection.scalars(select(pool.c.product_id).order_by(pool.c.id)))
        assert by_id not in (list(products), list(products)[::-1])
        assert sorted(by_id) == list(products)

    def test_gold_that_no_ranker_found_is_added(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), gold=[Gold("q1", "b", 3), Gold("q1", "z", 0)])
        assert found_by(lite)[("q1", "z")] == {}
        assert lite.campaigns.overview(lite.name).total.needed == 2  # a, by two judges

    def test_a_ranker_without_an_answer_is_left_out(self, lite: Room) -> None:
        lite.make([PoolQuery("q1", "red", {"text": ["a"]})])
        assert lite.campaigns.overview(lite.name).pool.found_by == {"text": 1}


class TestCreate:
    def test_is_kept_as_it_was_made(self, room: Room, queries: Queries) -> None:
        made = room.make(queries("a"), is_open=False, depth=5)
        assert (made.state, made.seed, made.locked_at, made.created_by) == (
            State.DRAFT,
            7,
            None,
            "lea",
        )
        assert made.definition.depth == 5
        assert room.campaigns.get("autumn") == made
        assert room.campaigns.all() == [made]

    def test_a_name_is_taken_once(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"))
        with pytest.raises(LabelError, match="there is a campaign of this name"):
            room.make(queries("b"))
        assert set(found_by(room)) == {("q1", "a")}

    @pytest.mark.parametrize("name", ["", "a/b", "../x", "options", "preview", "x" * 101, ".a"])
    def test_a_name_is_part_of_an_address(self, lite: Room, queries: Queries, name: str) -> None:
        with pytest.raises(LabelError, match="name is not usable"):
            lite.make(queries("a"), name=name)

    @pytest.mark.parametrize(
        ("made_of", "gold", "message"),
        [
            ([], [], "no queries"),
            ([PoolQuery("q1", "x", {}), PoolQuery("q1", "x", {})], [], "query is there twice"),
            ([PoolQuery("q1", "x", {})], [Gold("q2", "a", 1)], "of no query"),
            ([PoolQuery("q1", "x", {})], [Gold("q1", "a", 7)], "not on the scale: got 7"),
            ([PoolQuery("q1", "x", {})], [Gold("q1", "a", 1)] * 2, "gold pair is there twice"),
        ],
    )
    def test_what_does_not_fit_together_is_refused(
        self, lite: Room, made_of: list[PoolQuery], gold: list[Gold], message: str
    ) -> None:
        with pytest.raises(LabelError, match=message):
            lite.make(made_of, gold=gold)
        assert lite.campaigns.all() == []

    def test_there_is_none_of_another_name(self, lite: Room) -> None:
        for ask in (lite.campaigns.get, lite.campaigns.overview, lite.campaigns.guidelines):
            with pytest.raises(NoCampaignError, match="no such campaign: got winter"):
                ask("winter")


class TestDefinition:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"judges_per_pair": 0}, "judges_per_pair: "),
            ({"random_share": 0}, "random_share: "),
            ({"rankers": []}, "rankers: "),
            ({"rankers": ["a", "a"]}, "ranker 'a' is there twice"),
            ({"questions": []}, "questions: "),
            ({"depth": 1.5}, "depth: "),
            ({"strategy": "by_luck"}, "strategy: "),
            ({"colour": 1}, "colour: "),
            ({"reasons": [{"name": "x", "label": "X", "key": "g"}]}, "key 'g' is the page's own"),
            ({"reasons": [{"name": "x", "label": "X", "key": "2"}]}, "key '2' is the page's own"),
            ({"reasons": [{"name": "x", "label": "X", "key": "E"}]}, "key 'e' is there twice"),
        ],
    )
    def test_says_what_cannot_be_used(self, changes: dict[str, Any], message: str) -> None:
        values = {"questions": [relevance().model_dump()], "rankers": ["text"]}
        with pytest.raises(LabelError, match=message):
            parse_definition(values | changes)

    def test_a_scale_has_each_grade_once(self) -> None:
        steps = [{"grade": 1, "name": "a"}, {"grade": 1, "name": "b"}]
        with pytest.raises(LabelError, match="grade '1' is there twice"):
            parse_definition({"questions": [{"name": "x", "scale": steps}], "rankers": ["text"]})

    def test_the_presets_fit_together(self) -> None:
        made = Definition(
            questions=(relevance("esci"), DESIRABILITY), reasons=REASONS, rankers=("text",)
        )
        assert made.grades("relevance") == (3, 2, 1, 0)
        assert [step.grade for step in BINARY] == [1, 0]


class TestLock:
    def test_judging_begins_with_the_first_pair_that_is_handed_out(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("ab"))
        assert room.campaigns.get("autumn").locked_at is None
        room.held("ann")
        assert room.campaigns.get("autumn").locked_at == room.clock.moment

    @pytest.mark.parametrize(
        "changes",
        [
            {"questions": [relevance("binary").model_dump()]},
            {"judges_per_pair": 3},
            {"depth": 20},
            {"rankers": ["text"]},
        ],
    )
    def test_scale_and_pool_rule_stay_then(
        self, lite: Room, queries: Queries, changes: dict[str, Any]
    ) -> None:
        lite.make(queries("ab"))
        lite.held("ann")
        before = lite.campaigns.get("autumn")
        with pytest.raises(CampaignLockedError, match="judging has begun"):
            lite.campaigns.change("autumn", changes)
        assert lite.campaigns.get("autumn") == before

    def test_before_that_they_may_change(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"))
        binary = relevance("binary").model_dump()
        lite.campaigns.change("autumn", {"questions": [binary], "judges_per_pair": 3})
        assert lite.campaigns.overview("autumn").total.needed == 6
        lite.answer("ann", lite.held("ann")["a"], 1)
        with pytest.raises(LabelError, match="not on the scale"):
            lite.answer("bob", lite.held("bob")["a"], 3)

    def test_a_scale_cannot_leave_out_a_gold_grade(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), gold=[Gold("q1", "a", 3)])
        with pytest.raises(LabelError, match="gold pair 'a' is not on the scale: got 3"):
            lite.campaigns.change("autumn", {"questions": [relevance("binary").model_dump()]})

    def test_order_and_shares_may_always_change(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("abcdefg", "tuvwxyz"), judges_per_pair=1)
        lite.work("ann", 1, most=1)
        changed = lite.campaigns.change("autumn", {"strategy": "by_depth", "repeat_share": 0.2})
        assert changed.definition.repeat_share == 0.2
        asked = lite.work("ann")  # first the rest of five of q1, then five of q2
        assert set(asked[4:9]) == set("tuvwx")


class TestGuidelines:
    def test_every_version_is_kept(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"))
        assert (room.campaigns.guidelines("autumn").version, room.campaigns.get("autumn")) == (
            1,
            room.campaigns.get("autumn"),
        )
        examples = [Example("red shoe", "p1", 3, "it is red")]
        room.campaigns.write_guidelines("autumn", "# Two", by="lea", examples=examples)
        three = room.campaigns.write_guidelines("autumn", "# Three", by="lea")
        assert (three.version, three.markdown, three.examples) == (3, "# Three", tuple(examples))
        assert room.campaigns.guidelines("autumn") == three
        assert room.campaigns.get("autumn").guidelines == 3


class TestGrow:
    def test_deeper_and_with_another_ranker_nothing_is_asked_twice(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("abcd"), depth=2, judges_per_pair=1)
        assert sorted(room.work("ann")) == ["a", "b"]
        more = PoolQuery("q1", "query 1", {"text": list("abcd"), "photo": list("bxa")})
        assert room.campaigns.grow("autumn", [more], rankers=["photo"], depth=3) == 2
        assert found_by(room) == {
            ("q1", "a"): {"text": 1, "photo": 3},
            ("q1", "b"): {"text": 2, "photo": 1},
            ("q1", "c"): {"text": 3},
            ("q1", "x"): {"photo": 2},
        }
        assert sorted(room.work("bob")) == ["c", "x"]
        times = Counter(product for _, product, _ in room.kinds())
        assert times == dict.fromkeys("abcx", 1)
        grown = room.campaigns.get("autumn").definition
        assert (grown.rankers, grown.depth) == (("text", "fused", "photo"), 3)

    def test_the_same_again_adds_nothing(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab", "cd"))
        assert lite.campaigns.grow("autumn", queries("ab", "cd")) == 0

    def test_a_new_query_comes_last(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), judges_per_pair=1)
        assert lite.campaigns.grow("autumn", queries("ab", "cd")) == 2
        asked = lite.work("ann")
        assert (set(asked[:2]), set(asked[2:])) == (set("ab"), set("cd"))

    def test_a_pool_cannot_shrink(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("abc"), depth=3)
        with pytest.raises(LabelError, match="cannot shrink: got depth 2, expected 3"):
            lite.campaigns.grow("autumn", queries("abc"), depth=2)


class TestRequeue:
    def test_a_pair_a_query_and_a_judges_work(self, room: Room, queries: Queries) -> None:
        room.make(queries("ab", "cd"), judges_per_pair=1)
        room.work("ann", 2, most=3)
        room.judging.release("autumn", "ann")
        room.work("bob")
        (of_bob,) = {product for judge, product, _ in room.kinds() if judge == "bob"}
        pairs = {pair.product_id: pair.pair for pair in room.campaigns.pairs("autumn", "q1")}
        assert room.campaigns.requeue("autumn", pair=pairs["a"]) == 1
        assert room.work("cyd") == ["a"]
        assert room.campaigns.requeue("autumn", query_id="q2") == 2
        assert sorted(room.work("dan")) == ["c", "d"]
        assert room.campaigns.requeue("autumn", judge="bob") == 1
        assert room.work("bob") == []  # nobody is asked twice
        assert room.work("eve") == [of_bob]
        assert len(room.kinds()) == 4 + 1 + 2 + 1  # nothing was deleted
        assert {kind for *_, kind in room.kinds()} == {"regular"}

    def test_one_of_the_three_has_to_be_named(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("a"))
        for wrong in ({}, {"pair": 1, "judge": "ann"}):
            with pytest.raises(LabelError, match="not clear"):
                lite.campaigns.requeue("autumn", **wrong)


class TestDecisiveOrder:
    def test_new_grades_change_the_order(self, lite: Room) -> None:
        apart = PoolQuery("q1", "one", {"text": ["a"], "fused": ["b"]})
        near = PoolQuery("q2", "two", {"text": list("xyz"), "fused": list("yxz")})
        lite.make([apart, near], judges_per_pair=2, strategy="most_decisive", depth=3)
        assert lite.campaigns.rank_again("autumn") == 0  # nothing is new
        lite.work("ann")
        # With a grade each, one more moves the mean of a pair half as far as before.
        assert lite.campaigns.rank_again("autumn") > 0
        assert lite.campaigns.rank_again("autumn") == 0

    def test_other_strategies_look_at_no_grade(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"))
        lite.work("ann")
        assert lite.campaigns.rank_again("autumn") == 0


class TestOverview:
    def test_by_query_and_judge(self, room: Room, queries: Queries) -> None:
        room.make(queries("ab", "cde"), judges_per_pair=2)
        room.work("ann")
        room.clock.forward(24 * 60)
        room.work("bob", 2, most=2)
        found = room.campaigns.overview("autumn")
        assert (found.total.queries, found.total.pairs) == (2, 5)
        assert (found.total.done, found.total.needed) == (7, 10)
        assert found.total.judges == ("ann", "bob")
        assert found.total.per_hour == 2
        assert found.total.hours_left is None  # of two grades
        assert replace(found.total, per_hour=30, needed=97).hours_left == pytest.approx(3)
        assert [
            (q.query_id, q.text, q.topic_id, q.pairs, q.done, q.needed) for q in found.queries
        ] == [
            ("q1", "query 1", "t1", 2, 4, 4),
            ("q2", "query 2", "t2", 3, 3, 6),
        ]
        assert [(j.judge, j.done, j.today) for j in found.judges] == [("ann", 5, 0), ("bob", 2, 2)]
        assert found.judges[1].last == room.clock.moment

    def test_who_found_what(self, lite: Room) -> None:
        lite.make([PoolQuery("q1", "red", {"text": list("abc"), "fused": list("cd")})])
        size = lite.campaigns.overview("autumn").pool
        assert size.found_by == {"text": 3, "fused": 2}
        assert size.only_by == {"text": 2, "fused": 1}

    def test_fewer_judges_than_needed_is_warned_of(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), judges_per_pair=3)
        (warning,) = lite.campaigns.overview("autumn", judges=["ann", "bob"]).warnings
        assert warning.startswith("Each pair needs 3 judges, but only 2 judges are there")
        assert lite.campaigns.overview("autumn", judges=["ann", "bob", "cyd"]).warnings == []
        lite.work("dan")  # works without being named
        (warning,) = lite.campaigns.overview("autumn", judges=["ann"]).warnings
        assert "only 2 judges" in warning

    def test_pairs_that_nobody_is_left_for_are_warned_of(
        self, lite: Room, queries: Queries
    ) -> None:
        from mmdemo.labels.answers import Said

        lite.make(queries("ab"), judges_per_pair=2)
        lite.answer("ann", lite.held("ann")["a"], said=Said.SKIPPED)
        assert lite.campaigns.overview("autumn", judges=["ann", "bob", "cyd"]).warnings == []
        (warning,) = lite.campaigns.overview("autumn", judges=["ann", "bob"]).warnings
        assert warning.startswith("1 pair has too few judges left")

    def test_who_decides_a_disagreement_is_no_judge_less(
        self, lite: Room, queries: Queries
    ) -> None:
        lite.make(queries("a"), judges_per_pair=2)
        lite.work("ann")
        lite.work("bob")
        with lite.store.database.reading() as connection:
            (pair,) = connection.scalars(select(pool.c.id))
        decision = Decision("d", pair, {"relevance": 1}, lite.clock.moment)
        adjudicate(lite.store.database, "autumn", "olga", decision)
        found = lite.campaigns.overview("autumn", judges=["ann", "bob"])
        assert found.warnings == []  # all grades are there
        assert [judge.judge for judge in found.judges] == ["ann", "bob"]

    def test_a_share_of_gold_without_gold_is_warned_of(self, lite: Room, queries: Queries) -> None:
        lite.make(
            queries("a"), gold_share=0.1, judges_per_pair=1, gold=[Gold("q1", "x", 1, "", True)]
        )
        (warning,) = lite.campaigns.overview("autumn", judges=["ann"]).warnings
        assert warning.startswith("No gold pair is there to be mixed in")
