"""Which sessions of a series a recurring calendar event can say, and which need an event of their own."""

from __future__ import annotations

from echo_session.domain.series import Part
from echo_session.domain.sessions import Session
from echo_session.domain.times import to_local, to_utc

__all__ = ["recurs"]


def recurs(part: Part | None, session: Session) -> bool:
    """Whether the session is an instance of the part's event.

    One that the rule puts at a time that the spring change skips is not: calendars disagree about it. Nor is
    one whose time of day is not the part's, which nothing but an old record can have.
    """
    if part is None or session.original_local is None or session.part_id != part.id:
        return False
    if session.original_local.time() != part.starts_local.time():
        return False
    return to_local(to_utc(session.original_local, part.zone), part.zone) == session.original_local
