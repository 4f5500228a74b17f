"""From a catalog's truth or from grades to a verdict, over HTTP; see `color_shop` for the shop."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from math import log2
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mmdemo.labels import JudgmentStore
from mmdemo.records import Judgment, Query
from mmdemo.search import SearchEngine
from mmdemo.web.loading import EngineHandle

Ask = Callable[..., Any]
GAINS = [1 / log2(1 + rank) for rank in range(1, 6)]  # nDCG@10 of the one relevant product there
TEXT = (4 * sum(GAINS) + 1) / 21  # five colors of four kinds; p20 is first
IMAGE = 5 * sum(GAINS[:4]) / 21  # four kinds of five colors; p20 comes last
FUSED = (20 + GAINS[4]) / 21
THREE = ["text", "image", "fused"]


@pytest.fixture
def client(make_client: Callable[[EngineHandle], TestClient], colors: EngineHandle) -> TestClient:
    return make_client(colors)


@pytest.fixture
def truth(ask: Ask) -> Callable[..., Any]:
    """`truth("analysis/case", query_id="q20")` asks about the shop's own truth."""

    def post(route: str = "analysis", **body: Any) -> Any:
        return ask(route, source="truth", rankers=THREE, **body)

    return post


def grade(store: JudgmentStore, judge: str, campaign: str, *, blind: bool) -> None:
    """One judge grades the five mugs for "red mug" and for "blue mug"."""
    for text, best in (("red mug", 0), ("blue mug", 2)):
        query = Query(text)
        for n in range(5):
            store.add(
                Judgment(
                    client_event_id=f"{campaign.replace('/', '-')}-{judge}-{best}-{n}",
                    campaign=campaign,
                    judge=judge,
                    query_id=query.query_id,
                    query_text=text,
                    product_id=f"p{n:02}",
                    grade=3 if n == best else 0,
                    clicked_at=datetime(2026, 1, 1, tzinfo=UTC),
                    blind=blind,
                )
            )


def test_sources(client: TestClient, store: JudgmentStore, color_shop: SearchEngine) -> None:
    catalog_id = color_shop.catalog.catalog_id
    grade(store, "ann", "spring", blind=True)
    grade(store, "bob", "spring", blind=True)
    grade(store, "ann", f"open/{catalog_id}", blind=False)
    grade(store, "ann", "open/another-shop", blind=False)
    answer = client.get("/api/analysis/sources").json()
    told = [
        (s["id"], s["kind"], s["queries"], s["grades"], s["blind"], s["judges"])
        for s in answer["sources"]
    ]
    assert told == [
        ("truth", "truth", 21, 165, 165, 0),
        ("campaign:spring", "campaign", 2, 10, 10, 2),
        (f"campaign:open/{catalog_id}", "open", 2, 10, 0, 1),
    ]
    assert answer["chosen"] == ["bm25", "text", "image", "fused"]


def test_a_broken_truth_does_not_hide_campaigns(
    client: TestClient,
    store: JudgmentStore,
    color_shop: SearchEngine,
    request: pytest.FixtureRequest,
) -> None:
    qrels = color_shop.catalog.directory / "qrels.txt"
    request.addfinalizer(partial(qrels.write_bytes, qrels.read_bytes()))  # the shop is shared
    qrels.write_text("not a line of qrels\n")
    refused = client.get("/api/analysis/sources")
    assert refused.status_code == 422
    assert "qrels.txt" in refused.json()["error"]["message"]
    grade(store, "ann", "spring", blind=True)
    answer = client.get("/api/analysis/sources").json()
    assert [source["id"] for source in answer["sources"]] == ["campaign:spring"]
    assert "qrels.txt" in answer["problem"]


