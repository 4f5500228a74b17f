"""Which page follows signing in, never one of another site, and what pages keep from whom."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from mmdemo.labels.accounts import Accounts
from mmdemo.web.access import safe_next

Make = Callable[..., TestClient]


def test_after_signing_in_one_is_where_one_wanted_to_be(
    people: Accounts, make_client: Make
) -> None:
    nobody = make_client()
    sent = nobody.get("/analysis?ranker=fused&q=a%20b")
    assert sent.status_code == 303
    assert sent.headers["location"] == "sign-in?next=analysis%3Franker%3Dfused%26q%3Da%2520b"
    page = nobody.get("/" + sent.headers["location"])
    assert 'data-next="analysis?ranker=fused&amp;q=a%20b"' in page.text
    assert nobody.get("/catalog/").headers["location"] == "../sign-in?next=catalog"
    assert nobody.get("/").headers["location"] == "sign-in?next=.%2F"
    vic = make_client("vic")
    assert vic.get("/" + sent.headers["location"]).headers["location"] == (
        "analysis?ranker=fused&q=a%20b"
    )
    ann = make_client("ann")
    assert ann.get("/").headers["location"] == "judge"
    assert ann.get("/sign-in").headers["location"] == "judge"


_ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "judge/../../evil",
    "judge\r\nLocation: https://evil.example",
    "judge?\r\nSet-Cookie: mmdemo=x",
    ".//evil.example",
    "./\\evil.example",
    "../evil",
    "@evil.example",
    "judge@evil.example",
    "judge#https://evil.example",
    "\tjudge",
    'judge?q="><script>',
    "sign-in",
    "api/session",
    "judge?q=" + "x" * 5_000,
    "\0",
    "",
)


def test_nobody_is_sent_to_another_site(people: Accounts, make_client: Make) -> None:
    nobody, vic = make_client(), make_client("vic")
    for wanted in _ELSEWHERE:
        assert safe_next(wanted) == ""
        page = nobody.get("/sign-in", params={"next": wanted})
        assert 'data-next=""' in page.text, wanted
        assert vic.get("/sign-in", params={"next": wanted}).headers["location"] == "./"


def test_pages_of_ours_are_gone_to() -> None:
    for wanted in ("judge", "./", "./?q=red%20shirt&k=10", "analysis?a=b", "users"):
        assert safe_next(wanted) == wanted


def test_a_page_that_is_not_theirs_is_refused_in_words(people: Accounts, make_client: Make) -> None:
    ann = make_client("ann")
    page = ann.get("/analysis")
    assert page.status_code == 403
    assert "this is for leads and viewers; ann is signed in as judge" in page.text
    assert ann.get("/users").status_code == 403
    assert ann.get("/api/users").json()["error"]["code"] == "not_allowed"


def test_a_judge_learns_of_no_ranker_and_no_query(people: Accounts, make_client: Make) -> None:
    assert make_client("ann").get("/api/status").json() == {
        "state": "ready", "message": "", "remedy": "", "judge": "ann", "catalog": None,
    }  # fmt: skip
    assert make_client("vic").get("/api/status").json()["rankers"]


def test_health_tells_strangers_no_names(people: Accounts, make_client: Make) -> None:
    client = make_client("ann")
    assert client.get("/healthz").json() == {"status": "ready"}
