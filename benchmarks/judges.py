"""Many judges at once over HTTP: nothing lost, nothing twice, how fast, also when killed.

    python -m benchmarks.judges --kill 10
    python -m benchmarks.judges --labels postgresql://user@host/empty_database

The judges sign in to the real server and work without a pause to think. Some of them stall until
their leases have run out, vanish with pairs that they hold, send an answer twice at the same time,
or send it late. What the database holds at the end is compared with what they were told.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from argon2 import PasswordHasher

from benchmarks.wire import Wire
from mmdemo.catalog import write_catalog
from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Passwords, Role
from mmdemo.labels.campaigns import CampaignStore, PoolQuery, State, parse_definition
from mmdemo.labels.campaigns.presets import REASONS, relevance
from mmdemo.records import Product

CAMPAIGN = "load"
PASSWORD = "correct horse battery staple"
PER_QUERY = 20  # pairs: two rankers of depth 15 that have 10 in common
NEEDED = 3
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # signing in is not measured
BUSY = 0.9  # share of the saves that pace is measured by
PATIENCE = 120  # seconds until a server that is down counts as gone


@dataclass
class Plan:
    """How large the run is, and what judges do. Shares are of answers."""

    pairs: int = 4_000
    judges: int = 32
    lease_seconds: float = 6.0
    stall: float = 0.001
    vanish: float = 0.001
    double: float = 0.02
    late: float = 0.003
    leave: int = 4  # judges who go for good, halfway


@dataclass
class Report:
    """What was measured, and what is wrong with what is stored."""

    save_ms: list[float] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)
    saved_at: list[float] = field(default_factory=list)  # seconds after the start
    seconds: float = 0.0
    kills: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def pace(self) -> float:
        """Saves per second until `BUSY` of them were done."""
        early = sorted(self.saved_at)[: int(BUSY * len(self.saved_at))]
        return len(early) / early[-1] if early else 0.0

    def lines(self) -> list[str]:
        """For people."""
        save, next_ = (np.array(times) for times in (self.save_ms, self.next_ms))
        return [
            f"saves: {len(self.saved_at)} in {self.seconds:.1f} s; {self.pace():.0f}/s until "
            f"{BUSY:.0%} of them were done, after which judges wait for each other",
            f"save: median {np.median(save):.1f} ms, p95 {np.quantile(save, 0.95):.1f} ms",
            f"next: {len(next_)}, median {np.median(next_):.1f} ms, "
            f"p95 {np.quantile(next_, 0.95):.1f} ms",
            f"kinds: {dict(self.kinds)}; killed {self.kills} times; "
            f"load average {os.getloadavg()[0]:.1f}",
            *(f"PROBLEM: {problem}" for problem in self.problems or ["none"]),
        ]


class Server:
    """The real server in a process of its own."""

    def __init__(self, labels: str, shop: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        options = {"catalog": shop, "labels": labels, "port": self.port}
        words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        self._command = [sys.executable, "-m", "mmdemo", "serve", *words]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Launch, and wait until it answers."""
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "the server ended by itself"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", "/api/session")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """As a power cut does."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Judge(threading.Thread):
    """Grades what is left, and like the page keeps each answer until it is acknowledged."""

    def __init__(self, number: int, port: int, plan: Plan) -> None:
        super().__init__(name=f"judge{number:02}", daemon=True)
        self.port, self.plan = port, plan
        self.chance = random.Random(number)
        self.wire = Wire(port)
        self.sent: set[str] = set()  # event ids
        self.acknowledged: dict[str, float] = {}  # event id → when
        self.late: list[tuple[float, dict[str, Any]]] = []
        self.save_ms: list[float] = []
        self.next_ms: list[float] = []
        self.failures = 0  # requests without an answer, as while the server is down
        self.problem = ""
        halfway = plan.pairs * NEEDED / plan.judges / 2
        self.leaves_after = halfway if number < plan.leave else float("inf")

    def sign_in(self) -> None:
        """Get a session, which outlives the server."""
        body = {"name": self.name, "password": PASSWORD}
        status, headers, answer = self.wire.post("/api/session", body)
        assert status == 200, answer
        self.wire.cookie = headers["set-cookie"].partition(";")[0]

    def run(self) -> None:
        """Work until nothing is left."""
        try:
            while self._work():
                pass
            while self.late:
                self._send(self.late.pop()[1])
        except Exception as error:
            self.problem = f"{self.name}: {error!r}"
        finally:
            self.wire.close()

    def _work(self) -> bool:
        started, before = time.perf_counter(), self.failures
        found = self._ask("next", {"count": 10})
        if found["status"] == "done":
            return False
        if found["status"] == "wait":
            time.sleep(min(found["retry_after"], 1.0))
            return True
        if self.failures == before:
            self.next_ms.append(1000 * (time.perf_counter() - started))
        waiting = {event["pair"] for _, event in self.late}  # in its outbox: not asked again
        pairs = [pair["pair"] for pair in found["pairs"] if pair["pair"] not in waiting]
        if not pairs:
            time.sleep(1.0)
        for pair in pairs:
            if len(self.sent) > self.leaves_after:
                return False  # with what is held, for good
            luck = self.chance.random()
            if luck < self.plan.stall:
                time.sleep(1.5 * self.plan.lease_seconds)  # and then answers what it had
            elif luck < self.plan.stall + self.plan.vanish:
                time.sleep(1.5 * self.plan.lease_seconds)
                return True  # comes back as if anew
            self._answer(pair)
        self._send_late()
        return True

    def _answer(self, pair: int) -> None:
        event = {
            "client_event_id": str(uuid.uuid4()),
            "pair": pair,
            "answer": "grade",
            "answers": {"relevance": self.chance.randrange(4)},
            "seconds": 1.5,
            "clicked_at": datetime.now(UTC).isoformat(),
            "judge": self.name,
        }
        self.sent.add(str(event["client_event_id"]))
        if self.chance.random() < self.plan.late:
            self.late.append((time.monotonic() + 1.2 * self.plan.lease_seconds, event))
            return
        if self.chance.random() < self.plan.double:
            other = threading.Thread(target=self._send_once, args=(event,))
            other.start()
            self._send(event)
            other.join()
        else:
            started = time.perf_counter()
            if self._send(event):
                self.save_ms.append(1000 * (time.perf_counter() - started))

    def _send_late(self) -> None:
        while self.late and self.late[0][0] < time.monotonic():
            self._send(self.late.pop(0)[1])

    def _send(self, event: dict[str, Any]) -> bool:
        """Until it is acknowledged; tells whether that was at once."""
        before = self.failures
        answer = self._ask("answer", event)
        assert answer["client_event_id"] == event["client_event_id"]
        self.acknowledged[event["client_event_id"]] = time.perf_counter()
        return self.failures == before

    def _send_once(self, event: dict[str, Any]) -> None:
        second = Wire(self.port, self.wire.cookie)
        try:
            second.post(f"/api/judging/{CAMPAIGN}/answer", event)
        except OSError:
            pass
        finally:
            second.close()

    def _ask(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, _, answer = self.wire.post(f"/api/judging/{CAMPAIGN}/{what}", body)
            except OSError:
                status = 0
            if status == 200:
                return answer
            assert status == 0 or status >= 500, f"{status} {answer}"
            self.failures += 1
            time.sleep(0.1)
        raise TimeoutError("the server did not come back")


def make_campaign(labels: str, folder: Path, plan: Plan) -> None:
    """A shop, judges who may sign in, and an open campaign."""
    queries = plan.pairs // PER_QUERY
    products = [Product(f"p{n}", title=f"Product {n}") for n in range(queries * PER_QUERY)]
    write_catalog(folder / "shop", products)
    made_of = [
        PoolQuery(
            f"q{query}",
            f"query {query}",
            {"text": ids[:15], "fused": ids[:4:-1]},
        )
        for query in range(queries)
        for ids in [[f"p{query * PER_QUERY + n}" for n in range(PER_QUERY)]]
    ]
    definition = parse_definition(
        {
            "questions": [relevance().model_dump()],
            "reasons": [reason.model_dump() for reason in REASONS],
            "rankers": ["text", "fused"],
            "depth": 15,
            "judges_per_pair": NEEDED,
            "lease_minutes": plan.lease_seconds / 60,
            "repeat_share": 0.02,
        }
    )
    with JudgmentStore(labels) as store:
        campaigns = CampaignStore(store.database)
        campaigns.create(CAMPAIGN, definition, made_of, by="lea", seed=1)
        campaigns.set_state(CAMPAIGN, State.OPEN)
        accounts = Accounts(store.database, passwords=Passwords(QUICK))
        accounts.add("lea", PASSWORD, Role.LEAD)
        for number in range(plan.judges):
            accounts.add(f"judge{number:02}", PASSWORD, Role.JUDGE)
            accounts.members.add(f"judge{number:02}", CAMPAIGN, by="lea")


def run(labels: str, folder: Path, plan: Plan, *, kills: int = 0) -> Report:
    """Serve a campaign, have it judged, kill the server meanwhile, and check what is stored."""
    make_campaign(labels, folder, plan)
    server = Server(labels, folder / "shop")
    judges = [Judge(number, server.port, plan) for number in range(plan.judges)]
    report = Report()
    try:
        server.start()
        for judge in judges:
            judge.sign_in()
        started = time.perf_counter()
        for judge in judges:
            judge.start()
        while any(judge.is_alive() for judge in judges):
            done = sum(len(judge.acknowledged) for judge in judges)
            if report.kills < kills and done > plan.pairs * NEEDED * (report.kills + 0.5) / kills:
                server.kill()
                report.kills += 1
                server.start()
            time.sleep(0.05)
        report.seconds = time.perf_counter() - started
    finally:
        server.stop()
    for judge in judges:
        report.save_ms += judge.save_ms
        report.saved_at += [at - started for at in judge.acknowledged.values()]
        report.next_ms += judge.next_ms
    with JudgmentStore(labels) as store:
        check(store, judges, plan, report)
    if report.kills < kills:
        report.problems.append(f"killed {report.kills} times instead of {kills}")
    return report


def check(store: JudgmentStore, judges: list[Judge], plan: Plan, report: Report) -> None:
    """Compare what is stored with what judges were told."""
    events = [event.judgment for event in store.events(campaign=CAMPAIGN)]
    report.kinds = Counter(str(event.context["kind"]) for event in events)
    report.problems += [judge.problem for judge in judges if judge.problem]
    stored = Counter(event.client_event_id for event in events)
    acknowledged = {event_id for judge in judges for event_id in judge.acknowledged}
    sent = set().union(*(judge.sent for judge in judges))
    for what, wrong in (
        ("acknowledged, but not stored", acknowledged - set(stored)),
        ("stored, but never sent", set(stored) - sent),
        ("stored twice", {event_id for event_id, times in stored.items() if times > 1}),
    ):
        if wrong:
            report.problems.append(f"{len(wrong)} answers {what}")
    regular = Counter((e.query_id, e.product_id) for e in events if e.context["kind"] == "regular")
    pairs = plan.pairs // PER_QUERY * PER_QUERY
    off = {pair: times for pair, times in regular.items() if times != NEEDED}
    if off or len(regular) != pairs:
        report.problems.append(
            f"{len(regular)} of {pairs} pairs have regular grades, {len(off)} of them not {NEEDED}"
        )
    asked = Counter((e.judge, e.query_id, e.product_id, e.repeat) for e in events)
    if twice := sum(times > 1 for times in asked.values()):
        report.problems.append(f"{twice} pairs were graded twice by one judge")


def main() -> None:
    """Measure, check, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges", description=main.__doc__)
    parser.add_argument("--labels", help="URL of an empty database (default: a new SQLite file)")
    parser.add_argument("--pairs", type=int, default=Plan.pairs)
    parser.add_argument("--judges", type=int, default=Plan.judges)
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill -9 so many times")
    args = parser.parse_args()
    plan = Plan(pairs=args.pairs, judges=args.judges)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        labels = args.labels or f"sqlite:///{folder}/judgments.sqlite3"
        report = run(labels, folder, plan, kills=args.kill)
    print("\n".join(report.lines()))
    sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
