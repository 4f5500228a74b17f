"""A judge's routes: what they tell, what they never tell, what an answer means to the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from mmdemo.errors import LabelsBusyError, MmdemoError
from mmdemo.labels import JudgmentStore
from mmdemo.labels.accounts import Accounts
from mmdemo.labels.campaigns import CampaignStore, Example, Gold, Judging, PoolQuery, State
from mmdemo.labels.campaigns.definition import parse_definition
from mmdemo.labels.campaigns.presets import DESIRABILITY, REASONS, relevance
from mmdemo.settings import Settings
from mmdemo.web.api import (
    CampaignsDesk,
    Context,
    JudgesDesk,
    Notebook,
    campaign_routes,
    judging_routes,
)
from mmdemo.web.loading import EngineHandle
from mmdemo.web.photos import QueryPhotos

As = Callable[..., Any]
AT = "2026-03-01T12:00:00.250Z"


def who(request: Request) -> str:
    """The judge is the X-Judge header."""
    judge = request.headers.get("x-judge", "")
    if not judge:
        raise HTTPException(401, "sign in")
    return judge


class Site:
    """The routes of judges and leads, and what is behind them."""

    def __init__(self, handle: EngineHandle, store: JudgmentStore, settings: Settings) -> None:
        self.store = store
        self.campaigns = CampaignStore(store.database)
        self.judging = Judging(store.database)
        self.accounts = Accounts(store.database)
        self.notebook = Notebook(settings.labels)
        context = Context(handle, QueryPhotos.beside_labels(settings), store, settings.catalog)
        self.barred: set[tuple[str, str]] = set()
        judges = JudgesDesk(
            context,
            self.campaigns,
            self.judging,
            self.notebook,
            may_judge=lambda judge, campaign: (judge, campaign) not in self.barred,
        )
        leads = CampaignsDesk(context, self.campaigns, self.notebook, self.accounts, alone="anna")
        app = FastAPI()
        app.include_router(judging_routes(judges, who))
        app.include_router(campaign_routes(leads, who))
        self.client = TestClient(
            app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False
        )

    def make(self, name: str = "autumn", *, gold: tuple[Gold, ...] = (), **changes: Any) -> None:
        """Text finds p00 p01 p02 of red, fused p02 p03; of blue both find p05."""
        definition = parse_definition(
            {
                "questions": [relevance().model_dump()],
                "reasons": [reason.model_dump() for reason in REASONS],
                "rankers": ["text", "fused"],
                "judges_per_pair": 1,
                "gold_share": 0,
                "repeat_share": 0,
                "random_share": 1e-12,
            }
            | changes
        )
        queries = [
            PoolQuery("q1", "red", {"text": ["p00", "p01", "p02"], "fused": ["p02", "p03"]}),
            PoolQuery("q2", "blue", {"text": ["p05"], "fused": ["p05"]}),
        ]
        self.campaigns.create(
            name,
            definition,
            queries,
            by="lea",
            title="Autumn 2026",
            gold=gold,
            markdown="# Grade",
            examples=[Example("red", "p01", 3, "it is red")],
            seed=1,
        )
        self.campaigns.set_state(name, State.OPEN)

    def get(self, judge: str, path: str) -> Any:
        return self.client.get(f"/api/judging{path}", headers={"x-judge": judge})

    def post(self, judge: str, path: str, /, **body: Any) -> Any:
        return self.client.post(f"/api/judging{path}", headers={"x-judge": judge}, json=body)

    def next(self, judge: str, **body: Any) -> Any:
        answer = self.post(judge, "/autumn/next", **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pairs(self, judge: str) -> dict[str, int]:
        """What a judge holds of the first block: product → pair."""
        return {pair["product"]["id"]: pair["pair"] for pair in self.next(judge)["pairs"]}

    def answer(
        self, judge: str, pair: int, event_id: str, grade: int = 3, /, **changes: Any
    ) -> Any:
        body = {
            "client_event_id": event_id,
            "pair": pair,
            "answer": "grade",
            "answers": {"relevance": grade},
            "clicked_at": AT,
        }
        return self.post(judge, "/autumn/answer", **(body | changes))


@pytest.fixture
def site(ready: EngineHandle, store: JudgmentStore, settings: Settings) -> Iterator[Site]:
    made = Site(ready, store, settings)
    with made.client:
        yield made
    made.notebook.close()


def refused(answer: Any, status: int, code: str) -> str:
    """Check an error answer and return its message."""
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"]["code"] == code
    return str(answer.json()["error"]["message"])


def test_the_open_campaigns_of_a_judge(site: Site) -> None:
    site.make()
    site.make("winter")
    site.campaigns.set_state("winter", State.CLOSED)
    site.make("spring")
    site.barred.add(("ann", "spring"))
    assert site.get("ann", "").json() == {
        "judge": "ann",
        "campaigns": [
            {
                "name": "autumn",
                "title": "Autumn 2026",
                "state": "open",
                "other_catalog": False,
                "done": 0,
                "left": 5,
                "training": {"needed": False, "done": 0, "total": 0},
            }
        ],
    }


def test_what_is_asked_and_how(site: Site) -> None:
    site.make(questions=[relevance("binary").model_dump(), DESIRABILITY.model_dump()])
    told = site.get("ann", "/autumn").json()
    assert (told["name"], told["title"], told["state"]) == ("autumn", "Autumn 2026", "open")
    assert told["guidelines"] == {"version": 1, "markdown": "# Grade"}
    (example,) = told["examples"]
    assert (example["query"], example["grade"], example["why"]) == ("red", 3, "it is red")
    assert example["product"]["id"] == "p01"
    assert [(step["grade"], step["name"], step["key"]) for step in told["scale"]] == [
        (1, "Relevant", "r"),
        (0, "Not relevant", "i"),
    ]
    assert [question["name"] for question in told["questions"]] == ["relevance", "desirability"]
    assert told["reasons"][0] == {
        "name": "wrong_type",
        "label": "Wrong product type",
        "key": "t",
    }
    assert told["progress"] == {"done": 0, "left": 5, "today": 0}


def test_the_next_pairs_with_all_that_a_shopper_sees(site: Site) -> None:
    site.make()
    found = site.next("ann")
    assert (found["status"], found["message"], found["guidelines"]) == ("pairs", "", 1)
    (block,) = found["blocks"]
    assert block["query"] == {"id": "q1", "text": "red", "photo": "", "no_good_result": False}
    assert (found["query"], found["pairs"]) == (block["query"], block["pairs"])
    assert {pair["product"]["id"] for pair in block["pairs"]} == {"p00", "p01", "p02", "p03"}
    (pair,) = [pair for pair in block["pairs"] if pair["product"]["id"] == "p01"]
    assert set(pair) == {"pair", "repeat", "leased_until", "product"}
    product = pair["product"]
    assert product["description"] == "A red shirt, number 1."
    assert product["price"] == "₹650"
    assert product["attributes"] == [{"name": "half", "value": "first"}]
    assert [(photo["width"], photo["height"]) for photo in product["photos"]] == [(60, 80)]
    assert site.next("ann")["blocks"] == [block]
    assert [b["query"]["id"] for b in site.next("ann", ahead=True)["blocks"]] == ["q1", "q2"]


def test_a_judge_is_told_of_no_ranker_and_of_nobody_else(site: Site) -> None:
    site.make(gold=(Gold("q1", "p09", 0, "secret"),), gold_share=0.4, judges_per_pair=2)
    for pair in site.pairs("bob").values():
        site.answer("bob", pair, f"bob-{pair}", 0, comment="bob says")
    told = []
    for pair in site.pairs("ann").values():
        told.append(site.answer("ann", pair, f"ann-{pair}").text)
    told += [site.get("ann", path).text for path in ("", "/autumn", "/autumn/history")]
    told.append(json.dumps(site.next("ann")))
    stored = {e.judgment.context["kind"] for e in site.store.events(judge="ann")}
    assert "gold" in stored
    for secret in (
        "bob",
        "fused",
        "found_by",
        "rank",
        "score",
        "gold",
        "secret",
        "chosen",
        '"lea"',
    ):
        assert [text for text in told if secret in text.casefold()] == []


def test_an_answer_is_acknowledged_when_it_is_stored(site: Site) -> None:
    site.make()
    pairs = site.pairs("ann")
    told = site.answer("ann", pairs["p00"], "e1", 2, seconds=4, reasons=["color"]).json()
    assert told == {
        "client_event_id": "e1",
        "kind": "regular",
        "current": {"answer": "grade", "answers": {"relevance": 2}, "client_event_id": "e1"},
        "progress": {"done": 1, "left": 4, "today": 1},
        "training": {"needed": False, "done": 0, "total": 0},
        "feedback": None,
    }
    assert site.answer("ann", pairs["p00"], "e1", 2, seconds=4, reasons=["color"]).json() == told
    (event,) = site.store.events()
    assert (event.judgment.judge, event.judgment.product_id) == ("ann", "p00")


def test_the_training_round_gives_feedback(site: Site) -> None:
    site.make(gold=(Gold("q2", "p07", 1, "goes with it", True),))
    found = site.next("ann")
    assert (found["status"], found["training"]) == (
        "training",
        {"needed": True, "done": 0, "total": 1},
    )
    told = site.answer("ann", found["pairs"][0]["pair"], "e1", 3).json()
    assert told["feedback"] == {"right": False, "grade": 1, "why": "goes with it"}
    assert (told["kind"], told["training"]["needed"]) == ("training", False)
    assert site.next("ann")["status"] == "pairs"


def test_wait_and_done(site: Site) -> None:
    site.make()
    site.next("ann", ahead=True)
    waiting = site.next("bob")
    assert (waiting["status"], waiting["blocks"], waiting["query"]) == ("wait", [], None)
    assert waiting["retry_after"] >= 1
    assert waiting["message"]
    assert site.post("ann", "/autumn/release").json() == {"released": 5}
    for _ in range(2):
        for pair in site.pairs("bob").values():
            site.answer("bob", pair, f"e{pair}")
    assert site.next("bob")["status"] == "done"


def test_history_and_undo(site: Site) -> None:
    site.make()
    pairs = site.pairs("ann")
    for product in ("p00", "p01", "p02"):
        site.answer("ann", pairs[product], f"e-{product}", 1, comment="x")
    first = site.get("ann", "/autumn/history?limit=2").json()
    assert [entry["product"]["id"] for entry in first["entries"]] == ["p02", "p01"]
    entry = first["entries"][0]
    assert (entry["client_event_id"], entry["pair"]) == ("e-p02", pairs["p02"])
    assert (entry["answer"], entry["answers"], entry["comment"]) == (
        "grade",
        {"relevance": 1},
        "x",
    )
    older = site.get("ann", f"/autumn/history?limit=2&before={first['before']}").json()
    assert [entry["product"]["id"] for entry in older["entries"]] == ["p00"]
    assert older["before"] is None
    undo = site.answer(
        "ann", pairs["p00"], "undo", answer="withdrawn", answers=None, supersedes="e-p00"
    ).json()
    assert undo["current"] == {"answer": "withdrawn", "answers": None, "client_event_id": "undo"}
    assert pairs["p00"] in site.pairs("ann").values()


def test_that_no_good_result_is_possible_is_kept(site: Site) -> None:
    site.make()
    note = {"client_event_id": "n1", "query_id": "q1", "no_good_result": True, "clicked_at": AT}
    assert site.post("ann", "/autumn/query-note", **note).json() == {
        "client_event_id": "n1",
        "no_good_result": True,
    }
    assert site.next("ann")["query"]["no_good_result"] is True
    (kept,) = site.notebook.store.current(scope="campaign:autumn")
    assert (kept.note.author, kept.note.query_text, kept.note.tags) == (
        "ann",
        "red",
        ("no good result",),
    )
    back = note | {"client_event_id": "n2", "no_good_result": False, "supersedes": "n1"}
    assert site.post("ann", "/autumn/query-note", **back).json()["no_good_result"] is False
    refused(
        site.post("ann", "/autumn/query-note", **(note | {"query_id": "q9"})), 404, "no_campaign"
    )


class TestRefusals:
    @pytest.mark.parametrize("name", ["winter", "spring", "draft", "..%2Fautumn"])
    def test_a_campaign_that_is_not_this_judges_is_as_if_not_there(
        self, site: Site, name: str
    ) -> None:
        site.make()
        site.make("spring")
        site.barred.add(("ann", "spring"))
        site.make("draft")
        site.campaigns.set_state("draft", State.DRAFT)
        answer = {"client_event_id": "e", "pair": 1, "answer": "skipped", "clicked_at": AT}
        note = {"client_event_id": "n", "query_id": "q1", "no_good_result": True, "clicked_at": AT}
        answers = [
            site.get("ann", f"/{name}"),
            site.get("ann", f"/{name}/history"),
            site.post("ann", f"/{name}/next"),
            site.post("ann", f"/{name}/answer", **answer),
            site.post("ann", f"/{name}/query-note", **note),
            site.post("ann", f"/{name}/renew"),
            site.post("ann", f"/{name}/release"),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert list(site.store.events()) == []

    def test_of_a_pair_that_others_hold(self, site: Site) -> None:
        site.make(judges_per_pair=2)
        pair = site.pairs("bob")["p00"]
        refused(site.answer("ann", pair, "e1"), 404, "no_campaign")
        assert list(site.store.events()) == []

    def test_of_an_answer_of_another_judge(self, site: Site) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]
        refused(site.answer("ann", pair, "e1", judge="bob"), 409, "other_judge")
        assert site.answer("ann", pair, "e1", judge="ann").status_code == 200

    def test_of_an_event_id_that_is_taken(self, site: Site) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]
        site.answer("ann", pair, "e1", 1)
        refused(site.answer("ann", pair, "e1", 2), 409, "conflict")

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"answers": {"relevance": 4}}, "not on the scale"),
            ({"answers": None}, "not to the questions"),
            ({"answer": "maybe"}, "answer"),
            ({"kind": "gold"}, "kind"),  # the server's to say
            ({"pair": "1"}, "pair"),
            ({"pair": 2**70}, "pair"),
            ({"clicked_at": "noon"}, "clicked_at"),
            ({"seconds": -1}, "seconds"),
            ({"reasons": ["smell"]}, "reason"),
            ({"client_event_id": ""}, "client_event_id"),
        ],
    )
    def test_of_what_can_never_be_stored(
        self, site: Site, change: dict[str, Any], message: str
    ) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]
        assert message in refused(site.answer("ann", pair, "e1", **change), 422, "invalid")
        assert list(site.store.events()) == []

    def test_of_numbers_that_no_database_can_hold(self, site: Site) -> None:
        site.make()
        refused(site.get("ann", f"/autumn/history?before={2**70}"), 422, "invalid")

    def test_of_nobody(self, site: Site) -> None:
        site.make()
        refused(site.get("", ""), 401, "signed_out")
        refused(site.post("", "/autumn/next"), 401, "signed_out")

    def test_of_a_page_of_another_site(self, site: Site) -> None:
        site.make()
        headers = {"x-judge": "ann", "origin": "https://evil.example"}
        answer = site.client.post("/api/judging/autumn/next", headers=headers, json={})
        refused(answer, 403, "foreign_origin")

    def test_while_the_database_is_busy(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]

        def busy(*_: object, **__: object) -> None:
            raise LabelsBusyError("the database is busy", remedy="try again")

        monkeypatch.setattr(site.judging, "answer", busy)
        answer = site.answer("ann", pair, "e1")
        refused(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"


def test_judging_needs_no_model(
    store: JudgmentStore, settings: Settings, catalog_directory: Path
) -> None:
    def fail() -> Any:
        raise MmdemoError("there is no index")

    handle = EngineHandle(fail)
    with pytest.raises(MmdemoError):
        handle.wait(10)
    from dataclasses import replace

    site = Site(handle, store, replace(settings, catalog=catalog_directory))
    with site.client:
        site.make()
        assert site.pairs("ann")
    site.notebook.close()


@pytest.fixture
def catalog_directory(catalog: Any) -> Path:
    return Path(catalog.directory)


def test_a_product_that_is_gone_is_shown_as_missing(site: Site) -> None:
    site.make(gold=(Gold("q2", "gone", 0, "", True),))
    (pair,) = site.next("ann")["pairs"]
    assert (pair["product"]["id"], pair["product"]["missing"]) == ("gone", True)


class TestLeads:
    def ask(self, site: Site, path: str, **body: Any) -> Any:
        headers = {"x-judge": "lea"}
        answer = site.client.post(f"/api/campaigns{path}", headers=headers, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, site: Site, path: str) -> Any:
        answer = site.client.get(f"/api/campaigns{path}", headers={"x-judge": "lea"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refuse(self, site: Site, status: int, code: str, path: str, **body: Any) -> str:
        headers = {"x-judge": "lea"}
        return refused(
            site.client.post(f"/api/campaigns{path}", headers=headers, json=body), status, code
        )

    def body(self, **changes: Any) -> dict[str, Any]:
        """Text finds p00 p01 of each query, image p39 p38."""
        values = {
            "name": "winter",
            "queries": "query_id,query\nt1,red shirt\nt2,blue shirt\n",
            "rankers": ["text", "image"],
            "depth": 2,
            "judges_per_pair": 2,
            "gold_share": 0,
        }
        return values | changes

    def test_a_preview_writes_nothing(self, site: Site) -> None:
        assert self.ask(site, "/preview", **self.body()) == {
            "queries": 2,
            "pool": 8,
            "judgments": 16,
            "problems": [],
        }
        gold = "query,product_id,grade,why\nred shirt,p00,3,it is\nt2,p20,0,\n"
        found = self.ask(site, "/preview", **self.body(gold=gold.replace("t2", "blue shirt")))
        assert (found["pool"], found["judgments"]) == (9, 14)
        assert site.campaigns.all() == []

    def test_makes_what_was_asked_for(self, site: Site) -> None:
        gold = "query_id,product_id,grade,why\nt1,p00,3,it is\nt2,p01,0,not\n"
        made = self.ask(site, "", **self.body(gold=gold, training=1, open=True, title="Winter"))
        assert (made["name"], made["title"], made["state"]) == ("winter", "Winter", "open")
        assert (made["queries"], made["pairs"], made["judgments"]) == (
            2,
            8,
            {"done": 0, "needed": 12},
        )
        assert made["warnings"] == [
            "Each pair needs 2 judges, but only 1 judge is there: no pair can get all its grades."
        ]
        told = self.read(site, "/winter")
        assert told["definition"]["rankers"] == ["text", "image"]
        assert told["pool"] == {
            "pairs": 8,
            "found_by": {"text": 4, "image": 4},
            "only_by": {"text": 4, "image": 4},
        }
        assert [(q["text"], q["topic_id"], q["pairs"], q["needed"]) for q in told["queries"]] == [
            ("red shirt", "t1", 4, 6),
            ("blue shirt", "t2", 4, 6),
        ]
        assert told["guidelines"]["markdown"].startswith("# How to grade")
        assert told["locked"] is False
        pairs = self.read(site, f"/winter/pairs?query_id={told['queries'][0]['query_id']}")["pairs"]
        assert {pair["product"]["id"]: (pair["gold"], pair["training"]) for pair in pairs} == {
            "p00": (True, True),
            "p01": (False, False),
            "p38": (False, False),
            "p39": (False, False),
        }
        assert [one["name"] for one in self.read(site, "")["campaigns"]] == ["winter"]

    @pytest.mark.parametrize(
        ("queries", "texts"),
        [
            ("red, or rose\nblue\n", ["red, or rose", "blue"]),
            ("query\nred\nblue\n", ["red", "blue"]),
            ("t1\tred\nt2\tblue\n", ["red", "blue"]),
            ("\ufeffid,query,split\nt1,red,test\nt2,blue,\n", ["red", "blue"]),
            ("a\nRED \n red\n", ["a", "RED"]),  # the same words are one query
        ],
    )
    def test_queries_in_several_forms(self, site: Site, queries: str, texts: list[str]) -> None:
        self.ask(site, "", **self.body(queries=queries))
        told = [query["text"] for query in self.read(site, "/winter")["queries"]]
        assert [text.strip() for text in told] == texts

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"queries": "query_id,query,photo\nt1,,/etc/hostname\n"}, "cannot name photos"),
            ({"queries": "  \n"}, "no queries"),
            ({"queries": "catalog"}, "no queries of its own"),
            ({"rankers": ["luck"]}, "luck"),
            ({"scale": "stars"}, "no such scale"),
            ({"judges_per_pair": 0}, "judges_per_pair"),
            ({"name": "a/b"}, "name is not usable"),
            ({"gold": "product_id,grade\np00,3\n"}, "lack a column"),
            ({"gold": "query_id,product_id,grade\nt9,p00,3\n"}, "line 2.*of no query"),
            ({"gold": "query_id,product_id,grade\nt1,zz,3\n"}, "no such product"),
            ({"gold": "query_id,product_id,grade\nt1,p00,x\n"}, "no grade"),
            ({"gold": "query_id,product_id,grade\nt1,p00,9\n"}, "not on the scale"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_says_what_cannot_be_used(
        self, site: Site, change: dict[str, Any], message: str
    ) -> None:
        import re

        for path in ("", "/preview"):
            if path and "name" in change:
                continue  # a preview has no name yet
            found = self.refuse(site, 422, "invalid", path, **self.body(**change))
            assert re.search(message, found)
        assert site.campaigns.all() == []

    def test_scale_and_second_question_of_ones_own(self, site: Site) -> None:
        steps = [{"grade": 10, "name": "Yes"}, {"grade": 0, "name": "No"}]
        second = {"name": "beauty", "ask": "Pretty?", "scale": steps}
        self.ask(site, "", **self.body(scale=steps, questions=[second], reasons=[], open=True))
        told = site.get("ann", "/winter").json()
        assert [step["grade"] for step in told["scale"]] == [10, 0]
        assert [question["ask"] for question in told["questions"]][1] == "Pretty?"
        (pair, *_) = site.post("ann", "/winter/next").json()["pairs"]
        body = {"client_event_id": "e", "pair": pair["pair"], "answer": "grade", "clicked_at": AT}
        answers = {"relevance": 10, "beauty": 0}
        assert site.post("ann", "/winter/answer", **body, answers=answers).status_code == 200
        assert {e.judgment.grade for e in site.store.events()} == {10, 0}

    def test_opens_closes_changes_grows_and_asks_again(self, site: Site) -> None:
        self.ask(site, "", **self.body(judges_per_pair=1))
        refused(site.post("ann", "/winter/next"), 404, "no_campaign")
        assert self.ask(site, "/winter/state", state="open")["state"] == "open"
        pairs = site.post("ann", "/winter/next").json()["pairs"]
        message = self.refuse(site, 409, "locked", "/winter/definition", judges_per_pair=2)
        assert "judging has begun" in message
        changed = self.ask(site, "/winter/definition", strategy="by_depth")
        assert changed["name"] == "winter"
        assert self.ask(site, "/winter/guidelines", markdown="# New") == {"version": 2}
        for n, pair in enumerate(pairs):
            body = {"client_event_id": f"e{n}", "pair": pair["pair"], "clicked_at": AT}
            site.post("ann", "/winter/answer", **body, answer="grade", answers={"relevance": 1})
        grown = self.ask(site, "/winter/grow", depth=3, rankers=["fused"])
        assert (grown["added"], grown["pairs"]) == (4, 12)  # p02 and p37 of each query
        query_id = self.read(site, "/winter")["queries"][0]["query_id"]
        assert self.ask(site, "/winter/requeue", query_id=query_id) == {"requeued": 6}
        assert self.ask(site, "/winter/state", state="closed")["state"] == "closed"
        assert site.post("ann", "/winter/next").json()["status"] == "done"
        told = self.read(site, "/winter")
        assert (told["locked"], told["pace"]["per_hour"]) == (True, 4)
        (judge,) = [judge for judge in told["judges"] if judge["name"] == "ann"]
        assert (judge["done"], judge["today"], judge["member"]) == (4, 4, None)

    def test_what_a_campaign_can_be_made_of(self, site: Site) -> None:
        told = self.read(site, "/options")
        assert [ranker["name"] for ranker in told["rankers"]] == ["text", "image", "fused"]
        assert (told["catalog_queries"], told["queries"]) == (None, None)
        assert [scale["name"] for scale in told["scales"]] == ["esci", "graded", "binary"]
        assert [strategy["name"] for strategy in told["strategies"]] == [
            "by_query",
            "by_depth",
            "most_decisive",
        ]
        assert told["guidelines"].startswith("# How to grade")

    def test_of_another_campaign_there_is_nothing(self, site: Site) -> None:
        for path in ("/x/state", "/x/guidelines", "/x/grow", "/x/requeue", "/x/definition"):
            body = {
                "/x/state": {"state": "open"},
                "/x/guidelines": {"markdown": ""},
                "/x/requeue": {"judge": "ann"},
            }.get(path, {})
            self.refuse(site, 404, "no_campaign", path, **body)
        answer = site.client.get("/api/campaigns/x", headers={"x-judge": "lea"})
        refused(answer, 404, "no_campaign")
