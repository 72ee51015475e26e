"""Cursors of lists that are in the order of a text or an instant, and of ids where that is the same."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from echo_session.api.models import NO_NUL
from echo_session.api.operation import Body
from echo_session.api.problems import Problem, invalid
from echo_session.domain.errors import FieldProblem
from echo_session.domain.ids import unpadded

MAX_CURSOR = 1600
"""A key of 200 characters of four bytes each, an id, and base64."""
MAX_SEARCH = 200

Search = Annotated[
    str, Field(max_length=MAX_SEARCH, description="Beginnings of words; all of them must be there"), NO_NUL
]


class PageQuery(Body):
    """Which page of a list."""

    limit: int = Field(50, ge=1, le=200)
    cursor: Annotated[str, Field(max_length=MAX_CURSOR), NO_NUL] = Field(
        "", description="``next`` of the page before"
    )


def cursor_of(place: tuple[str | datetime, str] | None) -> str | None:
    """``next`` of a page; None on the last."""
    if place is None:
        return None
    key, row_id = place
    return unpadded(f"{key.isoformat() if isinstance(key, datetime) else key}|{row_id}".encode())


def text_place(cursor: str) -> tuple[str, str] | None:
    """Where a page begins whose list is in the order of a text. Raises Problem 422."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key, _, row_id = urlsafe_b64decode(padded.encode("ascii")).decode().rpartition("|")
    except ValueError as error:
        raise _not_ours() from error
    if not key.isprintable() or not row_id.isascii() or not row_id.isprintable():
        raise _not_ours()
    return key, row_id


def time_place(cursor: str) -> tuple[datetime, str] | None:
    """The same where it is in the order of an instant."""
    place = text_place(cursor)
    if place is None:
        return None
    try:
        instant = datetime.fromisoformat(place[0])
        if instant.tzinfo is None:
            raise ValueError(cursor)
        return instant.astimezone(UTC), place[1]
    except (ValueError, OverflowError) as error:
        raise _not_ours() from error


def _not_ours() -> Problem:
    return invalid([FieldProblem("cursor", "is not a cursor of ours", "`next` of the page before")])