def test_verdict_and_measures(truth: Ask) -> None:
    answer = truth()
    found = answer["analysis"]
    assert (found["queries"], found["grades"], found["complete"]) == (21, 165, True)
    means = {one["ranker"]: one["means"]["nDCG@10"]["mean"] for one in found["rankers"]}
    assert means == pytest.approx({"text": TEXT, "image": IMAGE, "fused": FUSED})
    verdict = found["verdict"]
    assert verdict["decision"] == "ship it"
    main = verdict["comparison"]
    assert (main["ranker"], main["baseline"]) == ("fused", "text")
    assert main["interval"]["mean"] == pytest.approx(FUSED - TEXT)
    assert (main["wins"], main["ties"], main["losses"]) == (16, 4, 1)
    assert found["kinds"] == {
        "fusion found what neither did": 12,
        "photo rescued": 4,
        "photo hurt": 1,
        "text rescued": 3,
        "text hurt": 0,
        "both failed": 0,
        "no visible difference": 1,
    }
    assert found["cases"][0]["topic_id"] == "q20"
    assert found["cases"][0]["regret"] == pytest.approx(1 - GAINS[4])
    assert "moves" not in found["cases"][0]
    assert answer["meanings"]["photo hurt"].startswith("fused is clearly worse than text only")
    assert "q20" in answer["telling"]


def test_another_contest_and_measure(truth: Ask) -> None:
    found = truth(candidate="image", baseline="fused", measure="P@1")["analysis"]
    verdict = found["verdict"]["comparison"]
    assert (verdict["ranker"], verdict["baseline"]) == ("image", "fused")
    # image has the right one first for the five mugs, fused for all but p20
    assert verdict["means"] == pytest.approx([5 / 21, 20 / 21])
    assert found["weights"] is None


