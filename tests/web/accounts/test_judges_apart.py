"""Judges do not see each other, nor campaigns that are not theirs, whatever they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts, Role
from mmdemo.labels.campaigns import CampaignStore, Definition, PoolQuery, State
from mmdemo.labels.campaigns.presets import REASONS, relevance

Make = Callable[..., TestClient]
SECRET = "what yuki thinks"


def make_campaign(store: JudgmentStore, name: str, products: list[str], judges: int) -> None:
    campaigns = CampaignStore(store.database)
    definition = Definition(
        questions=(relevance(),),
        reasons=REASONS,
        rankers=("text",),
        depth=10,
        judges_per_pair=judges,
        repeat_share=0,
        gold_share=0,
        random_share=1e-12,
    )
    queries = [PoolQuery(f"query-of-{name}", f"{name} shirt", {"text": products})]
    campaigns.create(name, definition, queries, by="olga", seed=7)
    campaigns.set_state(name, State.OPEN)


@pytest.fixture
def campaigns(store: JudgmentStore, people: Accounts, password: str) -> Accounts:
    """ann and yuki judge spring, each pair twice; bob judges fall, each pair once."""
    people.add("yuki", password, Role.JUDGE)
    people.members.add("yuki", "spring", by="olga")
    make_campaign(store, "spring", ["p09", "p10", "p11"], 2)
    make_campaign(store, "fall", ["p12", "p13"], 1)
    return people


def pairs_of(client: TestClient, campaign: str) -> dict[str, int]:
    """What the next block holds: product → the name that the pair has for this judge."""
    answer = client.post(f"/api/judging/{campaign}/next", json={"count": 10})
    assert answer.status_code == 200, answer.text
    blocks = answer.json()["blocks"]
    return {pair["product"]["id"]: pair["pair"] for block in blocks for pair in block["pairs"]}


def answered(event: str, pair: int, grade: int, **more: Any) -> dict[str, Any]:
    return {
        "client_event_id": event,
        "pair": pair,
        "repeat": 0,
        "answer": "grade",
        "answers": {"relevance": grade},
        "clicked_at": "2026-03-01T12:00:00Z",
        **more,
    }


def judging_requests(campaign: str) -> list[tuple[str, str, Any]]:
    base = f"/api/judging/{campaign}"
    note = {
        "client_event_id": "n1",
        "query_id": f"query-of-{campaign}",
        "no_good_result": True,
        "clicked_at": "2026-03-01T12:00:00Z",
    }
    return [
        ("GET", base, None),
        ("GET", f"{base}/history", None),
        ("POST", f"{base}/next", {"count": 10}),
        ("POST", f"{base}/answer", answered("a1", 1, 3)),
        ("POST", f"{base}/query-note", note),
        ("POST", f"{base}/renew", {}),
        ("POST", f"{base}/release", {}),
    ]


def test_a_judge_is_shown_their_own_campaigns(campaigns: Accounts, make_client: Make) -> None:
    for name, shown in (("ann", ["spring"]), ("yuki", ["spring"]), ("bob", ["fall"])):
        mine = make_client(name).get("/api/judging").json()
        assert mine["judge"] == name
        assert [one["name"] for one in mine["campaigns"]] == shown
    everything = make_client("olga").get("/api/judging").json()["campaigns"]
    assert sorted(one["name"] for one in everything) == ["fall", "spring"]


def test_a_campaign_of_others_is_as_one_that_is_not_there(
    campaigns: Accounts, make_client: Make, store: JudgmentStore
) -> None:
    ann = make_client("ann")

    def asked(campaign: str) -> list[tuple[int, str]]:
        answers = [ann.request(m, path, json=body) for m, path, body in judging_requests(campaign)]
        return [(one.status_code, one.text.replace(campaign, "it")) for one in answers]

    assert [status for status, _ in asked("fall")] == [404] * 7
    assert asked("fall") == asked("nowhere")
    assert list(store.events()) == []


def test_two_judges_of_a_campaign_do_not_see_each_other(
    campaigns: Accounts, make_client: Make, store: JudgmentStore
) -> None:
    yuki, ann = make_client("yuki"), make_client("ann")
    theirs = pairs_of(yuki, "spring")
    assert sorted(theirs) == ["p09", "p10", "p11"]
    for product, pair in theirs.items():
        body = answered(f"yuki-{product}", pair, 3, comment=SECRET, reasons=[])
        assert yuki.post("/api/judging/spring/answer", json=body).status_code == 200
    own = pairs_of(ann, "spring")
    first = answered("ann-1", own["p09"], 0)
    assert ann.post("/api/judging/spring/answer", json=first).status_code == 200
    told = [ann.request(m, p, json=b) for m, p, b in judging_requests("spring")]
    told += [ann.get(path) for path in ("/api/judging", "/api/status", "/api/session", "/judge")]
    for name in ("yuki", "nobody", "ann"):
        told.append(ann.get(f"/api/judging/spring/history?judge={name}&limit=100"))
        told.append(ann.get(f"/api/labels?campaign=spring&query_id=query-of-spring&judge={name}"))
    for answer in told:
        assert "yuki" not in answer.text
        assert SECRET not in answer.text
    history = ann.get("/api/judging/spring/history").json()["entries"]
    assert [entry["client_event_id"] for entry in history] == ["ann-1"]


def test_the_pairs_of_others_cannot_be_answered(
    campaigns: Accounts, make_client: Make, store: JudgmentStore
) -> None:
    yuki, ann, bob = (make_client(name) for name in ("yuki", "ann", "bob"))
    of_yuki, of_bob = pairs_of(yuki, "spring"), pairs_of(bob, "fall")
    for number, pair in enumerate(
        [*of_yuki.values(), *of_bob.values(), 0, -1, 10**9, 2**63 - 1, 2**70]
    ):
        body = answered(f"guess-{number}", pair, 0)
        refused = ann.post("/api/judging/spring/answer", json=body)
        assert 400 <= refused.status_code < 500, (pair, refused.text)
        assert "yuki" not in refused.text
        assert "bob" not in refused.text
    assert list(store.events()) == []


def test_the_answers_of_others_cannot_be_changed(
    campaigns: Accounts, make_client: Make, store: JudgmentStore
) -> None:
    yuki, ann = make_client("yuki"), make_client("ann")
    pair = pairs_of(yuki, "spring")["p09"]
    given = answered("yuki-1", pair, 3, comment=SECRET)
    assert yuki.post("/api/judging/spring/answer", json=given).status_code == 200
    own = pairs_of(ann, "spring")["p09"]
    taken = ann.post("/api/judging/spring/answer", json=answered("yuki-1", own, 0))
    assert taken.status_code == 409
    assert SECRET not in taken.text
    ann.post("/api/judging/spring/answer", json=answered("ann-1", own, 0, supersedes="yuki-1"))
    as_yuki = answered("ann-2", own, 0, judge="yuki")
    assert ann.post("/api/judging/spring/answer", json=as_yuki).status_code == 409
    around = {
        "client_event_id": "ann-3",
        "campaign": "spring",
        "query_id": "query-of-spring",
        "query_text": "spring shirt",
        "product_id": "p09",
        "grade": 0,
        "clicked_at": "2026-03-01T12:00:00Z",
    }
    assert ann.post("/api/labels", json=around).status_code == 403
    current = {e.judgment.judge: e.judgment.grade for e in store.current(campaign="spring")}
    assert current["yuki"] == 3


def test_signing_out_gives_back_what_a_judge_holds(
    campaigns: Accounts, make_client: Make, password: str
) -> None:
    campaigns.add("eli", password, Role.JUDGE)
    campaigns.members.add("eli", "fall", by="olga")
    bob, eli = make_client("bob"), make_client("eli")
    assert sorted(pairs_of(bob, "fall")) == ["p12", "p13"]
    assert pairs_of(eli, "fall") == {}
    bob.delete("/api/session")
    assert sorted(pairs_of(eli, "fall")) == ["p12", "p13"]


def test_whoever_is_taken_out_of_a_campaign_is_out_at_once(
    campaigns: Accounts, make_client: Make
) -> None:
    olga, ann = make_client("olga"), make_client("ann")
    assert ann.get("/api/judging/spring").status_code == 200
    body = {"name": "ann", "member": False}
    assert olga.post("/api/campaigns/spring/judges", json=body).status_code == 200
    assert ann.get("/api/judging/spring").status_code == 404
    assert ann.get("/api/judging").json()["campaigns"] == []
    assert olga.post("/api/users", json={"name": "ann", "campaigns": ["fall"]}).status_code == 200
    assert ann.get("/api/judging/fall").status_code == 200


def test_a_lead_sees_everything(campaigns: Accounts, make_client: Make) -> None:
    olga = make_client("olga")
    assert olga.get("/api/campaigns").status_code == 200
    for path in ("/api/campaigns", "/api/campaigns/spring", "/api/campaigns/spring/pairs"):
        for name in ("ann", "vic"):
            assert make_client(name).get(path).status_code == 403
