"""The verb `users`: who may sign in, and as what. Knows no table and no page."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mmdemo.errors import AccountError, LabelError
from mmdemo.settings import Settings

if TYPE_CHECKING:
    from mmdemo.labels.accounts import Accounts, User

_ROLES = ("judge", "lead", "viewer")


def users(args: argparse.Namespace) -> None:
    """Say who may sign in, and as what; with the first user, everybody has to."""
    raise AssertionError("one of its own verbs is required")  # by `options`


def add(args: argparse.Namespace) -> None:
    """Add a user; the password is asked for, and never an option."""
    from mmdemo.labels.accounts import Role

    with _Accounts(args.labels) as accounts:
        first = not accounts.exist()
        user = accounts.add(args.name, _password(args), Role(args.role))
        for campaign in args.campaign:
            accounts.members.add(user.name, campaign, by=_by())
        _say(f"{user.name} may sign in as {user.role}")
        if first:
            _say("everybody has to sign in from now on")
            if user.role is not Role.LEAD:
                _say("there is no lead yet: add one to invite others on the page")


def list_(args: argparse.Namespace) -> None:
    """List users with their campaigns, and invitations that nobody has used."""
    with _Accounts(args.labels, there=True) as accounts:
        campaigns, seen = accounts.members.all(), accounts.sessions.last_seen()
        for user in accounts.users.all():
            last = f"here {seen[user.name]:%Y-%m-%d}" if user.name in seen else "not signed in"
            state = "disabled" if user.disabled_at is not None else last
            judged = ", ".join(campaigns.get(user.name, []))
            _say(f"{user.name:<24} {user.role:<7} {state:<16} {judged}".rstrip())
        for one in accounts.invitations.open():
            what = f"new password for {one.renews}" if one.renews else one.role
            until = f"{one.expires_at:%Y-%m-%d}"
            _say(f"link {one.id}: {what}, by {one.made_by}, until {until}")
        if not accounts.exist():
            _say("there are no users: nobody has to sign in")


def invite(args: argparse.Namespace) -> None:
    """Make a link with which somebody becomes a user; it works once."""
    from mmdemo.labels.accounts import Role

    with _Accounts(args.labels) as accounts:
        made, token = accounts.invitations.make(
            Role(args.role), args.campaign, by=_by(), days=args.days
        )
    _say(f"{args.url.rstrip('/')}/invitation#{token}")
    print(  # noqa: T201
        f"for a {made.role}, until {made.expires_at:%Y-%m-%d}; it is not shown again",
        file=sys.stderr,
    )


def password(args: argparse.Namespace) -> None:
    """Give a user another password; they are signed out everywhere."""
    with _Accounts(args.labels, there=True) as accounts:
        user = accounts.users.known(args.name)
        accounts.set_password(user.name, _password(args))
        _say(f"{user.name} has another password")


def role(args: argparse.Namespace) -> None:
    """Give a user another role."""
    from mmdemo.labels.accounts import Role

    with _Accounts(args.labels, there=True) as accounts:
        _tell(accounts.set_role(args.name, Role(args.role)))


def disable(args: argparse.Namespace) -> None:
    """Keep a user out; what they judged stays."""
    with _Accounts(args.labels, there=True) as accounts:
        _tell(accounts.set_disabled(args.name, True))


def enable(args: argparse.Namespace) -> None:
    """Let a disabled user in again."""
    with _Accounts(args.labels, there=True) as accounts:
        _tell(accounts.set_disabled(args.name, False))


def options(added: argparse.ArgumentParser) -> None:
    """The verbs of `mmdemo users` and their options."""
    known = added.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, function: object, *, is_named: bool = True) -> argparse.ArgumentParser:
        summary = (function.__doc__ or "").strip().splitlines()[0]
        own = known.add_parser(name, help=summary, description=summary)
        own.set_defaults(verb=function)
        if is_named:
            own.add_argument("name", metavar="NAME")
        own.add_argument("--labels", help="file or database URL of the judgments")
        return own

    own = verb("add", add)
    _of_new(own)
    _of_password(own)
    verb("list", list_, is_named=False)
    own = verb("invite", invite, is_named=False)
    _of_new(own)
    own.add_argument("--days", type=int, default=7, help="how long it works (default %(default)s)")
    own.add_argument(
        "--url", default="http://127.0.0.1:7860", help="of the server (default %(default)s)"
    )
    _of_password(verb("password", password))
    own = verb("role", role)
    own.add_argument("role", choices=_ROLES)
    verb("disable", disable)
    verb("enable", enable)


def _of_new(own: argparse.ArgumentParser) -> None:
    own.add_argument("--role", choices=_ROLES, default="judge", help="default %(default)s")
    own.add_argument(
        "--campaign", action="append", default=[], help="that they judge in; repeatable"
    )


def _of_password(own: argparse.ArgumentParser) -> None:
    own.add_argument(
        "--password-stdin", action="store_true", help="read it from the first line of the input"
    )


class _Accounts:
    """The accounts of a database; `there`: it has to exist already."""

    def __init__(self, labels: str | None, *, there: bool = False) -> None:
        from mmdemo.labels.accounts import Accounts
        from mmdemo.labels.database import Database

        url = Settings.load(labels=labels).labels
        file = Path(url.removeprefix("sqlite:///"))
        if there and url.startswith("sqlite:///") and not file.is_file():
            raise LabelError("there are no users", got=file, remedy="name the file with --labels")
        self._database = Database(url)
        self._accounts = Accounts(self._database)

    def __enter__(self) -> Accounts:
        return self._accounts

    def __exit__(self, *_: object) -> None:
        self._database.close()


def _password(args: argparse.Namespace) -> str:
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise AccountError("there is nobody to ask for the password", remedy="--password-stdin")
    given = getpass.getpass(f"Password of {args.name}: ")
    if getpass.getpass("Once more: ") != given:
        raise AccountError("the two passwords differ", remedy="try again")
    return given


def _by() -> str:
    return Settings.load().judge


def _tell(user: User) -> None:
    state = "is disabled" if user.disabled_at is not None else f"may sign in as {user.role}"
    _say(f"{user.name} {state}")


def _say(text: str) -> None:
    print(text)  # noqa: T201
