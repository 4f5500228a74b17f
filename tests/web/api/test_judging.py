"""A judge's routes: what they tell, what they never tell, what an answer means to the outbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mmdemo.errors import LabelsBusyError, MmdemoError
from mmdemo.labels.campaigns import Gold, State
from mmdemo.labels.campaigns.presets import DESIRABILITY, relevance
from mmdemo.web.loading import EngineHandle

MakeSite = Callable[..., Any]
Site = Any  # of conftest.py
AT = "2026-03-01T12:00:00.250Z"


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
    site.refused(
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
        site.refused(site.answer("ann", pair, "e1"), 404, "no_campaign")
        assert list(site.store.events()) == []

    def test_of_an_answer_of_another_judge(self, site: Site) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]
        site.refused(site.answer("ann", pair, "e1", judge="bob"), 409, "other_judge")
        assert site.answer("ann", pair, "e1", judge="ann").status_code == 200

    def test_of_an_event_id_that_is_taken(self, site: Site) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]
        site.answer("ann", pair, "e1", 1)
        site.refused(site.answer("ann", pair, "e1", 2), 409, "conflict")

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
        assert message in site.refused(site.answer("ann", pair, "e1", **change), 422, "invalid")
        assert list(site.store.events()) == []

    def test_of_numbers_that_no_database_can_hold(self, site: Site) -> None:
        site.make()
        site.refused(site.get("ann", f"/autumn/history?before={2**70}"), 422, "invalid")

    def test_of_nobody(self, site: Site) -> None:
        site.make()
        site.refused(site.get("", ""), 401, "signed_out")
        site.refused(site.post("", "/autumn/next"), 401, "signed_out")

    def test_of_a_page_of_another_site(self, site: Site) -> None:
        site.make()
        headers = {"x-judge": "ann", "origin": "https://evil.example"}
        answer = site.client.post("/api/judging/autumn/next", headers=headers, json={})
        site.refused(answer, 403, "foreign_origin")

    def test_while_the_database_is_busy(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        site.make()
        pair = site.pairs("ann")["p00"]

        def busy(*_: object, **__: object) -> None:
            raise LabelsBusyError("the database is busy", remedy="try again")

        monkeypatch.setattr(site.judging, "answer", busy)
        answer = site.answer("ann", pair, "e1")
        site.refused(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"


def test_judging_needs_no_model(make_site: MakeSite, catalog_directory: Path) -> None:
    def fail() -> Any:
        raise MmdemoError("there is no index")

    handle = EngineHandle(fail)
    with pytest.raises(MmdemoError):
        handle.wait(10)
    site = make_site(handle, catalog=catalog_directory)
    site.make()
    assert site.pairs("ann")


@pytest.fixture
def catalog_directory(catalog: Any) -> Path:
    return Path(catalog.directory)


def test_a_product_that_is_gone_is_shown_as_missing(site: Site) -> None:
    site.make(gold=(Gold("q2", "gone", 0, "", True),))
    (pair,) = site.next("ann")["pairs"]
    assert (pair["product"]["id"], pair["product"]["missing"]) == ("gone", True)