def test_the_same_question_is_not_answered_anew(
    truth: Ask, color_shop: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = truth()

    def search_many(*args: object, **options: object) -> None:
        raise AssertionError("ranked again")

    monkeypatch.setattr(color_shop, "search_many", search_many)
    assert truth() == first
    assert truth(baseline="image")["key"] != first["key"]  # other options, the same rankings


def test_a_new_server_finds_the_old_analysis(
    truth: Ask,
    make_client: Callable[[EngineHandle], TestClient],
    colors: EngineHandle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = truth()
    monkeypatch.setattr("mmdemo.analyze.analyze", None)  # calling it would fail
    body = {"source": "truth", "rankers": THREE}
    later = make_client(colors)
    assert later.post("/api/analysis", json=body).json() == first
    case = later.post("/api/analysis/case", json=body | {"query_id": "q20"}).json()
    assert [hit["id"] for hit in case["lists"][0]["hits"]][:1] == ["p20"]


def test_a_query_closely(truth: Ask) -> None:
    found = truth("analysis/case", query_id="q20")
    lists = {one["ranker"]: one for one in found["lists"]}
    assert list(lists) == THREE
    assert lists["text"]["value"] == 1
    fused = lists["fused"]["hits"]
    # green photos first (0.6 each), then the book (0.4), then the others
    assert [hit["id"] for hit in fused[:5]] == ["p01", "p06", "p11", "p16", "p20"]
    assert [hit["grade"] for hit in fused[:5]] == [0, 0, 0, 0, 3]
    assert fused[4]["text_part"] == pytest.approx(0.4)
    assert fused[4]["photo"]
    moved = {move["product_id"]: move for move in found["case"]["moves"]}
    assert moved["p20"]["ranks"] == {"text": 1, "image": 21, "fused": 5}
    assert moved["p20"]["effect"] == pytest.approx(GAINS[4] - 1)
    assert found["case"]["best_weight"][1] == 1
    assert found["grades"] == {"3": 1, "0": 4}


def test_a_query_that_is_not_there(refused: Callable[..., str]) -> None:
    message = refused(404, "no_query", "analysis/case", source="truth", query_id="q99")
    assert "q99" in message


def test_replay(truth: Ask) -> None:
    now = truth("analysis/replay", at=0.4)
    assert now["mean"] == pytest.approx(FUSED)
    assert (now["better"], now["worse"], now["hurt"], now["helped"]) == (0, 0, [], [])
    words = truth("analysis/replay", at=0.6)  # the book's 0.6 beats the green photos' 0.4
    assert words["mean"] == pytest.approx(1.0)
    assert [(q["topic_id"], q["after"]) for q in words["helped"]] == [("q20", 1.0)]
    assert words["helped"][0]["before"] == pytest.approx(GAINS[4])
    alone = truth("analysis/replay", at=1.0)
    assert alone["mean"] == pytest.approx(TEXT)
    assert (alone["better"], alone["worse"]) == (1, 16)
    assert alone["brought_in"] == 0  # the truth is complete


def test_replay_counts_what_is_not_judged(truth: Ask) -> None:
    served = truth("analysis/replay", at=0.4, complete=False)
    # eight of the ten are of its kind or color; for the book, five are green or the book itself
    assert served["unjudged"] == 20 * 2 + 5
    assert served["brought_in"] == 0
    assert truth("analysis/replay", at=1.0, complete=False)["brought_in"] > 0


def test_replay_of_a_segment(truth: Ask, refused: Callable[..., str]) -> None:
    facets = {s["facet"] for s in truth()["analysis"]["segments"]}
    assert "query words" in facets
    # a title of a kind says half of the query; the book's says all of it
    one = truth("analysis/replay", at=1.0, segment="query words: in the answers' titles")
    assert (one["queries"], one["mean"]) == (1, 1.0)
    refused(404, "no_segment", "analysis/replay", source="truth", at=0.5, segment="x: y")


def test_a_query_with_a_photo_keeps_it_and_is_replayed_at_its_own_weight(
    make_client: Callable[[EngineHandle], TestClient], photo_shop: SearchEngine
) -> None:
    handle = EngineHandle(lambda: photo_shop)
    handle.wait(10)
    client = make_client(handle)
    body = {"source": "truth", "rankers": THREE}
    found = client.post("/api/analysis", json=body).json()["analysis"]
    content = (photo_shop.catalog.directory / "green.png").read_bytes()
    key = hashlib.sha256(content).hexdigest()
    told = {case["topic_id"]: (case["query"], case["photo"]) for case in found["cases"]}
    assert (told["q19"], told["q20"]) == (("black bowl", ""), ("green book", key))
    assert told["q21"] == ("", key)
    assert client.get(f"/api/query-photos/{key}").content == content  # it can be searched with
    # at 0.6 the green book is first, and all the others are at 0.4
    weights = found["weights"]
    assert (weights["served"], weights["served_photo"]) == (0.4, 0.6)
    assert weights["curves"][0]["served_weights"] == [0.4, 0.6]
    assert weights["at_served"] == pytest.approx(1.0)
    one = client.post("/api/analysis/case", json=body | {"query_id": "q20"}).json()["case"]
    assert one["photo"] == key
    assert one["served_weight"] == pytest.approx([0.6, 1.0])
    now = client.post("/api/analysis/replay", json=body | {"at": 0.4}).json()
    assert now["served"] == {"weight": 0.4, "photo_weight": 0.6, "mean": pytest.approx(1.0)}
    assert (now["better"], now["worse"]) == (0, 1)
    hurt = {"topic_id": "q20", "query": "green book", "photo": key, "before": pytest.approx(1.0)}
    assert now["hurt"] == [hurt | {"after": pytest.approx(GAINS[4])}]


def test_pairs_to_judge(client: TestClient) -> None:
    body = {"source": "truth", "rankers": THREE, "complete": False}
    answer = client.post("/api/analysis/holes", json=body)
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    pairs = {(row["query_id"], row["product_id"]) for row in rows}
    assert ("q20", "p20") not in pairs
    assert ("q00", "p06") in pairs  # of another kind and color
    assert ("q00", "p01") not in pairs
    some = client.post("/api/analysis/holes", json=body | {"at": 1.0})
    assert 0 < len(some.text.splitlines()) < len(answer.text.splitlines())


def test_pairs_that_would_settle_the_verdict(
    client: TestClient, ask: Ask, store: JudgmentStore
) -> None:
    grade(store, "ann", "spring", blind=True)
    body = {"source": "campaign:spring", "rankers": THREE}
    outlook = ask("analysis", **body)["analysis"]["verdict"]["outlook"]
    answer = client.post("/api/analysis/holes", json=body | {"settle": True})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == outlook["more_grades"] > 0
    judged = {f"p{n:02}" for n in range(5)}
    assert not judged & {row["product_id"] for row in rows}
    assert {row["query"] for row in rows} <= {"red mug", "blue mug"}
    truth = {"source": "truth", "rankers": THREE, "settle": True}  # nothing is open there
    told = client.post("/api/analysis/holes", json=truth).text
    assert told.splitlines() == ["query_id,query,product_id"]


def test_grades_of_a_campaign(ask: Ask, store: JudgmentStore, refused: Callable[..., str]) -> None:
    grade(store, "ann", "spring", blind=True)
    body = {"source": "campaign:spring", "rankers": THREE}
    found = ask("analysis", **body)["analysis"]
    assert (found["queries"], found["grades"], found["complete"]) == (2, 10, False)
    text = next(one for one in found["rankers"] if one["ranker"] == "text")
    # p00 is the first mug, p02 the third
    assert text["means"]["nDCG@10"]["mean"] == pytest.approx((GAINS[0] + GAINS[2]) / 2)
    assert found["verdict"]["decision"] == "not enough grades to say"
    grade(store, "bob", "spring", blind=True)
    names = {check["name"] for check in ask("analysis", **body)["analysis"]["checks"]}
    assert {"without judge ann", "without judge bob"} <= names
    refused(404, "no_source", "analysis", source="campaign:autumn")


def test_open_grades_count_where_asked_for(
    ask: Ask, store: JudgmentStore, color_shop: SearchEngine, refused: Callable[..., str]
) -> None:
    campaign = f"open/{color_shop.catalog.catalog_id}"
    grade(store, "ann", campaign, blind=False)
    source = f"campaign:{campaign}"
    assert ask("analysis", source=source, rankers=THREE)["analysis"]["grades"] == 10
    message = refused(422, "no_grades", "analysis", source=source, include_open=False)
    assert "open" in message


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("invalid", {"source": "truth", "measure": "niceness@10"}),
        ("invalid", {"source": "truth", "rankers": ["text", "nobody"]}),
        ("invalid", {"source": "truth", "rankers": THREE, "candidate": "text", "baseline": "text"}),
        ("invalid", {"source": "truth", "surprise": 1}),
        ("invalid", {}),
    ],
)
def test_what_cannot_be_analyzed(
    code: str, body: dict[str, object], refused: Callable[..., str]
) -> None:
    refused(422, code, "analysis", **body)


