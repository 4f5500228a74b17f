"""Hash passwords and check them, in the same time for everybody. Knows no user."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mmdemo.errors import AccountError

SHORTEST = 12  # characters
LONGEST = 200
_DIFFERENT = 5  # characters
_AT_ONCE = 2  # hashes, of 64 MiB each
_PATIENCE = 15.0  # seconds to wait for a turn


class Passwords:
    """argon2id with the parameters of RFC 9106 for little memory, as argon2-cffi has them."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = ""
        self._lock = threading.Lock()

    def hashed(self, password: str, *, name: str) -> str:
        """The hash to keep.

        Raises:
            AccountError: the password is too short, too long or too simple.
        """
        plain = checked_password(password, name=name)
        with _turn(self._turns):
            return self._hasher.hash(plain)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether it is the password of the hash; as slow where there is no hash."""
        wanted = self._of_nobody() if stored is None else stored
        plain = _plain(password)
        with _turn(self._turns):
            try:
                return self._hasher.verify(wanted, plain) and stored is not None
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False

    def is_dated(self, stored: str) -> bool:
        """Whether the hash was made with parameters that have since been raised."""
        return self._hasher.check_needs_rehash(stored)

    def _of_nobody(self) -> str:
        with self._lock:
            self._nobodys = self._nobodys or self._hasher.hash(secrets.token_urlsafe())
            return self._nobodys


def checked_password(password: object, *, name: str) -> str:
    """The password in the form that is hashed.

    Raises:
        AccountError: it is too short, too long or too simple. It is never repeated in a message.
    """
    expected = f"{SHORTEST} to {LONGEST} characters"
    if not isinstance(password, str):
        raise AccountError("the password is not usable", expected=expected)
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise AccountError(
            "the password is too short" if len(plain) < SHORTEST else "the password is too long",
            got=f"{len(password)} characters",
            expected=expected,
        )
    try:
        plain.encode()
    except UnicodeEncodeError:
        raise AccountError("the password holds half a character", expected=expected) from None
    if len(set(plain)) < _DIFFERENT:
        raise AccountError(
            "the password is too simple", expected=f"at least {_DIFFERENT} different characters"
        )
    if name.casefold() in plain.casefold() and len(plain) < SHORTEST + len(name):
        raise AccountError(
            "the password is little more than the name", expected="something else, or far longer"
        )
    return plain


def _plain(password: str) -> str:
    """The same characters whatever keyboard composed them (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password[: 4 * LONGEST])


class _turn:  # noqa: N801
    """Wait for a turn to hash, not for ever."""

    def __init__(self, turns: threading.BoundedSemaphore) -> None:
        self._turns = turns

    def __enter__(self) -> None:
        if not self._turns.acquire(timeout=_PATIENCE):
            raise AccountError("too many people sign in at once", remedy="try again in a moment")

    def __exit__(self, *_: object) -> None:
        self._turns.release()
