"""What an answer changes: stored once, undone, changed, sent again, refused; and what is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mmdemo.errors import LabelConflictError, LabelError, NoCampaignError
from mmdemo.labels.answers import Kind, Said
from mmdemo.labels.campaigns import PoolQuery, Status
from mmdemo.labels.campaigns.presets import DESIRABILITY, relevance

Queries = Callable[..., list[PoolQuery]]
Room = Any  # of conftest.py


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
