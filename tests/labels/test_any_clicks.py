"""Any clicks in any order: the current grade follows the rule, and every event comes back."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmdemo.errors import LabelConflictError
from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment, StoredJudgment

Click = Callable[..., Judgment]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def reference(events: Sequence[StoredJudgment]) -> set[str]:
    """Current event ids by the rule in words, one key at a time."""
    keys: dict[object, list[StoredJudgment]] = {}
    for event in events:
        j = event.judgment
        key = (j.campaign, j.judge, j.query_id, j.product_id, j.question, j.repeat)
        keys.setdefault(key, []).append(event)
    winners = set()
    for of_key in keys.values():
        replaced = {event.judgment.supersedes for event in of_key}
        heads = [event for event in of_key if event.judgment.client_event_id not in replaced]
        best = heads[0]
        for event in heads[1:]:
            moments = [min(e.judgment.clicked_at, e.received_at) for e in (best, event)]
            if moments[1] > moments[0] or (
                moments[1] == moments[0] and event.sequence > best.sequence
            ):
                best = event
        winners.add(best.judgment.client_event_id)
    return winners


def closes_circle(stored: Sequence[Judgment], new: Judgment) -> bool:
    """Walk back from the new event among those of its key."""
    links = {
        j.client_event_id: j.supersedes
        for j in [*stored, new]
        if (j.judge, j.product_id) == (new.judge, new.product_id)
    }
    at, seen = new.supersedes, set[str]()
    while at is not None and at not in seen:
        if at == new.client_event_id:
            return True
        seen.add(at)
        at = links.get(at)
    return False


_numbers = itertools.count()
_clicks = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.sampled_from(["p1", "p2"]),
        st.sampled_from([None, 0, 3]),
        st.one_of(st.none(), st.integers(0, 7)),  # which event it supersedes
        st.one_of(st.integers(-3, 3), st.just(10**6)),  # clicked at; the last is in the future
    ),
    max_size=8,
)


@given(clicks=_clicks)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_current_follows_the_rule(
    store: JudgmentStore, clicks: list[tuple[str, str, int | None, int | None, int]]
) -> None:
    campaign = f"example {next(_numbers)}"
    start = datetime.now(UTC) - timedelta(days=1)
    stored: list[StoredJudgment] = []
    for i, (judge, product_id, grade, supersedes, at) in enumerate(clicks):
        if supersedes == i:
            continue
        new = Judgment(
            client_event_id=f"{campaign[8:]}-{i}",
            campaign=campaign,
            judge=judge,
            query_id="q",
            query_text="red shoes",
            product_id=product_id,
            grade=grade,
            supersedes=None if supersedes is None else f"{campaign[8:]}-{supersedes}",
            clicked_at=start + timedelta(seconds=at),
        )
        if closes_circle([event.judgment for event in stored], new):
            with pytest.raises(LabelConflictError):
                store.add(new)
        else:
            stored.append(store.add(new))
    assert list(store.events(campaign=campaign)) == stored
    current = store.current(campaign=campaign, withdrawn=True)
    assert {event.judgment.client_event_id for event in current} == reference(stored)
    given_now = [event for event in current if event.judgment.grade is not None]
    assert store.current(campaign=campaign) == given_now


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_id_text = _text.filter(str.strip)
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
)
_judgments = st.builds(
    Judgment,
    client_event_id=st.just("a"),
    campaign=_id_text,
    judge=_id_text,
    query_id=_id_text,
    query_text=_text,
    product_id=_id_text,
    grade=st.one_of(st.none(), st.integers(0, 3)),
    clicked_at=st.datetimes(
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 1, 1),
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11, minutes=-30))]),
    ),
    question=_id_text,
    repeat=st.integers(0, 999),
    supersedes=st.one_of(st.none(), st.uuids().map(str)),
    blind=st.booleans(),
    context=st.dictionaries(_text, _json, max_size=3),
)


@given(judgment=_judgments)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_judgment_comes_back_as_it_went_in(store: JudgmentStore, judgment: Judgment) -> None:
    judgment = replace(judgment, client_event_id=f"{uuid.uuid4()}")  # examples may repeat
    stored = store.add(judgment)
    assert stored.judgment == judgment
    (kept,) = store.events(after=stored.sequence - 1)
    assert kept == stored
    assert json.dumps(dict(kept.judgment.context)) == json.dumps(dict(judgment.context))
