"""Threads and processes that write at once lose nothing and store nothing twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment, StoredJudgment

Click = Callable[..., Judgment]


def test_many_threads_write_and_read_at_once(store: JudgmentStore, click: Click) -> None:
    stored: list[StoredJudgment] = []
    seen_back: list[bool] = []
    errors: list[Exception] = []

    def work(judge: str) -> None:
        try:
            for i in range(15):
                event = store.add(click(f"{judge}-{i}", i % 4, at=i, judge=judge))
                stored.append(event)
                seen_back.append(store.current(judge=judge) == [event])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(f"judge{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(stored) == 120
    assert all(seen_back)
    assert list(store.events()) == sorted(stored, key=lambda event: event.sequence)


_WRITER = """
import sys
from datetime import UTC, datetime
from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment

url, name = sys.argv[1:]
sys.stdin.readline()  # all start at once, on a database that none has made yet
at = datetime(2026, 3, 1, tzinfo=UTC)
with JudgmentStore(url) as store:
    for i in range(25):
        for event_id in (f"{name}-{i}", f"common-{i}"):
            store.add(Judgment(event_id, "c", "ann", "q", "red", event_id, 1, at))
"""


def test_several_processes_write_at_once(url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, url, f"w{n}"], stdin=subprocess.PIPE, text=True
        )
        for n in range(4)
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    names = [*(f"w{n}" for n in range(4)), "common"]
    with JudgmentStore(url) as store:
        ids = [event.judgment.client_event_id for event in store.events()]
    assert sorted(ids) == sorted(f"{name}-{i}" for name in names for i in range(25))
