"""Say what went wrong. Knows no other module.

MmdemoError                 everything a user can cause and mend
├── SettingsError           an option or environment variable is not usable
├── CatalogError            a source, a product or the catalog on disk
├── ModelError              a tower or checkpoint cannot be loaded or used
├── IndexMismatchError      vectors on disk are missing, busy, or of another model or catalog
├── QueryError              a query cannot be searched as it was asked
├── RankerError             a ranker is unknown, or a run cannot be one
├── LabelError              a judgment cannot be stored or read
│   ├── LabelConflictError  its event id is taken by another event
│   ├── LabelsBusyError     the database cannot be used now; the same may be tried again
│   ├── NoCampaignError     there is no such campaign, or no such pair for this judge
│   └── CampaignLockedError a campaign cannot change so, judging has begun
├── AccountError            a user, an invitation or a password is not usable
│   ├── SignInError         the name or the password is wrong
│   └── AttemptsError       too many attempts to sign in
├── EvaluationError         queries, qrels, runs or measures do not fit together
└── TrainingError           a training run cannot start or go on

Anything else that reaches a user is a bug.
"""

import math
from datetime import timedelta


class MmdemoError(Exception):
    """A problem the user can mend, told as what, got, expected, remedy.

    The parts are joined into one line, which is what the CLI prints and the page shows.
    """

    def __init__(
        self,
        what: str,
        *,
        got: object = None,
        expected: object = None,
        remedy: str | None = None,
    ) -> None:
        parts = [what]
        if got is not None:
            parts.append(f"got {got}")
        if expected is not None:
            parts.append(f"expected {expected}")
        message = parts[0] if len(parts) == 1 else f"{parts[0]}: {', '.join(parts[1:])}"
        super().__init__(f"{message}; {remedy}" if remedy else message)


class SettingsError(MmdemoError):
    """An option or environment variable is not usable."""


class CatalogError(MmdemoError):
    """A source, a product or the catalog on disk is not usable."""


class ModelError(MmdemoError):
    """A tower or checkpoint cannot be loaded or used."""


class IndexMismatchError(MmdemoError):
    """Vectors on disk are missing, being written, or belong to another model or catalog."""


class QueryError(MmdemoError):
    """A query cannot be searched as it was asked."""


class RankerError(MmdemoError):
    """A ranker is unknown, or a run cannot be one."""


class LabelError(MmdemoError):
    """A judgment cannot be stored or read."""


class LabelConflictError(LabelError):
    """A judgment's event id is already taken by a different event."""


class LabelsBusyError(LabelError):
    """The database of the judgments cannot be used now; nothing is wrong with what was sent."""


class NoCampaignError(LabelError):
    """There is no such campaign, or no such pair for this judge in it."""


class CampaignLockedError(LabelError):
    """A campaign cannot change so once judging has begun."""


class AccountError(MmdemoError):
    """A user, an invitation or a password is not usable."""


class SignInError(AccountError):
    """The name or the password is wrong."""


class AttemptsError(AccountError):
    """There were too many attempts to sign in.

    Attributes:
        wait: how long until the next one is looked at.
    """

    def __init__(self, wait: timedelta) -> None:
        self.wait = max(wait, timedelta(seconds=1))
        minutes = math.ceil(self.wait / timedelta(minutes=1))
        super().__init__(
            "too many attempts to sign in",
            remedy=f"try again in {minutes} minute{'' if minutes == 1 else 's'}",
        )


class EvaluationError(MmdemoError):
    """Queries, qrels, runs or measures do not fit together."""


class TrainingError(MmdemoError):
    """A training run cannot start or go on."""
