"""No acknowledged grade is lost, whenever the server is killed."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mmdemo.catalog import write_catalog
from mmdemo.labels import JudgmentStore
from mmdemo.records import Product, StoredJudgment

CLIENTS = 8
KILLS = 3
WORK = 5  # grades of each judge between two kills
CAMPAIGN = "open/sample"
JUDGE = "ann"


def launch(port: int, labels: Path) -> subprocess.Popen[bytes]:
    """Start the real server. Grades do not need a model, which is why there is none."""
    options = {"catalog": labels.parent / "shop", "labels": labels, "port": port, "judge": JUDGE}
    arguments = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    return subprocess.Popen(
        [sys.executable, "-m", "mmdemo", "serve", *arguments], stderr=subprocess.DEVNULL
    )


class Judge(threading.Thread):
    """Grades its own pairs, and like the page keeps each event until it is acknowledged."""

    def __init__(self, number: int, port: int) -> None:
        super().__init__(name=f"judge {number}", daemon=True)
        self.pairs = [(f"q{number}", f"p{n}") for n in range(4)]
        self.port = port
        self.chance = random.Random(number)
        self.stop = threading.Event()
        self.now = datetime.now(UTC) - timedelta(hours=1)  # a clock that never runs ahead
        self.count = itertools.count()
        self.clicked: dict[str, dict[str, Any]] = {}
        self.acknowledged: dict[str, int] = {}  # event id → sequence
        self.newest: dict[tuple[str, str], str] = {}  # pair → event id
        self.held_back: list[dict[str, Any]] = []
        self.failures = 0
        self.problem = ""

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.act()
            for event in self.held_back:
                self.send(event)
        except Exception as error:
            self.problem = repr(error)

    def act(self) -> None:
        """Click; sometimes a click waits in an outbox while newer ones go through."""
        event = self.click()
        if self.chance.random() < 0.2:
            self.held_back.append(event)
        else:
            self.send(event)
        if self.held_back and self.chance.random() < 0.2:
            self.send(self.held_back.pop(0))  # an older click's late retry
        if self.acknowledged and self.chance.random() < 0.2:
            self.send(self.clicked[self.chance.choice(list(self.acknowledged))])

    def click(self) -> dict[str, Any]:
        pair = self.chance.choice(self.pairs)
        self.now += timedelta(milliseconds=20)
        knows_last = self.chance.random() < 0.8  # else as from a page that was loaded before
        event = {
            "client_event_id": f"{self.pairs[0][0]}-{next(self.count)}",
            "campaign": CAMPAIGN,
            "query_id": pair[0],
            "query_text": "red shoes",
            "product_id": pair[1],
            "grade": self.chance.choice([0, 1, 2, 3, None]),
            "supersedes": self.newest.get(pair) if knows_last else None,
            "clicked_at": self.now.isoformat(),
            "judge": JUDGE,
        }
        self.clicked[str(event["client_event_id"])] = event
        self.newest[pair] = str(event["client_event_id"])
        return event

    def send(self, event: dict[str, Any]) -> None:
        """Retry until the server says that it is stored, always as the same event."""
        headers = {"Content-Type": "application/json"}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, 20)) as connection:
                    connection.request("POST", "/api/labels", json.dumps(event), headers)
                    response = connection.getresponse()
                    answer = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError):
                self.failures += 1
                time.sleep(0.02)
                continue
            if response.status == 200:
                name = str(answer["client_event_id"])
                assert name == event["client_event_id"]
                assert self.acknowledged.setdefault(name, answer["sequence"]) == answer["sequence"]
                return
            assert response.status >= 500, answer
            self.failures += 1
        raise TimeoutError("the server did not come back")


def wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended by itself"
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            with closing(connection):
                connection.request("GET", "/api/labels?query_id=q&campaign=c")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server does not answer")


def wait_for_work(judges: list[Judge]) -> None:
    """Until each judge has stored some more, however slow the machine is."""
    before = [len(judge.acknowledged) for judge in judges]
    for _ in range(1200):
        done = [len(judge.acknowledged) for judge in judges]
        if all(now - then >= WORK for now, then in zip(done, before, strict=True)):
            return
        time.sleep(0.05)
    raise TimeoutError("the judges get nothing stored")


def test_no_acknowledged_grade_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    write_catalog(tmp_path / "shop", [Product("p0")])
    labels = tmp_path / "judgments.sqlite3"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chance = random.Random(0)
    server = launch(port, labels)
    judges = [Judge(number, port) for number in range(CLIENTS)]
    try:
        wait_until_up(port, server)
        for judge in judges:
            judge.start()
        for _ in range(KILLS):
            wait_for_work(judges)
            time.sleep(chance.uniform(0, 0.7))
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            server = launch(port, labels)
            wait_until_up(port, server)
        wait_for_work(judges)
        for judge in judges:
            judge.stop.set()
        for judge in judges:
            judge.join(timeout=60)
    finally:
        for judge in judges:
            judge.stop.set()
        server.kill()
        server.wait()

    assert [judge.problem for judge in judges] == [""] * CLIENTS
    assert not any(judge.is_alive() for judge in judges)
    with JudgmentStore(f"sqlite:///{labels}") as store:
        events = list(store.events())
        current = store.current(withdrawn=True)
    check_nothing_is_lost(judges, events)
    check_the_newest_click_counts(judges, current)
    with closing(sqlite3.connect(labels)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def check_nothing_is_lost(judges: list[Judge], events: list[StoredJudgment]) -> None:
    acknowledged = {k: v for judge in judges for k, v in judge.acknowledged.items()}
    stored = [(event.judgment.client_event_id, event.sequence) for event in events]
    assert sorted(stored) == sorted(acknowledged.items())  # every one, once, none besides
    clicked = {name: click for judge in judges for name, click in judge.clicked.items()}
    for event in events:
        judgment, click = event.judgment, clicked[event.judgment.client_event_id]
        assert judgment.judge == JUDGE
        assert judgment.clicked_at.isoformat() == click["clicked_at"]
        for name in ("query_id", "product_id", "grade", "supersedes"):
            assert getattr(judgment, name) == click[name]
    # The test has shown something only if there was work, and kills in the midst of it.
    assert len(events) > 100
    assert all(judge.failures > 0 for judge in judges)


def check_the_newest_click_counts(judges: list[Judge], current: list[StoredJudgment]) -> None:
    newest = {pair: name for judge in judges for pair, name in judge.newest.items()}
    found = {
        (event.judgment.query_id, event.judgment.product_id): event.judgment.client_event_id
        for event in current
    }
    assert found == newest
    late = [
        name
        for judge in judges
        for (_, product), name in judge.newest.items()
        for other, sequence in judge.acknowledged.items()
        if judge.clicked[other]["product_id"] == product and sequence > judge.acknowledged[name]
    ]
    assert late  # some pair's newest click was stored before an older one
