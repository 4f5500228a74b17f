"""A lead's routes: what a campaign is made of, previewed, made, opened, changed and grown."""

from __future__ import annotations

from typing import Any

import pytest

Site = Any  # of conftest.py
AT = "2026-03-01T12:00:00.250Z"


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
        answer = site.client.post(f"/api/campaigns{path}", headers=headers, json=body)
        return str(site.refused(answer, status, code))

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
        site.refused(site.post("ann", "/winter/next"), 404, "no_campaign")
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
        site.refused(answer, 404, "no_campaign")