@pytest.mark.parametrize(("kind", "begin"), [("html", "<!doctype html>"), ("md", "# Does fusion")])
def test_report(client: TestClient, kind: str, begin: str) -> None:
    asked = {"source": "truth", "rankers": "text,image,fused", "format": kind}
    answer = client.get("/api/analysis/report", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    assert answer.text.startswith(begin)
    assert "green book" in answer.text
    assert ("data:image" in answer.text) == (kind == "html")


def note(**changed: object) -> dict[str, object]:
    return {
        "client_event_id": "n-1",
        "query_id": "q20",
        "query_text": "green book",
        "tags": ["wrong photo"],
        "comment": "The photo is red.",
        "clicked_at": "2026-01-01T10:00:00Z",
        **changed,
    }


def test_notes(client: TestClient, ask: Ask) -> None:
    first = ask("analysis/notes", **note())
    assert ask("analysis/notes", **note())["sequence"] == first["sequence"]  # a retry
    ask("analysis/notes", **note(client_event_id="n-2", product_id="p20", tags=[], comment="This"))
    later = note(client_event_id="n-3", tags=["wrong photo", "color"], supersedes="n-1")
    ask("analysis/notes", **later)
    answer = client.get("/api/analysis/notes").json()
    told = [(n["product_id"], n["tags"], n["comment"], n["author"]) for n in answer["notes"]]
    assert sorted(told) == [
        ("", ["wrong photo", "color"], "The photo is red.", "anna"),
        ("p20", [], "This", "anna"),
    ]
    assert answer["tags"] == {"color": 1, "wrong photo": 1}


def test_notes_that_are_refused(client: TestClient, refused: Callable[..., str], ask: Ask) -> None:
    ask("analysis/notes", **note())
    refused(409, "conflict", "analysis/notes", **note(comment="Another one."))
    refused(409, "other_judge", "analysis/notes", **note(judge="bob"))
    refused(422, "invalid", "analysis/notes", **note(client_event_id="n-2", query_id=""))
    answer = client.post(
        "/api/analysis/notes", json=note(client_event_id="n-3"), headers={"origin": "http://evil"}
    )
    assert answer.status_code == 403
    assert len(client.get("/api/analysis/notes").json()["notes"]) == 1


def test_before_the_engine_is_there(make_client: Callable[[EngineHandle], TestClient]) -> None:
    client = make_client(EngineHandle(lambda: None))  # type: ignore[arg-type,return-value]
    assert client.get("/api/analysis/sources").status_code == 503
    assert client.post("/api/analysis", json={"source": "truth"}).status_code == 503
