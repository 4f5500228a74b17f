"""What every database has to do: keep every event, once, and know which grade is current."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from mmdemo.errors import LabelConflictError, LabelError
from mmdemo.labels import JudgmentStore
from mmdemo.labels import store as store_module
from mmdemo.records import Judgment, StoredJudgment

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def grades(events: Sequence[StoredJudgment]) -> list[tuple[str, int | None]]:
    return [(event.judgment.client_event_id, event.judgment.grade) for event in events]


def test_stored_event_is_returned_and_read_back(store: JudgmentStore) -> None:
    judgment = Judgment(
        client_event_id="6b1d2b5e-0001",
        campaign="open/sample",
        judge="Zoë",
        query_id="0123456789abcdef",
        query_text="røde sko \u202e👟\nsize 42",
        product_id="p 1",
        grade=2,
        clicked_at=datetime(2026, 3, 1, 13, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2))),
        question="desirability",
        repeat=1,
        supersedes="6b1d2b5e-0000",
        blind=True,
        context={"rank": {"text": 3, "fused": None}, "weight": 0.1, "shown": [True, "é"]},
    )
    before = datetime.now(UTC)
    stored = store.add(judgment)
    after = datetime.now(UTC)

    assert stored.judgment == judgment
    assert stored.judgment.clicked_at.isoformat() == "2026-03-01T11:30:00.123456+00:00"
    assert before <= stored.received_at <= after
    assert list(store.events()) == [stored]
    assert store.current() == [stored]


def test_another_store_on_the_same_database_sees_the_events(url: str, click: Click) -> None:
    with JudgmentStore(url) as one:
        stored = one.add(click("a"))
    with JudgmentStore(url) as other:
        assert list(other.events()) == [stored]


def test_events_come_in_the_order_of_storing(store: JudgmentStore, click: Click) -> None:
    ids = ["c", "a", "d", "b"]
    sequences = [store.add(click(name, at=-i)).sequence for i, name in enumerate(ids)]
    assert sequences == sorted(set(sequences))
    assert [event.judgment.client_event_id for event in store.events()] == ids


def test_events_come_complete_over_several_pages(
    store: JudgmentStore, click: Click, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PAGE", 3)
    names = [f"e{i}" for i in range(7)]
    sequences = [
        store.add(click(name, judge=["ann", "bob"][i % 2])).sequence for i, name in enumerate(names)
    ]
    assert [event.judgment.client_event_id for event in store.events()] == names
    assert [e.judgment.client_event_id for e in store.events(judge="bob")] == ["e1", "e3", "e5"]
    assert [event.sequence for event in store.events(after=sequences[4])] == sequences[5:]


def test_writing_goes_on_while_events_are_read(store: JudgmentStore, click: Click) -> None:
    for name in "abc":
        store.add(click(name))
    reading = store.events()
    next(reading)
    store.add(click("d"))  # would wait for the reader if it held a transaction open
    assert len(list(reading)) == 2


@pytest.mark.parametrize(
    "wanted",
    [{"campaign": "spring"}, {"judge": "ann"}, {"query_id": "q1"}],
)
def test_events_can_be_chosen(store: JudgmentStore, click: Click, wanted: dict[str, str]) -> None:
    store.add(click("mine"))
    store.add(click("other", campaign="autumn", judge="bob", query_id="q2"))
    assert grades(list(store.events(**wanted))) == [("mine", 3)]  # type: ignore[arg-type]


def test_retry_is_stored_once(store: JudgmentStore, click: Click) -> None:
    first = store.add(click("a", context={"weight": 0.5, "seen": (1, 2)}))
    again = store.add(click("a", context={"weight": 0.5, "seen": [1, 2]}))
    assert again == first
    assert list(store.events()) == [first]


def test_same_instant_in_another_zone_is_the_same_event(store: JudgmentStore, click: Click) -> None:
    first = store.add(click("a"))
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    assert store.add(click("a", clicked_at=tokyo)) == first


@pytest.mark.parametrize(
    "change",
    [
        {"grade": 0},
        {"grade": None},
        {"judge": "bob"},
        {"product_id": "p2"},
        {"at": 1},
        {"blind": True},
        {"supersedes": "z"},
        {"context": {"rank": True}},
    ],
)
def test_an_event_id_cannot_mean_two_things(
    store: JudgmentStore, click: Click, change: dict[str, object]
) -> None:
    first = store.add(click("a", **{"context": {"rank": 1}}))
    with pytest.raises(LabelConflictError, match="taken by another"):
        store.add(click("a", **({"context": {"rank": 1}} | change)))
    assert list(store.events()) == [first]


class TestCurrent:
    def test_newest_click_of_a_chain_counts(self, store: JudgmentStore, click: Click) -> None:
        store.add(click("a", 3, at=0))
        store.add(click("b", 1, at=1, supersedes="a"))
        store.add(click("c", 2, at=2, supersedes="b"))
        assert grades(store.current()) == [("c", 2)]

    def test_late_retry_of_a_superseded_click_never_counts(
        self, store: JudgmentStore, click: Click
    ) -> None:
        store.add(click("b", 1, at=1, supersedes="a"))
        store.add(click("a", 3, at=0))
        assert grades(store.current()) == [("b", 1)]
        assert len(list(store.events())) == 2

    def test_late_retry_does_not_count_even_if_the_clock_was_set_back(
        self, store: JudgmentStore, click: Click
    ) -> None:
        store.add(click("b", 1, at=-3600, supersedes="a"))
        store.add(click("a", 3, at=0))
        assert grades(store.current()) == [("b", 1)]

    def test_late_retry_in_the_midst_of_a_chain(self, store: JudgmentStore, click: Click) -> None:
        store.add(click("a", 0, at=0))
        store.add(click("c", 2, at=2, supersedes="b"))
        store.add(click("b", 1, at=1, supersedes="a"))
        assert grades(store.current()) == [("c", 2)]

    def test_of_two_heads_the_one_clicked_last_counts(
        self, store: JudgmentStore, click: Click
    ) -> None:
        """Two tabs that don't know of each other; the older click arrives last."""
        store.add(click("a", 0, at=0))
        store.add(click("c", 2, at=2, supersedes="a"))
        store.add(click("b", 1, at=1, supersedes="a"))
        assert grades(store.current()) == [("c", 2)]

    def test_clicked_at_the_same_time_the_one_stored_last_counts(
        self, store: JudgmentStore, click: Click
    ) -> None:
        store.add(click("b", 1))
        store.add(click("a", 2))
        assert grades(store.current()) == [("a", 2)]

    def test_a_clock_in_the_future_wins_only_until_the_next_click(
        self, store: JudgmentStore, click: Click
    ) -> None:
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        store.add(click("a", 3, clicked_at=tomorrow))
        store.add(click("b", 1, clicked_at=tomorrow - timedelta(hours=1)))
        assert grades(store.current()) == [("b", 1)]

    @pytest.mark.parametrize(
        "key",
        [
            {"campaign": "autumn"},
            {"judge": "bob"},
            {"query_id": "q2"},
            {"product_id": "p2"},
            {"question": "desirability"},
            {"repeat": 1},
        ],
    )
    def test_an_event_of_another_key_knocks_none_out(
        self, store: JudgmentStore, click: Click, key: dict[str, object]
    ) -> None:
        store.add(click("a", 3, at=0))
        store.add(click("b", 1, at=1, supersedes="a", **key))
        assert grades(store.current()) == [("a", 3), ("b", 1)]

    def test_a_grade_taken_back_is_gone(self, store: JudgmentStore, click: Click) -> None:
        store.add(click("a", 3, at=0))
        store.add(click("b", None, at=1, supersedes="a"))
        assert store.current() == []
        assert grades(store.current(withdrawn=True)) == [("b", None)]

    def test_undo_and_redo_are_events(self, store: JudgmentStore, click: Click) -> None:
        steps = [
            ("a", 3),
            ("b", 1),
            ("undo-b", 3),
            ("redo-b", 1),
            ("undo-again", 3),
            ("undo-a", None),
        ]
        current = []
        for second, (name, grade) in enumerate(steps):
            before = steps[second - 1][0] if second else None
            store.add(click(name, grade, at=second, supersedes=before))
            current += [event.judgment.grade for event in store.current(withdrawn=True)]
        assert current == [3, 1, 3, 1, 3, None]
        assert len(list(store.events())) == 6

    def test_naming_an_event_that_never_comes_does_no_harm(
        self, store: JudgmentStore, click: Click
    ) -> None:
        store.add(click("a", 3, supersedes="lost"))
        assert grades(store.current()) == [("a", 3)]

    @pytest.mark.parametrize("length", [2, 3, 5])
    def test_events_cannot_supersede_each_other_in_a_circle(
        self, store: JudgmentStore, click: Click, length: int
    ) -> None:
        """Else the pair would have no head, and its grade would vanish."""
        for i in range(length - 1):
            store.add(click(f"e{i}", 1, at=i, supersedes=f"e{i + 1}"))
        with pytest.raises(LabelConflictError, match="supersede each other"):
            store.add(click(f"e{length - 1}", 2, at=length, supersedes="e0"))
        assert grades(store.current()) == [("e0", 1)]

    def test_a_circle_through_another_key_is_none(self, store: JudgmentStore, click: Click) -> None:
        store.add(click("a", 1, supersedes="b"))
        store.add(click("b", 2, supersedes="a", judge="bob"))
        assert grades(store.current()) == [("a", 1), ("b", 2)]
        store.add(click("c", 3, supersedes="e"))
        store.add(click("d", 0, supersedes="e", judge="bob"))
        store.add(click("e", 2, supersedes="d"))
        assert grades(store.current(judge="ann")) == [("c", 3)]

    def test_a_filter_on_blind_never_brings_back_an_older_grade(
        self, store: JudgmentStore, click: Click
    ) -> None:
        store.add(click("a", 3, at=0, blind=True))
        store.add(click("b", 1, at=1, supersedes="a", blind=False))
        assert store.current(blind=True) == []
        assert grades(store.current(blind=False)) == [("b", 1)]

    @pytest.mark.parametrize(
        "wanted",
        [
            {"campaign": "spring"},
            {"judge": "ann"},
            {"query_id": "q1"},
            {"product_id": "p1"},
            {"question": "relevance"},
            {"repeat": 0},
        ],
    )
    def test_keys_can_be_chosen(
        self, store: JudgmentStore, click: Click, wanted: dict[str, object]
    ) -> None:
        other = {"campaign": "autumn", "judge": "bob", "query_id": "q2"}
        store.add(click("mine"))
        store.add(click("other", product_id="p2", question="desirability", repeat=1, **other))
        assert grades(store.current(**wanted)) == [("mine", 3)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE judgments SET grade = 0",
        "DELETE FROM judgments",
        "DELETE FROM judgments WHERE judge = 'ann'",
    ],
)
def test_the_database_refuses_to_change_an_event(
    store: JudgmentStore, url: str, click: Click, statement: str
) -> None:
    stored = store.add(click("a"))
    engine = create_engine(make_url(url.replace("postgresql:", "postgresql+psycopg:")))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert list(store.events()) == [stored]


