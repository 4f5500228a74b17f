"""Who may do what: users, roles, invitations, sessions, campaigns' judges. Knows no page."""

from mmdemo.labels.accounts.accounts import Accounts, SignedIn
from mmdemo.labels.accounts.invitations import Invitation, Invitations
from mmdemo.labels.accounts.members import Members
from mmdemo.labels.accounts.passwords import Passwords
from mmdemo.labels.accounts.sessions import Sessions
from mmdemo.labels.accounts.users import Role, User, Users

__all__ = [
    "Accounts",
    "Invitation",
    "Invitations",
    "Members",
    "Passwords",
    "Role",
    "Sessions",
    "SignedIn",
    "User",
    "Users",
]
