"""Lay out the tables of accounts. Knows no rule about who may do what.

Unlike judgments, what is in them changes. Of passwords, sessions and invitations only hashes are
kept, so that a copy of the database opens no door.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from mmdemo.labels.events import UtcTime
from mmdemo.labels.layout import Layout

_metadata = MetaData()

users = Table(
    "users",
    _metadata,
    Column("key", Text, primary_key=True),  # the name in small letters: what sign-in goes by
    Column("name", Text, nullable=False, unique=True),  # what judgments are stored under
    Column("skeleton", Text, nullable=False, unique=True),  # equal for names that look alike
    Column("password", Text, nullable=False),  # argon2's own format
    Column("role", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
)

invitations = Table(
    "invitations",
    _metadata,
    Column("id", Text, primary_key=True),  # names it in lists; opens nothing
    Column("token", Text, nullable=False, unique=True),  # SHA-256
    Column("role", Text, nullable=False),
    Column("campaigns", JSON, nullable=False),
    Column("renews", Text, nullable=False),  # whose password; empty for a new user
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("accepted_by", Text),
    Column("accepted_at", UtcTime),
    Column("withdrawn_at", UtcTime),
)

sessions = Table(
    "sessions",
    _metadata,
    Column("token", Text, primary_key=True),  # SHA-256
    Column("key", Text, nullable=False),  # of the user
    Column("made_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Index("sessions_by_user", "key"),
)

attempts = Table(
    "sign_in_attempts",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),  # SHA-256 of a name or an address
    Column("at", UtcTime, nullable=False),
    Index("sign_in_attempts_by_key", "key", "at"),
)

campaign_judges = Table(
    "campaign_judges",
    _metadata,
    Column("campaign", Text, primary_key=True),
    Column("judge", Text, primary_key=True),  # the user's name
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

ACCOUNTS = Layout(
    "accounts",
    _metadata,
    Table("accounts_schema", _metadata, Column("version", Integer, nullable=False)),
    version=1,
)
