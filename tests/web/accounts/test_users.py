"""Users over HTTP: changed by a lead, invited, their passwords forgotten or chosen anew."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from mmdemo.labels.accounts import Accounts

Make = Callable[..., TestClient]


def test_a_change_by_a_lead_counts_at_once(people: Accounts, make_client: Make) -> None:
    olga, ann, bob = make_client("olga"), make_client("ann"), make_client("bob")
    assert ann.get("/api/catalog").status_code == 403
    changed = olga.post("/api/users", json={"name": "ann", "role": "viewer"})
    assert changed.status_code == 200
    assert ann.get("/api/catalog").status_code == 200
    assert bob.get("/api/status").status_code == 200
    olga.post("/api/users", json={"name": "bob", "disabled": True})
    assert bob.get("/api/status").status_code == 401
    olga.post("/api/users", json={"name": "ann", "campaigns": ["fall", "winter"]})
    rows = {user["name"]: user for user in olga.get("/api/users").json()["users"]}
    assert rows["ann"]["campaigns"] == ["fall", "winter"]
    assert rows["bob"] == {
        "name": "bob", "role": "judge", "disabled": True, "campaigns": ["fall"], "seen_at": None,
    }  # fmt: skip
    last = olga.post("/api/users", json={"name": "olga", "role": "judge"})
    assert last.status_code == 422
    assert "only lead" in last.json()["error"]["message"]
    for body in ({"name": "eve", "role": "lead"}, {"name": "ann", "role": "admin"}, {"name": "\0"}):
        assert olga.post("/api/users", json=body).status_code == 422


def test_users_are_told_without_their_secrets(people: Accounts, make_client: Make) -> None:
    olga = make_client("olga")
    made = olga.post("/api/invitations", json={"role": "judge"}).json()
    shown = olga.get("/api/users").text
    assert made["id"] in shown
    assert made["token"] not in shown
    assert "argon2" not in shown


def test_an_invitation_from_beginning_to_end(
    people: Accounts, make_client: Make, password: str
) -> None:
    olga, guest = make_client("olga"), make_client()
    made = olga.post("/api/invitations", json={"role": "judge", "campaigns": ["spring"]}).json()
    token = made["token"]
    assert guest.get("/invitation").status_code == 200
    seen = guest.post("/api/invitations/look", json={"token": token}).json()
    assert (seen["role"], seen["campaigns"], seen["made_by"]) == ("judge", ["spring"], "olga")
    taken = {"token": token, "name": "ANN", "password": password}
    assert guest.post("/api/invitations/accept", json=taken).status_code == 422
    wanted = {"token": token, "name": "eva", "password": password}
    accepted = guest.post("/api/invitations/accept", json=wanted)
    assert accepted.json()["home"] == "judge"
    assert guest.get("/api/session").json()["name"] == "eva"
    assert people.members.campaigns("eva") == ["spring"]
    for body in (wanted, {**wanted, "name": "mia"}):
        replayed = make_client().post("/api/invitations/accept", json=body)
        assert replayed.status_code == 422
        assert "has been used" in replayed.json()["error"]["message"]
        assert "set-cookie" not in replayed.headers
    assert people.users.find("mia") is None


def test_an_invitation_cannot_ask_for_more(
    people: Accounts, make_client: Make, password: str
) -> None:
    olga, guest = make_client("olga"), make_client()
    token = olga.post("/api/invitations", json={"role": "judge"}).json()["token"]
    more = {"token": token, "name": "eva", "password": password, "role": "lead"}
    assert guest.post("/api/invitations/accept", json=more).status_code == 422
    assert people.users.find("eva") is None
    ann = make_client("ann")
    assert ann.post("/api/invitations", json={"role": "lead"}).status_code == 403


def test_withdrawn(people: Accounts, make_client: Make, password: str) -> None:
    olga, guest = make_client("olga"), make_client()
    made = olga.post("/api/invitations", json={"role": "lead"}).json()
    assert olga.delete(f"/api/invitations/{made['id']}").json()["invitations"] == []
    body = {"token": made["token"], "name": "eva", "password": password}
    refused = guest.post("/api/invitations/accept", json=body)
    assert "taken back" in refused.json()["error"]["message"]
    for name in ("%00", "'", "..", "x" * 3_000):
        assert olga.delete(f"/api/invitations/{name}").status_code in (200, 404)


def test_a_forgotten_password(people: Accounts, make_client: Make, password: str) -> None:
    olga, ann, guest = make_client("olga"), make_client("ann"), make_client()
    token = olga.post("/api/invitations", json={"renews": "ANN"}).json()["token"]
    assert guest.post("/api/invitations/look", json={"token": token}).json()["renews"] == "ann"
    assert ann.get("/api/status").status_code == 200  # until it is used
    body = {"token": token, "name": "olga", "password": "another horse battery"}
    assert guest.post("/api/invitations/accept", json=body).json()["name"] == "ann"
    assert ann.get("/api/status").status_code == 401
    assert guest.post("/api/invitations/accept", json=body).status_code == 422
    assert people.members.campaigns("ann") == ["spring"]
    people.sign_in("ann", "another horse battery", address="")
    people.sign_in("olga", password, address="")


def test_choosing_another_password(people: Accounts, make_client: Make, password: str) -> None:
    ann, elsewhere = make_client("ann"), make_client("ann")
    wrong = {"password": "wrong horse battery", "wanted": "another horse battery"}
    assert ann.post("/api/session/password", json=wrong).status_code == 403
    simple = {"password": password, "wanted": "short"}
    assert ann.post("/api/session/password", json=simple).status_code == 422
    right = {"password": password, "wanted": "another horse battery"}
    assert ann.post("/api/session/password", json=right).status_code == 200
    assert ann.get("/api/status").status_code == 200
    assert elsewhere.get("/api/status").status_code == 401
    assert make_client().post("/api/session/password", json=right).status_code == 401
