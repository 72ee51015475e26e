"""Which of many sessions a standing link leads to: one link for a whole series or program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from echo_session.domain.sessions import Session, Status

__all__ = ["by_preference"]

_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def by_preference(sessions: Iterable[Session], now: datetime) -> list[Session]:
    """The sessions, the right one for `now` first.

    Open ones come before all others, the one that started last first. Then those that are still to come, the
    next one first; one whose time has passed without anybody opening it is not to come any more. Then what
    is over, the last one first: who comes too late is told about that.
    """
    return sorted(sessions, key=lambda session: _rank(session, now))


def _rank(session: Session, now: datetime) -> tuple[int, timedelta, str]:
    since = session.starts_at - _EPOCH
    if session.status is Status.OPEN:
        return 0, -since, session.id
    if session.status is Status.SCHEDULED and session.closes_at > now:
        return 1, since, session.id
    return 2, -since, session.id
