"""What is said when the database cannot be used, and the settings that keep a commit safe."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from mmdemo.errors import LabelError
from mmdemo.labels import JudgmentStore
from mmdemo.labels.database import BUSY_TIMEOUT, Database
from mmdemo.records import Judgment

Click = Callable[..., Judgment]


@contextmanager
def on_connect(statement: str) -> Iterator[None]:
    """Have every new SQLite connection run a statement."""

    def run(connection: Any, _: object) -> None:
        connection.execute(statement)

    event.listen(Engine, "connect", run)
    try:
        yield
    finally:
        event.remove(Engine, "connect", run)


def test_sqlite_commits_are_safe_against_a_power_cut(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/judgments.sqlite3")
    with database.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    database.close()
    assert found == {"journal_mode": "truncate", "synchronous": 3, "busy_timeout": 15_000}
    assert BUSY_TIMEOUT == 15


def test_folder_is_made(tmp_path: Path, click: Click) -> None:
    path = tmp_path / "a" / "b" / "judgments.sqlite3"
    with JudgmentStore(f"sqlite:///{path}") as store:
        store.add(click("a"))
        assert store.name == str(path)
    assert path.is_file()


def test_replacing_a_row_is_refused_too(tmp_path: Path, click: Click) -> None:
    """INSERT OR REPLACE runs no DELETE trigger."""
    path = tmp_path / "judgments.sqlite3"
    with JudgmentStore(f"sqlite:///{path}") as store:
        stored = store.add(click("a", 3))
        with (
            closing(sqlite3.connect(path)) as connection,
            pytest.raises(sqlite3.DatabaseError, match="append-only"),
        ):
            connection.execute("INSERT OR REPLACE INTO judgments SELECT * FROM judgments")
        assert list(store.events()) == [stored]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("judgments.sqlite3", "URL cannot be read.*expected sqlite:///FILE"),
        ("mysql://host/labels", "another kind: got mysql"),
        ("sqlite://", "judgments need a file: got a database in memory"),
        ("sqlite:///:memory:", "judgments need a file"),
        ("sqlite:///file:labels?mode=memory&uri=true", "judgments need a file"),
    ],
)
def test_url_that_cannot_be_used(url: str, message: str) -> None:
    with pytest.raises(LabelError, match=message):
        JudgmentStore(url)


def test_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but a text that somebody still needs. " * 40)
    before = path.read_bytes()
    with pytest.raises(LabelError, match=r"notes\.txt is not an SQLite database.*--labels"):
        JudgmentStore(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"cannot be opened.*check that it is a file"):
        JudgmentStore(f"sqlite:///{tmp_path}")


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabelError, match="folder for the judgments cannot be made"):
        JudgmentStore(f"sqlite:///{tmp_path}/file/labels/judgments.sqlite3")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LabelError, match=r"cannot be opened.*permissions"):
            JudgmentStore(f"sqlite:///{tmp_path}/judgments.sqlite3")
    finally:
        tmp_path.chmod(0o700)


def test_read_only_database_can_be_read_but_not_written(tmp_path: Path, click: Click) -> None:
    path = tmp_path / "judgments.sqlite3"
    with JudgmentStore(f"sqlite:///{path}") as store:
        stored = store.add(click("a"))
    with JudgmentStore(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.current() == [stored]
        with pytest.raises(LabelError, match=r"cannot be written.*check the permissions"):
            store.add(click("b"))


def test_full_disk_loses_nothing_and_is_survived(tmp_path: Path, click: Click) -> None:
    url = f"sqlite:///{tmp_path}/judgments.sqlite3"
    with JudgmentStore(url) as store:
        kept = [store.add(click("first"))]
    with on_connect("PRAGMA max_page_count=20"), JudgmentStore(url) as store:
        with pytest.raises(LabelError, match=r"does not fit on the disk.*free some space"):
            for i in range(100):
                kept.append(store.add(click(f"e{i}", query_text="x" * 5_000)))
        assert list(store.events()) == kept
    with JudgmentStore(url) as store:
        kept.append(store.add(click("after")))
        assert list(store.events()) == kept


def test_busy_database_is_waited_for_and_then_named(tmp_path: Path, click: Click) -> None:
    path = tmp_path / "judgments.sqlite3"
    with JudgmentStore(f"sqlite:///{path}"):
        pass
    with (
        on_connect("PRAGMA busy_timeout=50"),
        JudgmentStore(f"sqlite:///{path}") as store,
        closing(sqlite3.connect(path)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LabelError, match=r"is busy.*try again"):
            store.add(click("a"))
        other.rollback()
        assert store.add(click("a")).judgment.client_event_id == "a"


def test_file_moved_away_while_in_use_is_noticed(tmp_path: Path, click: Click) -> None:
    """Else grades would go into a file that nobody will look at."""
    path, moved = tmp_path / "judgments.sqlite3", tmp_path / "moved.sqlite3"
    with JudgmentStore(f"sqlite:///{path}") as store:
        first = store.add(click("a"))
        path.rename(moved)
        for name in ("b", "c"):
            with pytest.raises(LabelError):
                store.add(click(name))
        moved.replace(path)
        assert list(store.events()) == [first]
        second = store.add(click("b"))
        assert list(store.events()) == [first, second]


def test_table_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE judgments (verdict TEXT)")
    with pytest.raises(LabelError, match="table 'judgments' that mmdemo did not make"):
        JudgmentStore(f"sqlite:///{path}")


def test_missing_postgres_driver_names_its_install_command() -> None:
    code = """
import sys
sys.modules["psycopg"] = None
from mmdemo.labels import JudgmentStore
try:
    JudgmentStore("postgresql://host/labels")
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("LabelError the driver for PostgreSQL is missing")
    assert "pip install 'mmdemo[postgres]'" in done.stdout


@pytest.mark.skipif(importlib.util.find_spec("psycopg") is None, reason="psycopg not installed")
def test_postgres_that_does_not_answer_is_named_without_the_password() -> None:
    with pytest.raises(LabelError, match=r"127\.0\.0\.1:1/labels cannot be used") as caught:
        JudgmentStore("postgresql://ann:sesame@127.0.0.1:1/labels")
    assert "sesame" not in str(caught.value)
