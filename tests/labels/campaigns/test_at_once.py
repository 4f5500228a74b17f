"""Many judges at once, in threads and on several servers that share a database."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mmdemo.labels.answers import Said
from mmdemo.labels.campaigns import Given, Judging, PoolQuery, Status
from mmdemo.labels.database import Database

Room = Any  # of conftest.py
JUDGES = 8


def test_exactly_three_grades_each_with_judges_who_stall_and_double_submit(
    room: Room, url: str, queries: Callable[..., list[PoolQuery]]
) -> None:
    products = "".join(chr(97 + n) for n in range(10))
    room.make(
        queries(*[products] * 5),
        judges_per_pair=3,
        repeat_share=0.05,
        random_share=0.2,
        lease_minutes=0.02,  # 1.2 seconds: some run out
    )
    databases = [Database(url) for _ in range(2)]
    servers = [Judging(database) for database in databases]
    problems: list[str] = []
    sent: list[str] = []

    def judge(number: int) -> None:
        chance = random.Random(number)
        name = f"judge{number}"
        try:
            for _ in range(10_000):
                server = chance.choice(servers)
                found = server.next(room.name, name, count=4)
                if found.status is Status.DONE:
                    return
                if found.status is Status.WAIT:
                    threading.Event().wait(0.05)
                    continue
                for asked in [asked for block in found.blocks for asked in block.pairs]:
                    if chance.random() < 0.03:
                        threading.Event().wait(1.5)  # longer than a lease
                    if chance.random() < 0.03:
                        break  # vanishes, and comes back for others
                    event_id = f"{name}-{len(sent)}-{chance.random()}"
                    given = Given(
                        event_id,
                        asked.assignment,
                        Said.GRADE,
                        datetime.now(UTC),
                        {"relevance": chance.randrange(4)},
                    )
                    for _ in range(1 + (chance.random() < 0.1)):
                        chance.choice(servers).answer(room.name, name, given)
                    sent.append(event_id)
            problems.append(f"{name} did not come to an end")
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=judge, args=(n,)) for n in range(JUDGES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    for database in databases:
        database.close()
    assert problems == []
    events = [event.judgment for event in room.store.events()]
    assert sorted(event.client_event_id for event in events) == sorted(sent)
    regular = Counter((e.query_id, e.product_id) for e in events if e.context["kind"] == "regular")
    assert len(regular) == 50
    assert set(regular.values()) == {3}
    twice = Counter((e.judge, e.query_id, e.product_id, e.repeat) for e in events)
    assert set(twice.values()) == {1}
    total = room.campaigns.overview(room.name).total
    assert (total.done, total.needed) == (150, 150)
