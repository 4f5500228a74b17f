"""What a lead asks about grades: how good they are, what is disputed, who said what when."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore, Said
from mmdemo.labels.campaigns import (
    CampaignStore,
    Definition,
    Given,
    Gold,
    Judging,
    PoolQuery,
    Question,
    State,
    Status,
)
from mmdemo.labels.campaigns.presets import DESIRABILITY, ESCI
from mmdemo.settings import Settings
from mmdemo.web.api import Context, Notebook, QualityDesk, quality_routes
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GRADES = {  # of ann and ben; cid says less
    "p01": (3, 3),
    "p02": (3, 0),
    "p03": (2, 1),
    "p04": (0, 0),
}


@pytest.fixture
def asked(store: JudgmentStore) -> CampaignStore:
    """A campaign "spring" whose first judges are through."""
    campaigns = CampaignStore(store.database)
    definition = Definition(
        questions=(Question(name="relevance", scale=ESCI), DESIRABILITY),
        rankers=("text", "fused"),
        depth=4,
        judges_per_pair=2,
        repeat_share=0,
        gold_share=0,
        random_share=0.1,
    )
    query = PoolQuery("q1", "red shirt", {"text": ["p01", "p02", "p03"], "fused": ["p02", "p04"]})
    campaigns.create(
        "spring", definition, [query], by="lead", seed=1, gold=[Gold("q1", "p09", 3, training=True)]
    )
    campaigns.create("empty", definition, [query], by="lead", seed=1)
    campaigns.set_state("spring", State.OPEN)
    judging = Judging(store.database)
    for number, judge in enumerate(("ann", "ben")):
        while (handed := judging.next("spring", judge)).status in (Status.PAIRS, Status.TRAINING):
            for block in handed.blocks:
                for pair in block.pairs:
                    grade = GRADES.get(pair.product_id, (3, 3))[number]
                    name = f"{judge}-{pair.product_id}"
                    given = Given(
                        client_event_id=name,
                        assignment=pair.assignment,
                        said=Said.GRADE,
                        clicked_at=NOW,
                        grades={"relevance": grade, "desirability": 1},
                        seconds=4.0,
                        comment=f"{judge} says so",
                    )
                    judging.answer("spring", judge, given)
    return campaigns


@pytest.fixture
def client(
    asked: CampaignStore, ready: EngineHandle, store: JudgmentStore, settings: Settings
) -> Any:
    context = Context(ready, QueryPhotos.beside_labels(settings), store)
    notebook = Notebook(settings.labels)
    app = FastAPI()
    who = {"name": "lead"}

    def lead(request: Request) -> str:
        return request.headers.get("x-judge", who["name"])

    app.include_router(quality_routes(QualityDesk(context, store, asked, notebook), lead))
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as opened:
        yield opened
    notebook.close()


Ask = Callable[..., Any]


@pytest.fixture
def decide(client: TestClient) -> Ask:
    """`decide("p02", 2)`: what the lead decides of a product, and the answer."""

    def send(pair: int, grade: int, event_id: str = "d1", **more: Any) -> Any:
        judge = more.pop("as_judge", "lead")
        body = {
            "client_event_id": event_id,
            "pair": pair,
            "answers": {"relevance": grade},
            "clicked_at": (NOW + timedelta(minutes=1)).isoformat(),
        }
        return client.post(
            "/api/campaigns/spring/adjudicate", json=body | more, headers={"x-judge": judge}
        )

    return send


def disputed(client: TestClient, **more: Any) -> Any:
    return client.get("/api/campaigns/spring/disputes", params=more).json()


class TestQuality:
    def test_figures(self, client: TestClient) -> None:
        found = client.get("/api/campaigns/spring/quality").json()
        assert found["campaign"] == "spring"
        assert found["questions"] == ["relevance", "desirability"]
        assert found["counts"] == {
            "pairs": 4,
            "answers": 10,  # the training pair among them
            "cant_tell": 0,
            "skipped": 0,
            "extras": 0,
            "adjudicated": 0,
        }
        agreement = found["agreement"]
        assert agreement["raw"]["value"] == 0.5
        assert agreement["raw"]["n"] == 4
        assert -1 < agreement["alpha"]["value"] < 1
        ann, ben = found["judges"]
        assert (ann["judge"], ann["bias"]["value"]) == ("ann", 1.0)  # 0, 3, 1, 0 above ben
        assert (ben["bias"]["value"], ben["training"]["value"]) == (-1.0, 1.0)
        assert ann["median_seconds"] == 4.0
        assert found["queries"][0]["disputed"] == 2

    def test_the_second_question(self, client: TestClient) -> None:
        asked = {"question": "desirability"}
        found = client.get("/api/campaigns/spring/quality", params=asked).json()
        assert found["agreement"]["raw"]["value"] == 1.0
        assert found["agreement"]["alpha"]["value"] is None
        assert found["agreement"]["alpha"]["why"] == "all grades are the same"

    def test_it_follows_new_grades(self, client: TestClient, decide: Ask) -> None:
        before = client.get("/api/campaigns/spring/quality").json()
        assert client.get("/api/campaigns/spring/quality").json() == before
        pair = disputed(client)["disputes"][0]["pair"]
        decide(pair, 2)
        after = client.get("/api/campaigns/spring/quality").json()
        assert after["counts"]["adjudicated"] == 1
        assert after["agreement"] == before["agreement"]

    def test_a_campaign_without_grades(self, client: TestClient) -> None:
        found = client.get("/api/campaigns/empty/quality").json()
        assert found["agreement"]["alpha"]["why"] == "no pair was graded by two judges"
        assert found["judges"] == []


class TestDisputes:
    def test_the_widest_first(self, client: TestClient) -> None:
        found = disputed(client)
        assert (found["question"], found["total"]) == ("relevance", 2)
        first, second = found["disputes"]
        assert [first["product"]["id"], second["product"]["id"]] == ["p02", "p03"]
        assert first["query"] == {"id": "q1", "text": "red shirt", "photo": ""}
        assert (first["spread"], first["adjudicated"]) == (3.0, None)
        told = [(a["judge"], a["grade"], a["comment"]) for a in first["answers"]]
        assert told == [("ann", 3, "ann says so"), ("ben", 0, "ben says so")]
        assert disputed(client, limit=1)["total"] == 2
        assert len(disputed(client, limit=1)["disputes"]) == 1
        assert disputed(client, query_id="q9")["total"] == 0
        assert disputed(client, question="desirability")["total"] == 0


class TestAdjudication:
    def test_is_kept_as_what_it_is(
        self, client: TestClient, store: JudgmentStore, decide: Ask
    ) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        first = decide(pair, 2, comment="the print is not red", judge="lead")
        assert first.status_code == 200
        assert first.json() == {
            "client_event_id": "d1",
            "pair": pair,
            "judge": "lead",
            "answers": {"relevance": 2},
        }
        assert decide(pair, 2, comment="the print is not red").json() == first.json()  # a retry
        (stored,) = store.current(judge="lead")
        judgment = stored.judgment
        assert (judgment.product_id, judgment.grade, judgment.blind) == ("p02", 2, True)
        assert judgment.context["kind"] == "adjudication"
        assert disputed(client)["total"] == 1
        (told,) = [d for d in disputed(client, open=False)["disputes"] if d["adjudicated"]]
        assert told["adjudicated"]["grade"] == 2
        assert told["adjudicated"]["comment"] == "the print is not red"
        assert len(told["answers"]) == 2

    def test_may_be_changed(self, client: TestClient, decide: Ask, store: JudgmentStore) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        decide(pair, 2)
        assert decide(pair, 1, "d2", supersedes="d1").status_code == 200
        (stored,) = store.current(judge="lead")
        assert stored.judgment.grade == 1
        both = {"relevance": 1, "desirability": 0}
        assert decide(pair, 1, "d3", supersedes="d2", answers=both).status_code == 200
        assert len(store.current(judge="lead")) == 2

    def test_only_by_a_third_person(self, client: TestClient, decide: Ask) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        refused = decide(pair, 2, as_judge="ann")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_third")

    def test_whoever_decided_is_not_asked_the_pair(
        self, client: TestClient, decide: Ask, store: JudgmentStore, asked: CampaignStore
    ) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        decide(pair, 2)
        asked.requeue("spring", query_id="q1")
        judging = Judging(store.database)
        handed = judging.next("spring", "lead")
        if handed.status is Status.TRAINING:
            (block,) = handed.blocks
            for one in block.pairs:
                answer = {"relevance": 3, "desirability": 1}
                given = Given(f"t-{one.product_id}", one.assignment, Said.GRADE, NOW, answer)
                judging.answer("spring", "lead", given)
            handed = judging.next("spring", "lead")
        products = [one.product_id for block in handed.blocks for one in block.pairs]
        assert sorted(products) == ["p01", "p03", "p04"]
        held = disputed(client)["disputes"][0]["pair"]  # p03, which the lead holds now
        refused = decide(held, 2, "d9")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_third")
        judging.release("spring", "lead")
        assert decide(held, 2, "d9").status_code == 200

    @pytest.mark.parametrize(
        ("more", "status", "code"),
        [
            ({"pair": 9999}, 404, "no_campaign"),
            ({"answers": {"relevance": 7}}, 422, "invalid"),
            ({"answers": {"desirability": 1}}, 422, "invalid"),
            ({"answers": {"relevance": 1, "beauty": 1}}, 422, "invalid"),
            ({"answers": {}}, 422, "invalid"),
            ({"client_event_id": "ann-p01"}, 409, "conflict"),
            ({"client_event_id": ""}, 422, "invalid"),
            ({"comment": "x" * 3000}, 422, "invalid"),
            ({"clicked_at": "yesterday"}, 422, "invalid"),
            ({"judge": "somebody else"}, 409, "other_judge"),
            ({"surprise": 3}, 422, "invalid"),
        ],
    )
    def test_what_cannot_be_kept(
        self,
        client: TestClient,
        decide: Ask,
        store: JudgmentStore,
        more: dict[str, Any],
        status: int,
        code: str,
    ) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        before = store.last_sequence()
        refused = decide(**{"pair": pair, "grade": 2} | more)
        assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
        assert store.last_sequence() == before


class TestHistory:
    def test_every_event_the_newest_first(self, client: TestClient, decide: Ask) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        decide(pair, 2)
        decide(pair, 1, "d2", supersedes="d1")
        of = {"query_id": "q1", "product_id": "p02"}
        found = client.get("/api/campaigns/spring/history", params=of).json()
        told = [
            (e["client_event_id"], e["grade"], e["current"])
            for e in found["events"]
            if e["question"] == "relevance"
        ]
        assert told[:2] == [("d2", 1, True), ("d1", 2, False)]
        assert {name for name, _, _ in told[2:]} == {"ann-p02", "ben-p02"}
        assert found["before"] is None
        assert found["events"][0]["context"]["kind"] == "adjudication"

    def test_pages_and_judges(self, client: TestClient) -> None:
        seen: list[str] = []
        of: dict[str, Any] = {"judge": "ann", "limit": 3}
        while True:
            found = client.get("/api/campaigns/spring/history", params=of).json()
            seen += [event["client_event_id"] for event in found["events"]]
            if found["before"] is None:
                break
            of["before"] = found["before"]
        assert len(seen) == len(set(seen)) == 10  # five pairs, two questions
        assert all(name.startswith("ann-") for name in seen)


class TestExport:
    def test_a_zip_by_the_rule(self, client: TestClient, decide: Ask) -> None:
        pair = disputed(client)["disputes"][0]["pair"]
        decide(pair, 2)
        answer = client.get("/api/campaigns/spring/export", params={"rule": "adjudicated"})
        assert answer.headers["content-type"] == "application/zip"
        assert 'filename="spring.zip"' in answer.headers["content-disposition"]
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            qrels = archive.read("spring/qrels.txt").decode()
            manifest = json.loads(archive.read("spring/manifest.json"))
            run = archive.read("spring/runs/fused.trec").decode()
        assert qrels == "q1 0 p01 3\nq1 0 p02 2\nq1 0 p03 1\nq1 0 p04 0\n"
        assert [line.split()[2:4] for line in run.splitlines()] == [["p02", "1"], ["p04", "2"]]
        assert (manifest["rule"], manifest["seed"]) == ("adjudicated", 1)
        assert manifest["counts"]["pool"] == 5
        again = client.get("/api/campaigns/spring/export", params={"rule": "adjudicated"})
        assert again.content == answer.content

    def test_unknown_rules(self, client: TestClient) -> None:
        answer = client.get("/api/campaigns/spring/export", params={"rule": "loudest"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


@pytest.mark.parametrize("what", ["quality", "disputes", "history", "export"])
def test_campaigns_that_are_not_there(client: TestClient, what: str) -> None:
    answer = client.get(f"/api/campaigns/nowhere/{what}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_campaign")
