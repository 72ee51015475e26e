"""The sessions among which a standing link chooses: one link for a whole series or program."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select

from echo_session.domain.people import Registration
from echo_session.domain.sessions import Session, Status
from echo_session.store.engine import Tx
from echo_session.store.registrants import decided, good
from echo_session.store.sessions import to_session
from echo_session.store.tables import RegistrationRow, SessionRow

__all__ = ["sessions_ahead"]

LONGEST = timedelta(days=3)
"""No session's room closes later than this after its start; see ``domain.session_checks``."""


async def sessions_ahead(
    tx: Tx, own: Registration, people: Collection[str], *, now: datetime
) -> list[Session]:
    """Of the sessions that this registration is for, those that ``domain.which_session`` has to know: the one
    that was opened last, the next one, and the last one. What the person is excepted from is left out.

    Args:
        people: ids of all rows that are this person.
    """
    if own.series_id is not None:
        mine = SessionRow.series_id == own.series_id
    else:
        mine = SessionRow.program_id == own.program_id
    among = select(SessionRow).where(mine, SessionRow.kind == "session", *await _not_excepted(tx, people))
    earliest_first = (SessionRow.starts_at, SessionRow.id)
    latest_first = (SessionRow.starts_at.desc(), SessionRow.id.desc())
    still_open = among.where(SessionRow.status == Status.OPEN).order_by(*latest_first)
    ahead = SessionRow.starts_at > now - LONGEST
    to_come = among.where(SessionRow.status == Status.SCHEDULED, ahead).order_by(*earliest_first)
    over = among.where(SessionRow.status.in_((Status.CLOSED, Status.CANCELLED))).order_by(*latest_first)
    return [
        *await _some(tx, still_open, 1),
        *await _some(tx, to_come, 5),
        *await _some(tx, over, 1),
    ]


async def _some(tx: Tx, query: Select[SessionRow], count: int) -> list[Session]:
    return [to_session(row) for row in await tx.scalars(query.limit(count))]


async def _not_excepted(tx: Tx, people: Collection[str]) -> list[ColumnElement[bool]]:
    """Not the sessions and series for which this person's own registration says no."""
    columns = (RegistrationRow.session_id, RegistrationRow.series_id, good().label("good"))
    query = select(*columns).where(
        RegistrationRow.person_id.in_(people), RegistrationRow.program_id.is_(None), decided()
    )
    found = (await tx.execute(query)).all()
    good_sessions = {row.session_id for row in found if row.session_id and row.good}
    bad_sessions = {row.session_id for row in found if row.session_id} - good_sessions
    good_series = {row.series_id for row in found if row.series_id and row.good}
    bad_series = {row.series_id for row in found if row.series_id} - good_series
    conditions: list[ColumnElement[bool]] = []
    if bad_sessions:
        conditions.append(SessionRow.id.not_in(bad_sessions))
    if bad_series:
        elsewhere = or_(SessionRow.series_id.is_(None), SessionRow.series_id.not_in(bad_series))
        conditions.append(or_(elsewhere, and_(SessionRow.id.in_(good_sessions))))
    return conditions
