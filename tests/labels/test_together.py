"""Writes that share a transaction: each is safe when it returns, and a bad one harms no other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import OperationalError

from mmdemo.errors import LabelsBusyError
from mmdemo.labels.database import Database
from mmdemo.labels.together import Together

_metadata = MetaData()
_numbers = Table("numbers", _metadata, Column("number", Integer, primary_key=True))


class Counting(Database):
    """Counts its writing transactions; the first can be held up."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self.transactions = 0

    def hold_up(self, connection: Connection) -> None:
        self.begun.set()
        self.go_on.wait(20)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Counting]:
    database = Counting(f"sqlite:///{tmp_path}/numbers.sqlite3")
    with database.writing() as connection:
        _metadata.create_all(connection)
    yield database
    database.close()


def add(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(_numbers).values(number=number))
        return 10 * number

    return work


def stored(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.scalars(select(_numbers.c.number).order_by(_numbers.c.number)))


def run_while_one_is_held_up(
    database: Counting, together: Together, works: list[Callable[[Connection], int]]
) -> tuple[dict[int, int], dict[int, Exception]]:
    """All works wait for the first, which has begun its transaction; then they run."""
    results: dict[int, int] = {}
    errors: dict[int, Exception] = {}

    def call(n: int, work: Callable[[Connection], int]) -> None:
        try:
            results[n] = together.run(work)
        except Exception as error:
            errors[n] = error

    database.go_on.clear()
    first = threading.Thread(target=together.run, args=(database.hold_up,))
    first.start()
    assert database.begun.wait(20)
    threads = [threading.Thread(target=call, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    while len(together._waiting) < len(works):
        threading.Event().wait(0.01)
    assert results == {}
    database.go_on.set()
    for thread in (first, *threads):
        thread.join(30)
        assert not thread.is_alive()
    return results, errors


def test_alone_it_is_committed_when_it_returns(database: Counting) -> None:
    assert Together(database).run(add(7)) == 70
    assert stored(database) == [7]


def test_those_who_wait_are_committed_together(
    database: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Together(database)
    begun: list[int] = []
    writing = database.writing

    def counted() -> object:
        begun.append(1)
        return writing()

    monkeypatch.setattr(database, "writing", counted)
    results, errors = run_while_one_is_held_up(database, together, [add(n) for n in range(20)])
    assert (results, errors) == ({n: 10 * n for n in range(20)}, {})
    assert stored(database) == list(range(20))
    assert len(begun) == 2  # the first, and one for all that waited


def test_one_that_fails_is_rolled_back_alone(database: Counting) -> None:
    def fail(connection: Connection) -> int:
        connection.execute(insert(_numbers).values(number=99))
        raise ValueError("no")

    together = Together(database)
    works = [add(0), fail, add(2), add(2), add(4)]  # 2 is there already when it comes again
    results, errors = run_while_one_is_held_up(database, together, works)
    assert isinstance(errors.pop(1), ValueError)
    assert len(errors) == 1
    assert set(errors) < {2, 3}
    assert stored(database) == [0, 2, 4]
    assert results[0] == 0
    assert results[4] == 40


def test_all_who_wait_are_told_at_once_that_the_database_is_gone(
    database: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def gone(connection: Connection) -> int:
        calls.append(1)
        raise OperationalError("select", {}, Exception("disk is full"))

    results, errors = run_while_one_is_held_up(database, Together(database), [gone] * 10)
    assert results == {}
    assert {type(error) for error in errors.values()} == {LabelsBusyError}
    assert (len(errors), len(calls)) == (10, 1)


def test_more_than_fit_into_one_transaction_are_all_done(database: Counting) -> None:
    together = Together(database)
    results, errors = run_while_one_is_held_up(database, together, [add(n) for n in range(150)])
    assert (len(results), errors) == (150, {})
    assert stored(database) == list(range(150))


def test_it_goes_on_after_an_error(database: Counting) -> None:
    together = Together(database)
    together.run(add(1))
    with pytest.raises(Exception, match="UNIQUE"):
        together.run(add(1))
    assert together.run(add(2)) == 20
