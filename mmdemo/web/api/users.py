"""Have leads see, change and invite users over HTTP. Knows no page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from mmdemo.labels.accounts import Accounts, Invitation, Role
from mmdemo.labels.accounts.invitations import DAYS
from mmdemo.web.api.routes import parsed
from mmdemo.web.api.session import Body, account_refusals
from mmdemo.web.json_route import JsonRoute, Refusal, Who, judge_of


class UserBody(BaseModel):
    """`POST /api/users`: what is to change; null for what is not."""

    model_config = ConfigDict(extra="forbid")
    name: str
    role: Role | None = None
    disabled: bool | None = None
    campaigns: list[str] | None = None


class InvitationBody(BaseModel):
    """`POST /api/invitations`: somebody new, or a user who is to choose another password."""

    model_config = ConfigDict(extra="forbid")
    role: Role = Role.JUDGE
    campaigns: list[str] = []
    renews: str = ""
    days: int = DAYS


def user_routes(accounts: Accounts, who: Who) -> APIRouter:
    """Make the routes ``/api/users`` and ``/api/invitations``; the table of gates keeps others out.

    Args:
        accounts: the users.
        who: names the lead who asks.
    """
    router = APIRouter(prefix="/api", route_class=JsonRoute)

    @router.get("/users")
    def users(request: Request) -> JSONResponse:
        judge_of(request, who)
        with account_refusals():
            return JSONResponse(users_json(accounts))

    @router.post("/users")
    def change(request: Request, body: Body) -> JSONResponse:
        lead, asked = judge_of(request, who), parsed(UserBody, body)
        with account_refusals():
            name = accounts.users.known(asked.name).name
            if asked.role is not None:
                accounts.set_role(name, asked.role)
            if asked.disabled is not None:
                accounts.set_disabled(name, asked.disabled)
            if asked.campaigns is not None:
                accounts.members.set(name, asked.campaigns, by=lead)
            return JSONResponse(users_json(accounts))

    @router.post("/invitations")
    def invite(request: Request, body: Body) -> JSONResponse:
        lead, asked = judge_of(request, who), parsed(InvitationBody, body)
        with account_refusals():
            if not accounts.exist():
                raise Refusal(409, "no_accounts", "the first user is made in the shell")
            invitations = accounts.invitations
            if asked.renews:
                made, token = invitations.renew(asked.renews, by=lead, days=asked.days)
            else:
                made, token = invitations.make(
                    asked.role, asked.campaigns, by=lead, days=asked.days
                )
        return JSONResponse(invitation_json(made) | {"token": token})

    @router.delete("/invitations/{invitation_id}")
    def withdraw(request: Request, invitation_id: str) -> JSONResponse:
        judge_of(request, who)
        with account_refusals():
            if not invitation_id.isalnum():
                raise Refusal(404, "no_invitation", "there is no such invitation")
            accounts.invitations.withdraw(invitation_id)
            return JSONResponse(users_json(accounts))

    return router


def users_json(accounts: Accounts) -> dict[str, object]:
    """Everybody, and the invitations that can still be accepted."""
    campaigns, seen = accounts.members.all(), accounts.sessions.last_seen()
    return {
        "accounts": accounts.exist(),
        "users": [
            {
                "name": user.name,
                "role": user.role,
                "disabled": user.disabled_at is not None,
                "campaigns": campaigns.get(user.name, []),
                "seen_at": seen[user.name].isoformat() if user.name in seen else None,
            }
            for user in accounts.users.all()
        ],
        "invitations": [invitation_json(one) for one in accounts.invitations.open()],
    }


def invitation_json(invitation: Invitation) -> dict[str, object]:
    """An invitation without what opens it."""
    return {
        "id": invitation.id,
        "role": invitation.role,
        "campaigns": invitation.campaigns,
        "renews": invitation.renews,
        "made_by": invitation.made_by,
        "expires_at": invitation.expires_at.isoformat(),
    }
