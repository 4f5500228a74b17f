"""Back up while judges go on; restore only into what is empty; both compared table by table."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from mmdemo.errors import LabelError
from mmdemo.labels import JudgmentStore, NoteStore, Said
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.labels.campaigns import (
    CampaignStore,
    Decision,
    Definition,
    Given,
    Judging,
    NotThirdError,
    PoolQuery,
    Question,
    State,
    adjudicate,
)
from mmdemo.labels.campaigns.presets import ESCI
from mmdemo.labels.exchange import back_up, digests, read_plan, restore
from mmdemo.records import Judgment, Note

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def filled(url: str, click: Click) -> str:
    """A database with judgments and a note."""
    with JudgmentStore(url) as store, NoteStore(url) as notes:
        store.add(click("a", 3, context={"é": [1, 2.5, None, True], "text": "x\ny"}))
        store.add(click("b", None, at=0.000001, supersedes="a", query_text="👟 \u202e"))
        for i in range(30):
            store.add(click(f"more-{i}", i % 4, product_id=f"p{i}", blind=i % 2 == 0))
        notes.add(Note("n", "shop", "ann", "q", "words", NOON, tags=("one", "two")))
    return url


def events(url: str) -> list[object]:
    with JudgmentStore(url) as store, NoteStore(url) as notes:
        return [*store.events(), *notes.current()]


def other_database(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if make_url(url).get_backend_name() == "sqlite":
        return f"sqlite:///{tmp_path}/restored/judgments.sqlite3"
    created: str = request.getfixturevalue("postgres").new_database()
    return created


class TestThereAndBack:
    def test_restored_equals_original(
        self, filled: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        made = back_up(filled, tmp_path / "backups" / "monday.sqlite3")
        assert {name: found.rows for name, found in made.tables.items()} == {
            "judgments": 32,
            "judgments_schema": 1,
            "notes": 1,
            "notes_schema": 1,
        }
        assert made.rows == 35
        target = other_database(filled, tmp_path, request)
        restored = restore(tmp_path / "backups" / "monday.sqlite3", target)
        assert restored == made
        assert digests(target) == digests(filled) == made.tables
        assert events(target) == events(filled)

    def test_counting_goes_on(
        self, filled: str, tmp_path: Path, request: pytest.FixtureRequest, click: Click
    ) -> None:
        back_up(filled, tmp_path / "b")
        target = other_database(filled, tmp_path, request)
        restore(tmp_path / "b", target)
        with JudgmentStore(target) as store:
            assert store.add(click("next", 1)).sequence == 33

    def test_events_stay_append_only(
        self, filled: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        back_up(filled, tmp_path / "b")
        target = other_database(filled, tmp_path, request)
        restore(tmp_path / "b", target)
        engine = create_engine(target.replace("postgresql:", "postgresql+psycopg:"))
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.execute(text("DELETE FROM judgments"))
        engine.dispose()

    def test_from_one_kind_of_database_into_the_other(
        self, filled: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        back_up(filled, tmp_path / "b")
        target = f"sqlite:///{tmp_path}/other.sqlite3"
        if filled.startswith("sqlite"):
            target = request.getfixturevalue("postgres").new_database()
        restore(tmp_path / "b", target)
        assert digests(target) == digests(filled)
        assert events(target) == events(filled)

    def test_a_backup_can_be_looked_at(self, filled: str, tmp_path: Path) -> None:
        back_up(filled, tmp_path / "b.sqlite3")
        assert events(f"sqlite:///{tmp_path}/b.sqlite3") == events(filled)

    def test_into_tables_that_are_there_but_empty(
        self, filled: str, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        back_up(filled, tmp_path / "b")
        target = other_database(filled, tmp_path, request)
        with JudgmentStore(target) as store:
            CampaignStore(store.database)  # tables that the backup does not have
        restore(tmp_path / "b", target)
        assert events(target) == events(filled)
        with JudgmentStore(target) as store:
            assert CampaignStore(store.database).all() == []


class TestWhileJudgesGoOn:
    def test_every_backup_is_a_moment_of_the_whole(
        self, url: str, tmp_path: Path, click: Click
    ) -> None:
        with JudgmentStore(url) as store, NoteStore(url):
            stop, failed = threading.Event(), []

            def judge(name: str) -> None:
                i = 0
                while not stop.is_set() and i < 2_000:
                    try:
                        store.add(click(f"{name}-{i}", i % 4, judge=name, product_id=f"p{i}"))
                    except LabelError as error:
                        failed.append(error)
                    i += 1

            threads = [threading.Thread(target=judge, args=(name,)) for name in ("ann", "ben")]
            for thread in threads:
                thread.start()
            try:
                copies = [back_up(url, tmp_path / f"b{n}") for n in range(4)]
            finally:
                stop.set()
                for thread in threads:
                    thread.join(timeout=60)
            assert failed == []
            held = list(store.events())
        counts = [copied.tables["judgments"].rows for copied in copies]
        assert counts == sorted(counts)
        for n, count in enumerate(counts):  # the first events, without a gap
            with JudgmentStore(f"sqlite:///{tmp_path}/b{n}") as copy:
                assert list(copy.events()) == held[:count]


class TestRefusals:
    def test_nothing_is_overwritten(
        self, filled: str, tmp_path: Path, click: Click, request: pytest.FixtureRequest
    ) -> None:
        back_up(filled, tmp_path / "b")
        with pytest.raises(LabelError, match="is there already"):
            back_up(filled, tmp_path / "b")
        before = digests(filled)
        with pytest.raises(LabelError, match="not empty: got rows in 'judgments'"):
            restore(tmp_path / "b", filled)
        target = other_database(filled, tmp_path, request)
        with NoteStore(target) as notes:
            notes.add(Note("mine", "shop", "ann", "q", "words", NOON, tags=("one",)))
        with pytest.raises(LabelError, match="not empty: got rows in 'notes'"):
            restore(tmp_path / "b", target)
        assert digests(filled) == before
        with NoteStore(target) as notes:
            assert len(notes.current()) == 1

    def test_a_backup_that_was_changed(self, filled: str, tmp_path: Path) -> None:
        back_up(filled, tmp_path / "b")
        copy = sqlite3.connect(tmp_path / "b")
        copy.execute("DROP TRIGGER judgments_no_update")
        copy.execute("UPDATE judgments SET grade = 0 WHERE client_event_id = 'a'")
        copy.commit()
        copy.close()
        target = tmp_path / "new.sqlite3"
        with pytest.raises(LabelError, match="not as it was made: table 'judgments' differs"):
            restore(tmp_path / "b", f"sqlite:///{target}")
        listed = json.loads((tmp_path / "b.json").read_bytes())
        assert listed["format"] == "mmdemo backup"
        assert listed["tables"]["judgments"]["rows"] == 32
        (tmp_path / "b.json").write_text("{}", encoding="utf-8")
        with pytest.raises(LabelError, match="list cannot be read"):
            restore(tmp_path / "b", f"sqlite:///{target}")

    def test_what_is_no_backup(self, tmp_path: Path) -> None:
        target = f"sqlite:///{tmp_path}/new.sqlite3"
        with pytest.raises(LabelError, match="no such backup"):
            restore(tmp_path / "nowhere", target)
        (tmp_path / "text").write_text("no database, but long enough to be read as one" * 40)
        with pytest.raises(LabelError, match="not an SQLite database"):
            restore(tmp_path / "text", target)
        other = sqlite3.connect(tmp_path / "other")
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
        other.close()
        with pytest.raises(LabelError, match=r"does not know: got recipes"):
            restore(tmp_path / "other", target)

    def test_no_judgments_to_back_up(self, tmp_path: Path) -> None:
        with pytest.raises(LabelError, match="there are no judgments"):
            back_up(f"sqlite:///{tmp_path}/nowhere.sqlite3", tmp_path / "b")
        assert list(tmp_path.iterdir()) == []

    def test_a_copy_that_fails_leaves_nothing(
        self, filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "backups"

        def fail(*_: object) -> None:
            raise LabelError("the copy is not equal")

        monkeypatch.setattr("mmdemo.labels.exchange.backup._check_equal", fail)
        with pytest.raises(LabelError, match="not equal"):
            back_up(filled, folder / "b")
        assert list(folder.iterdir()) == []


def test_a_restore_that_is_cut_off_leaves_nothing(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    back_up(filled, tmp_path / "b")
    target = other_database(filled, tmp_path, request)

    def fail(*_: object) -> None:
        raise LabelError("cut off")

    with monkeypatch.context() as patched:
        patched.setattr("mmdemo.labels.exchange.backup._check_equal", fail)
        with pytest.raises(LabelError, match="cut off"):
            restore(tmp_path / "b", target)
    restore(tmp_path / "b", target)
    assert digests(target) == digests(filled)


def test_accounts_are_kept_but_nobody_stays_signed_in(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with JudgmentStore(url) as store:
        accounts = Accounts(store.database)
        accounts.add("Zoë", "long enough a password", Role.LEAD)
        accounts.sign_in("Zoë", "long enough a password", address="127.0.0.1")
        made = back_up(url, tmp_path / "b")
    assert made.tables["users"].rows == 1
    assert "sessions" not in made.tables
    copy = sqlite3.connect(tmp_path / "b")
    assert copy.execute("SELECT count(*) FROM sessions").fetchone() == (0,)
    copy.close()
    target = other_database(url, tmp_path, request)
    restore(tmp_path / "b", target)
    with JudgmentStore(target) as store:
        restored = Accounts(store.database)
        assert [(user.name, user.role) for user in restored.users.all()] == [("Zoë", Role.LEAD)]
        assert restored.sign_in("Zoë", "long enough a password", address="127.0.0.1")


def test_campaigns_are_kept_and_go_on(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    definition = Definition(
        questions=(Question(name="relevance", scale=ESCI),),
        rankers=("text",),
        judges_per_pair=1,
        repeat_share=0,
        gold_share=0,
    )
    asked = PoolQuery("q1", "red cup", {"text": ["cup", "lamp", "rug"]})
    with JudgmentStore(url) as store:
        CampaignStore(store.database).create("spring", definition, [asked], by="lead", seed=3)
        CampaignStore(store.database).set_state("spring", State.OPEN)
        judging = Judging(store.database)
        (block,) = judging.next("spring", "ann").blocks
        first, *others = block.pairs
        given = Given("one", first.assignment, Said.GRADE, NOON, {"relevance": 3})
        judging.answer("spring", "ann", given)
        made = back_up(url, tmp_path / "b")
        plan = read_plan(store.database, "spring")
    assert made.tables["campaign_pool"].rows == 3
    target = other_database(url, tmp_path, request)
    assert restore(tmp_path / "b", target) == made
    with JudgmentStore(target) as store:
        assert read_plan(store.database, "spring") == plan
        assert {pair.product_id for pair in plan.pool} == {"cup", "lamp", "rug"}
        judging = Judging(store.database)
        (held,) = judging.next("spring", "ann").blocks  # her leases are still hers
        assert [p.product_id for p in held.pairs] == [p.product_id for p in others]
        given = Given("two", others[0].assignment, Said.GRADE, NOON, {"relevance": 0})
        assert judging.answer("spring", "ann", given)[0].is_done
        grown = PoolQuery("q1", "red cup", {"text": ["cup", "mat"]})
        assert CampaignStore(store.database).grow("spring", [grown]) == 1  # new numbers
        decision = Decision("d", plan.pool[0].number or 0, {"relevance": 1}, NOON)
        with pytest.raises(NotThirdError):  # all three are hers, answered or held
            adjudicate(store.database, "spring", "ann", decision)
        adjudicate(store.database, "spring", "lead", decision)
        adjudicate(store.database, "spring", "lead", decision)  # a retry
        (stored,) = store.current(judge="lead")
        assert (stored.judgment.grade, stored.judgment.context["kind"]) == (1, "adjudication")
