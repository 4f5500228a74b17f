"""A place that is held: kept while its judge works, others' when it runs out or is given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mmdemo.labels.answers import Kind
from mmdemo.labels.campaigns import PoolQuery, Status

Queries = Callable[..., list[PoolQuery]]
Room = Any  # of conftest.py


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
