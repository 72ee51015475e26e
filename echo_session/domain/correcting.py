"""What somebody may say afterwards about a session's attendance, and in which words it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from echo_session.domain.attendance import Interval
from echo_session.domain.corrections import Action
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.sessions import Session, Status
from echo_session.domain.spans import Span, union
from echo_session.domain.text import tidy_lines

MAX_REASON = 500
MAX_WINDOWS = 50


def checked_reason(reason: str) -> str:
    """The reason, tidied. Raises InvalidFields where there is none."""
    tidied = tidy_lines(reason)
    if not 1 <= len(tidied) <= MAX_REASON:
        allowed = f"why, in 1 to {MAX_REASON} characters"
        raise InvalidFields([FieldProblem("reason", "is missing or too long", allowed)])
    return tidied


def refuse_unless_begun(session: Session) -> None:
    """Raises NotPossible where there is nothing yet, or nothing at all, to be corrected."""
    if session.status not in (Status.OPEN, Status.CLOSED):
        raise NotPossible(f"This session is {session.status.value}: nobody has been in it.")


def life(session: Session, now: datetime) -> Span:
    """Between these instants somebody can have been there: since the room opened, or was to open."""
    opened = min(session.opens_at, session.opened_at or session.opens_at)
    over = max(session.closes_at, session.closed_at or session.closes_at)
    return Span(opened, max(opened, min(over, now)))


def check_span(span: Span, within: Span) -> None:
    """Raises InvalidFields where a correction is about no time, or about one that was no part of the
    session."""
    problems = []
    if not span.start < span.end:
        problems.append(FieldProblem("until", "is not after from", "an instant after from"))
    for field, at in (("from", span.start), ("until", span.end)):
        if not within.start <= at <= within.end:
            problems.append(FieldProblem(field, "is not within the session", _between(within)))
    if problems:
        raise InvalidFields(problems)


def check_action(action: Action, span: Span, intervals: Sequence[Interval]) -> None:
    """Raises InvalidFields where the correction would change nothing."""
    there = [Span(one.joined_at, one.until) for one in intervals]
    if action == "strike":
        if not any(one.start < span.end and span.start < one.end for one in there):
            problem = FieldProblem(
                "from", "is a time in which this person was not there", "a time in which they were"
            )
            raise InvalidFields([problem])
    elif any(one.start <= span.start and span.end <= one.end for one in union(there)):
        problem = FieldProblem(
            "from", "is a time in which this person was there", "a time in which they were not"
        )
        raise InvalidFields([problem])


def checked_windows(field: str, spans: Sequence[Span], within: Span | None) -> tuple[Span, ...]:
    """What counts, or does not, in order and apart. Raises InvalidFields."""
    problems = []
    if len(spans) > MAX_WINDOWS:
        problems.append(FieldProblem(field, "are too many", f"at most {MAX_WINDOWS}"))
    for number, span in enumerate(spans):
        name = f"{field}.{number}"
        if not span.start < span.end:
            problems.append(FieldProblem(f"{name}.until", "is not after from", "an instant after from"))
        if within is not None and not (within.start <= span.start and span.end <= within.end):
            problems.append(FieldProblem(f"{name}.from", "is not within the session", _between(within)))
    if problems:
        raise InvalidFields(problems)
    return union(spans)


def _between(within: Span) -> str:
    start, end = (
        at.isoformat(timespec="seconds").replace("+00:00", "Z") for at in (within.start, within.end)
    )
    return f"from {start} until {end}"
