"""Who is asked what: exactly as many grades as needed, whatever judges do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mmdemo.errors import LabelConflictError, LabelError, NoCampaignError
from mmdemo.labels.answers import Kind, Said
from mmdemo.labels.campaigns import Gold, PoolQuery, State, Status
from mmdemo.labels.campaigns.presets import DESIRABILITY, relevance

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


class TestLeases:
    def test_one_that_ran_out_goes_to_another_judge(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1, lease_minutes=10)
        held = room.held("ann")
        room.clock.forward(9)
        assert room.held("bob") == {}
        room.clock.forward(2)
        assert set(room.held("bob")) == {"a"}
        assert set(held) == {"a"}

    def test_a_late_answer_is_extra_if_the_place_is_taken(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("a"), judges_per_pair=1)
        late = room.held("ann")["a"]
        room.clock.forward(11)
        assert room.answer("bob", room.held("bob")["a"], 1).kind is Kind.REGULAR
        kept = room.answer("ann", late, 2)
        assert (kept.kind, kept.grades) == (Kind.EXTRA, {"relevance": 2})
        assert room.kinds() == [("bob", "a", "regular"), ("ann", "a", "extra")]
        assert room.next("ann").status is Status.DONE

    def test_a_late_answer_is_extra_while_another_holds_the_place(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("a"), judges_per_pair=1)
        late = room.held("ann")["a"]
        room.clock.forward(11)
        held = room.held("bob")["a"]
        assert room.answer("ann", late).kind is Kind.EXTRA
        assert room.answer("bob", held).kind is Kind.REGULAR

    def test_a_late_answer_is_regular_if_the_place_is_free(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("ab"), judges_per_pair=1)
        held = room.held("ann")
        room.clock.forward(11)
        first = room.held("bob", 1)  # sweeps; takes one of the two
        (free,) = set(held) - set(first)
        assert room.answer("ann", held[free]).kind is Kind.REGULAR
        assert room.work("bob") == list(first)

    def test_any_answer_renews_what_else_is_held(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), judges_per_pair=1, lease_minutes=10)
        held = lite.held("ann")
        lite.clock.forward(8)
        lite.answer("ann", held["a"])
        lite.clock.forward(8)  # 16 minutes after it was given
        assert lite.held("bob") == {}
        assert lite.answer("ann", held["b"]).kind is Kind.REGULAR

    def test_renewing_keeps_them(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("a"), judges_per_pair=1, lease_minutes=10)
        lite.held("ann")
        for _ in range(3):
            lite.clock.forward(8)
            lite.judging.renew(lite.name, "ann")
        assert lite.held("bob") == {}

    def test_what_is_given_back_goes_to_others_at_once(self, room: Room, queries: Queries) -> None:
        room.make(queries("abc"), judges_per_pair=1)
        held = room.held("ann")
        room.answer("ann", held["a"])
        assert room.judging.release(room.name, "ann") == 2
        assert set(room.held("bob")) == {"b", "c"}
        assert room.judging.release(room.name, "ann") == 0

    def test_signing_out_gives_back_all(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"), judges_per_pair=1)
        lite.make(queries("ab"), judges_per_pair=1, name="winter")
        lite.held("ann")
        lite.judging.next("winter", "ann")
        lite.judging.release_all("ann")
        assert set(lite.held("bob")) == {"a", "b"}
        assert len(lite.judging.next("winter", "bob").blocks[0].pairs) == 2

    def test_a_judge_who_comes_back_gets_the_same_pairs_if_nobody_took_them(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("ab"), judges_per_pair=1)
        held = room.held("ann")
        room.clock.forward(60)
        assert room.held("ann") == held
        room.clock.forward(9)
        assert room.held("bob") == {}  # they are ann's again

    def test_a_pair_that_was_lost_can_be_had_once_more(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=2)
        held = room.held("ann")
        room.clock.forward(11)
        room.held("bob")  # takes ann's place back, and the other one
        assert room.held("ann") == held
        assert room.answer("ann", held["a"]).kind is Kind.REGULAR


class TestAnswers:
    def test_one_sent_twice_is_stored_once(self, room: Room, queries: Queries) -> None:
        room.make(queries("ab"))
        held = room.held("ann")["a"]
        first = room.answer("ann", held, 2, client_event_id="x", clicked_at=room.clock.moment)
        again = room.answer("ann", held, 2, client_event_id="x", clicked_at=room.clock.moment)
        assert (first.kind, first.grades, first.event_id) == (
            again.kind,
            again.grades,
            again.event_id,
        )
        assert len(room.kinds()) == 1
        assert room.judging.progress(room.name, "ann").done == 1

    def test_a_retry_of_an_extra_answer_is_still_extra(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("a"), judges_per_pair=1)
        late = lite.held("ann")["a"]
        lite.clock.forward(11)
        lite.answer("bob", lite.held("bob")["a"])
        sent = {"client_event_id": "late", "clicked_at": lite.clock.moment}
        assert lite.answer("ann", late, **sent).kind is Kind.EXTRA
        assert lite.answer("ann", late, **sent).kind is Kind.EXTRA
        assert len(lite.kinds()) == 2

    @pytest.mark.parametrize(
        "change", [{"grade": 1}, {"comment": "no"}, {"seconds": 2.0}, {"reasons": ("color",)}]
    )
    def test_the_same_id_with_other_content_is_a_conflict(
        self, lite: Room, queries: Queries, change: dict[str, Any]
    ) -> None:
        lite.make(queries("ab"))
        held = lite.held("ann")["a"]
        lite.answer("ann", held, 2, client_event_id="x")
        with pytest.raises(LabelConflictError):
            lite.answer("ann", held, **({"grade": 2, "client_event_id": "x"} | change))
        assert len(lite.kinds()) == 1

    def test_a_conflict_leaves_the_pair_as_it_was(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("ab"))
        held = lite.held("ann")
        lite.answer("ann", held["a"], client_event_id="x")
        with pytest.raises(LabelConflictError):
            lite.answer("ann", held["b"], client_event_id="x")
        assert lite.held("ann") == {"b": held["b"]}

    def test_cant_tell_fills_the_place(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        kept = room.answer("ann", room.held("ann")["a"], None, comment="no photo")
        assert (kept.kind, kept.said, kept.grades) == (Kind.REGULAR, Said.CANT_TELL, {})
        assert room.next("bob").status is Status.DONE

    def test_a_skipped_pair_goes_to_somebody_else(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")["a"]
        room.answer("ann", held, said=Said.SKIPPED)
        assert room.next("ann").blocks == ()
        assert set(room.held("bob")) == {"a"}
        # Ann may still answer it from her history, as long as there is a place.
        assert room.answer("ann", held).kind is Kind.EXTRA

    def test_a_skipped_pair_can_be_answered_after_all(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")["a"]
        room.answer("ann", held, said=Said.SKIPPED)
        assert room.answer("ann", held).kind is Kind.REGULAR
        assert room.next("bob").status is Status.DONE

    def test_an_undone_grade_is_a_lease_again(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")
        first = room.answer("ann", held["a"], 3)
        undone = room.answer("ann", held["a"], said=Said.WITHDRAWN, supersedes=first.event_id)
        assert (undone.said, undone.is_done) == (Said.WITHDRAWN, False)
        assert room.held("ann") == held
        assert room.next("bob").status is Status.WAIT
        room.answer("ann", held["a"], 1, supersedes=undone.event_id)
        (current,) = room.store.current(campaign=room.name)
        assert current.judgment.grade == 1
        assert room.next("bob").status is Status.DONE

    def test_an_undone_grade_that_is_left_alone_goes_to_others(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")
        first = room.answer("ann", held["a"], 3)
        room.answer("ann", held["a"], said=Said.WITHDRAWN, supersedes=first.event_id)
        room.clock.forward(11)
        assert set(room.held("bob")) == {"a"}

    def test_changing_an_answer_keeps_its_place(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")["a"]
        first = room.answer("ann", held, 3)
        changed = room.answer("ann", held, 0, supersedes=first.event_id)
        assert (changed.kind, changed.grades) == (Kind.REGULAR, {"relevance": 0})
        total = room.campaigns.overview(room.name).total
        assert (total.done, total.needed) == (1, 1)

    def test_a_late_retry_of_an_older_click_changes_nothing(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")["a"]
        early = room.clock.moment
        room.clock.forward(1)
        room.answer("ann", held, 1, client_event_id="b", supersedes="a")
        kept = room.answer("ann", held, 3, client_event_id="a", clicked_at=early)
        assert (kept.event_id, kept.grades) == ("b", {"relevance": 1})
        assert len(room.kinds()) == 2

    def test_a_late_retry_does_not_undo_an_undo(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), judges_per_pair=1)
        held = room.held("ann")
        early = room.clock.moment
        room.clock.forward(1)
        undo = {"client_event_id": "b", "supersedes": "a", "said": Said.WITHDRAWN}
        room.answer("ann", held["a"], **undo)
        kept = room.answer("ann", held["a"], 3, client_event_id="a", clicked_at=early)
        assert (kept.said, kept.event_id) == (Said.WITHDRAWN, "b")
        assert room.held("ann") == held

    def test_a_second_question_is_an_event_of_its_own(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"), questions=(relevance(), DESIRABILITY))
        held = room.held("ann")["a"]
        grades = {"desirability": 0, "relevance": 3}
        kept = room.answer("ann", held, grades=grades, client_event_id="x")
        assert kept.grades == grades
        given = {
            (e.judgment.client_event_id, e.judgment.question, e.judgment.grade)
            for e in room.store.events()
        }
        assert given == {("x", "relevance", 3), ("x:desirability", "desirability", 0)}
        undone = room.answer("ann", held, said=Said.WITHDRAWN, supersedes="x")
        assert undone.grades == {}
        assert room.store.current(campaign=room.name) == []

    def test_the_event_tells_the_circumstances(self, room: Room, queries: Queries) -> None:
        room.make(queries("a"))
        room.campaigns.write_guidelines(room.name, "# New", by="lea")
        held = room.held("ann")["a"]
        room.answer("ann", held, 1, reasons=("color",), comment="red", seconds=4.5, guidelines=1)
        (event,) = room.store.events()
        judgment = event.judgment
        assert (judgment.campaign, judgment.judge, judgment.blind) == ("autumn", "ann", True)
        assert (judgment.query_id, judgment.query_text, judgment.repeat) == ("q1", "query 1", 0)
        assert judgment.context == {
            "answer": "grade",
            "reasons": ["color"],
            "comment": "red",
            "seconds": 4.5,
            "guidelines": 1,
            "kind": "regular",
            "chosen_by": "by_query",
        }
        room.answer("bob", room.held("bob")["a"])
        assert [e.judgment.context["guidelines"] for e in room.store.events()] == [1, 2]

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"grade": 4}, "not on the scale: got 4, expected 3, 2, 1, 0"),
            ({"grades": {}}, "not to the questions"),
            ({"grades": {"relevance": 1, "beauty": 1}}, "not to the questions"),
            ({"grades": {"relevance": True}}, "not on the scale"),
            ({"said": Said.SKIPPED, "grades": {"relevance": 1}}, "the answer is no grade"),
            ({"reasons": ("smell",)}, "reason is not known"),
            ({"seconds": -1.0}, "seconds"),
            ({"guidelines": 2}, "no such version"),
            ({"comment": "a\0b"}, "NUL"),
            ({"client_event_id": "x y"}, "client_event_id"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(
        self, lite: Room, queries: Queries, change: dict[str, Any], message: str
    ) -> None:
        lite.make(queries("a"))
        held = lite.held("ann")
        with pytest.raises(LabelError, match=message):
            lite.answer("ann", held["a"], **change)
        assert lite.kinds() == []
        assert lite.held("ann") == held

    def test_only_who_was_given_a_pair_can_answer_it(self, room: Room, queries: Queries) -> None:
        room.make(queries("ab"), judges_per_pair=1)
        room.make(queries("ab"), name="winter")
        held = room.held("ann")["a"]
        for judge, name, assignment in (
            ("bob", "autumn", held),
            ("ann", "winter", held),
            ("ann", "autumn", held + 1000),
        ):
            room.name = name
            with pytest.raises(NoCampaignError):
                room.answer(judge, assignment)
        room.name = "autumn"
        assert room.kinds() == []

    def test_event_and_place_are_written_together_or_not_at_all(
        self, room: Room, queries: Queries, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        room.make(queries("a"))
        held = room.held("ann")

        def fail(*_: object, **__: object) -> None:
            raise OSError("the disk is gone")

        with monkeypatch.context() as broken:
            broken.setattr("mmdemo.labels.campaigns.answering.count", fail)
            with pytest.raises(OSError, match="gone"):
                room.answer("ann", held["a"])
        assert room.kinds() == []
        assert room.held("ann") == held


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


class TestTally:
    def test_counts_what_is_done_left_and_done_today(self, room: Room, queries: Queries) -> None:
        room.make(queries("abcd"))
        held = room.held("ann")
        room.answer("ann", held["a"])
        room.answer("ann", held["b"], said=Said.SKIPPED)
        counted = room.judging.progress(room.name, "ann")
        assert (counted.done, counted.left, counted.today) == (1, 2, 1)
        room.clock.forward(24 * 60)
        room.answer("ann", held["c"])
        counted = room.judging.progress(room.name, "ann")
        assert (counted.done, counted.left, counted.today) == (2, 1, 1)

    def test_the_answer_comes_with_the_count(self, lite: Room, queries: Queries) -> None:
        from mmdemo.labels.campaigns import Given

        lite.make(queries("abcd"))
        held = lite.held("ann")
        for n, product in enumerate("abc", start=1):
            given = Given(f"x{n}", held[product], Said.GRADE, lite.clock.moment, {"relevance": 1})
            _, counted = lite.judging.answer(lite.name, "ann", given)
            assert (counted.done, counted.left, counted.today) == (n, 4 - n, n)
            assert counted == lite.judging.progress(lite.name, "ann")
        lite.clock.forward(1)  # what was remembered is too old by now
        _, counted = lite.judging.answer(lite.name, "ann", given)
        assert (counted.done, counted.left) == (3, 1)


class TestHistory:
    def test_own_answers_newest_first_without_those_taken_back(
        self, room: Room, queries: Queries
    ) -> None:
        room.make(queries("abcd"), questions=(relevance(), DESIRABILITY))
        held = room.held("ann")
        for n, product in enumerate("abc"):
            room.clock.forward(1)
            room.answer("ann", held[product], grades={"relevance": n, "desirability": 3 - n})
        room.answer("ann", held["d"], None, comment="blurred", reasons=("color",))
        room.answer("bob", room.held("bob")["a"], grades={"relevance": 3, "desirability": 3})
        newest = room.judging.history(room.name, "ann", limit=2)
        assert [(e.product_id, e.said, dict(e.grades)) for e in newest] == [
            ("d", Said.CANT_TELL, {}),
            ("c", Said.GRADE, {"relevance": 2, "desirability": 1}),
        ]
        assert (newest[0].comment, newest[0].reasons, newest[0].text) == (
            "blurred",
            ("color",),
            "query 1",
        )
        older = room.judging.history(room.name, "ann", before=newest[-1].sequence)
        assert [e.product_id for e in older] == ["b", "a"]
        room.answer("ann", held["b"], said=Said.WITHDRAWN, supersedes=older[0].event_id)
        assert "b" not in [e.product_id for e in room.judging.history(room.name, "ann")]

    def test_a_changed_answer_is_told_once_as_it_is_now(self, lite: Room, queries: Queries) -> None:
        lite.make(queries("a"))
        held = lite.held("ann")["a"]
        first = lite.answer("ann", held, 3)
        lite.clock.moment += timedelta(seconds=1)
        lite.answer("ann", held, 0, supersedes=first.event_id)
        (entry,) = lite.judging.history(lite.name, "ann")
        assert (dict(entry.grades), entry.assignment) == ({"relevance": 0}, held)
