"""Refuse a judgment that could not be kept word for word. Knows no database and no page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from mmdemo.errors import LabelError
from mmdemo.records import Judgment

MAX_GRADE = 10  # of any scale; a campaign checks its own
MAX_REPEAT = 999
MAX_QUERY_TEXT = 10_000  # characters, far above what a search box sends
MAX_CONTEXT = 20_000  # characters of JSON
_MAX_ID = {"campaign": 300, "judge": 200, "query_id": 200, "product_id": 2000, "question": 100}
_EVENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_EVENT_ID_FORM = "1 to 100 letters, digits, '.', '_', ':' or '-', such as a UUID"


def checked(judgment: Judgment) -> Judgment:
    """Return the judgment as it will be stored: its time in UTC, its context as plain JSON.

    Raises:
        LabelError: a value is missing, too long, out of range or not text a database can keep.
    """
    check_event_ids("judgment", judgment.client_event_id, judgment.supersedes)
    for name, longest in _MAX_ID.items():
        check_text(name, getattr(judgment, name), longest)
        if not getattr(judgment, name).strip():
            raise LabelError(f"{name} is empty", expected=f"1 to {longest} characters")
    check_text("query_text", judgment.query_text, MAX_QUERY_TEXT)
    if judgment.grade is not None:
        _check_whole("grade", judgment.grade, MAX_GRADE)
    _check_whole("repeat", judgment.repeat, MAX_REPEAT)
    if not isinstance(judgment.blind, bool):
        raise LabelError(
            "blind is not usable", got=_short(judgment.blind), expected="true or false"
        )
    return replace(
        judgment,
        clicked_at=as_utc(judgment.clicked_at),
        context=_as_json(judgment.context),
    )


def same(one: Judgment, other: Judgment) -> bool:
    """Tell whether two checked judgments say exactly the same, down to the types in the context."""
    texts = [json.dumps(dict(event.context), sort_keys=True) for event in (one, other)]
    return texts[0] == texts[1] and replace(one, context={}) == replace(other, context={})


def check_event_ids(noun: str, client_event_id: object, supersedes: object) -> None:
    """Refuse ids that are not usable, and an event that supersedes itself.

    Raises:
        LabelError: which one, and what is usable.
    """
    for name, value in (("client_event_id", client_event_id), ("supersedes", supersedes)):
        if name == "supersedes" and value is None:
            continue
        if not isinstance(value, str) or not _EVENT_ID.fullmatch(value):
            raise LabelError(f"{name} is not usable", got=_short(value), expected=_EVENT_ID_FORM)
    if supersedes == client_event_id:
        raise LabelError(f"a {noun} cannot supersede itself", got=_short(supersedes))


def check_text(name: str, value: object, longest: int) -> None:
    """Refuse what is no text, too long, or cannot be stored as it is.

    Raises:
        LabelError: what is wrong with it.
    """
    if not isinstance(value, str):
        raise LabelError(f"{name} is not usable", got=_short(value), expected="text")
    if len(value) > longest:
        raise LabelError(
            f"{name} is too long",
            got=f"{len(value)} characters",
            expected=f"at most {longest}",
        )
    if "\0" in value:
        raise LabelError(f"{name} holds a NUL character", expected="text without it")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise LabelError(f"{name} holds half a character", expected="valid Unicode") from None


def _check_whole(name: str, value: object, highest: int) -> None:
    if type(value) is not int or not 0 <= value <= highest:  # True is an int, but no grade
        raise LabelError(
            f"{name} is not usable", got=_short(value), expected=f"a whole number, 0 to {highest}"
        )


def as_utc(moment: object) -> datetime:
    """The same moment in UTC.

    Raises:
        LabelError: it is no time, has no time zone or is out of range.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise LabelError(
            "clicked_at is not usable", got=_short(moment), expected="a time with its time zone"
        )
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1 east of Greenwich
        raise LabelError("clicked_at is out of range", got=_short(moment)) from None


def _as_json(context: object) -> dict[str, object]:
    expected = f"an object of at most {MAX_CONTEXT} characters of JSON"
    try:
        text = json.dumps(dict(context), allow_nan=False)  # type: ignore[call-overload]
        plain: dict[str, object] = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise LabelError("context is not JSON", got=_short(error), expected=expected) from None
    if len(text) > MAX_CONTEXT:
        raise LabelError("context is too long", got=f"{len(text)} characters", expected=expected)
    for part in _texts(plain):
        check_text("context", part, MAX_CONTEXT)
    return plain


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