def test_a_database_of_another_version_is_refused(url: str) -> None:
    JudgmentStore(url).close()
    engine = create_engine(make_url(url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.begin() as connection:
        connection.execute(text("UPDATE judgments_schema SET version = 7"))
    engine.dispose()
    with pytest.raises(LabelError, match=r"another format: got version 7, expected version 1"):
        JudgmentStore(url)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"client_event_id": ""}, "client_event_id is not usable"),
        ({"client_event_id": "a b"}, "client_event_id is not usable"),
        ({"client_event_id": "x" * 101}, "client_event_id is not usable"),
        ({"client_event_id": "a\n"}, "client_event_id is not usable"),
        ({"supersedes": ""}, "supersedes is not usable"),
        ({"supersedes": "a"}, "cannot supersede itself"),
        ({"campaign": ""}, "campaign is empty"),
        ({"judge": " \t"}, "judge is empty"),
        ({"query_id": "\0"}, "query_id holds a NUL"),
        ({"query_text": "a\0b"}, "query_text holds a NUL"),
        ({"query_text": "\ud83d"}, "query_text holds half a character"),
        ({"query_text": "x" * 10_001}, "query_text is too long: got 10001"),
        ({"product_id": "x" * 2001}, "product_id is too long"),
        ({"product_id": 7}, "product_id is not usable: got 7, expected text"),
        ({"question": ""}, "question is empty"),
        ({"grade": 11}, "grade is not usable: got 11, expected a whole number, 0 to 10"),
        ({"grade": -1}, "grade is not usable"),
        ({"grade": True}, "grade is not usable: got True"),
        ({"grade": 2.0}, "grade is not usable"),
        ({"repeat": -1}, "repeat is not usable"),
        ({"blind": 1}, "blind is not usable"),
        ({"clicked_at": datetime(2026, 3, 1)}, "clicked_at is not usable.*time zone"),
        (
            {"clicked_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))},
            "clicked_at is out of range",
        ),
        ({"context": {"a": float("nan")}}, "context is not JSON"),
        ({"context": {"a": datetime}}, "context is not JSON"),
        ({"context": {"a": ["\0"]}}, "context holds a NUL"),
        ({"context": {"\udc00": 1}}, "context holds half a character"),
        ({"context": {"a": "x" * 20_000}}, "context is too long"),
        ({"context": None}, "context is not JSON"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    sqlite_store: JudgmentStore, click: Click, change: dict[str, object], message: str
) -> None:
    with pytest.raises(LabelError, match=message):
        sqlite_store.add(replace(click("a"), **change))  # type: ignore[arg-type]
    assert list(sqlite_store.events()) == []


class TestAsItWas:
    """`until` shows what was current then, whatever came later."""

    def test_later_events_are_not_there(self, store: JudgmentStore, click: Click) -> None:
        first = store.add(click("a", 3))
        store.add(click("other", 1, product_id="p2"))
        store.add(click("b", 0, at=1, supersedes="a"))
        store.add(click("c", None, at=2, supersedes="b"))

        def at(until: int | None) -> list[tuple[str, int | None]]:
            found = store.current(until=until, withdrawn=True)
            return [(s.judgment.client_event_id, s.judgment.grade) for s in found]

        one = first.sequence
        assert at(one - 1) == []
        assert at(one) == [("a", 3)]
        assert at(one + 1) == [("a", 3), ("other", 1)]
        assert at(one + 2) == [("other", 1), ("b", 0)]
        assert at(None) == at(one + 3) == [("other", 1), ("c", None)]
        assert [e.sequence - one for e in store.events(until=one + 1)] == [0, 1]
        assert store.last_sequence() == one + 3
        assert store.last_sequence(campaign="nowhere") == 0


class TestAddAll:
    def test_in_order_and_once(self, store: JudgmentStore, click: Click) -> None:
        given = [click("a", 3), click("b", 2, product_id="p2"), click("a", 3)]
        stored = store.add_all(given)
        assert [s.judgment.client_event_id for s in stored] == ["a", "b", "a"]
        assert stored[0] == stored[2]
        assert list(store.events()) == stored[:2]

    def test_all_or_none(self, store: JudgmentStore, click: Click) -> None:
        store.add(click("a", 3))
        with pytest.raises(LabelConflictError):
            store.add_all([click("b", 2, product_id="p2"), click("a", 1)])
        with pytest.raises(LabelError):
            store.add_all([click("c", 2, product_id="p3"), click("", 1)])
        assert [e.judgment.client_event_id for e in store.events()] == ["a"]
