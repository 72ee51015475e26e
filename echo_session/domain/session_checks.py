"""What the fields of a session may be."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.text import tidy, tidy_lines

if TYPE_CHECKING:
    from echo_session.domain.sessions import Change, Draft, Session

MAX_TITLE = 200
MAX_DESCRIPTION = 5000
MAX_CONTACT = 200
MAX_REASON = 500
MAX_DURATION = 24 * 60
MAX_LEAD = 4 * 60
MAX_OVERRUN = 4 * 60
MAX_EXTENSION = 120
MAX_EXTENDED = 12 * 60
FIRST_YEAR, LAST_YEAR = 2020, 2099
"""A start outside of these is a typing mistake."""


def start_problems(local: datetime | None, instant: datetime | None, *, needed: bool) -> list[FieldProblem]:
    """What is wrong with the two ways of giving the start."""
    allowed = (
        'either starts_local, such as "2026-11-21T16:00:00", or starts_at, such as "2026-11-21T23:00:00Z"'
    )
    if local is not None and instant is not None:
        return [FieldProblem("starts_local", "the start is given twice", allowed)]
    if needed and local is None and instant is None:
        return [FieldProblem("starts_local", "the start is missing", allowed)]
    for field, value in (("starts_local", local), ("starts_at", instant)):
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            years = f"years {FIRST_YEAR} to {LAST_YEAR}"
            return [FieldProblem(field, f"year {value.year} is out of range", years)]
    return []


def fixed_once_open(wanted: Change) -> list[FieldProblem]:
    """The fields that would move the start of a room that is open."""
    fixed = ("starts_local", "starts_at", "zone", "lead_minutes")
    return [
        FieldProblem(field, "the room is open, so when it starts is settled", "leave it out")
        for field in fixed
        if getattr(wanted, field) is not None
    ]


def field_problems(fields: Draft | Session) -> list[FieldProblem]:
    """What is wrong with texts and lengths of time."""
    texts = (
        ("title", tidy(fields.title), 1, MAX_TITLE),
        ("description", tidy_lines(fields.description), 0, MAX_DESCRIPTION),
        ("contact", tidy(fields.contact), 0, MAX_CONTACT),
    )
    numbers = (
        ("duration_minutes", fields.duration_minutes, 1, MAX_DURATION),
        ("lead_minutes", fields.lead_minutes, 0, MAX_LEAD),
        ("overrun_minutes", fields.overrun_minutes, 0, MAX_OVERRUN),
    )
    problems = [
        FieldProblem(field, f"has {len(text)} characters", f"{least} to {most} characters")
        for field, text, least, most in texts
        if not least <= len(text) <= most
    ]
    problems += [
        FieldProblem(field, f"{number} is out of range", f"{least} to {most} minutes")
        for field, number, least, most in numbers
        if not least <= number <= most
    ]
    return problems


def refuse_if_past(session: Session, now: datetime) -> None:
    """Raises InvalidFields where the session would be over already."""
    if session.closes_at <= now:
        allowed = "a session that ends in the future"
        raise InvalidFields([FieldProblem("starts_local", "the session would be over already", allowed)])


def checked_reason(reason: str) -> str:
    """Why something is cancelled, tidied. Raises InvalidFields where it is too long."""
    reason = tidy_lines(reason)
    if len(reason) > MAX_REASON:
        message = f"has {len(reason)} characters"
        raise InvalidFields([FieldProblem("reason", message, f"at most {MAX_REASON} characters")])
    return reason
