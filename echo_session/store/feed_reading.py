"""What a feed shows, as the records are now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from echo_session.domain.feeds import FeedContent
from echo_session.domain.people import Registration
from echo_session.domain.series import Part
from echo_session.domain.sessions import Session, Status
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_person
from echo_session.store.programs import get_program
from echo_session.store.registrants import decided, good, merged_with
from echo_session.store.registration_rows import read_registrations
from echo_session.store.series import to_part
from echo_session.store.sessions import to_session
from echo_session.store.tables import FeedRow, RegistrationRow, SeriesPartRow, SeriesRow, SessionRow

__all__ = ["note_read", "read_feed"]

KEPT = timedelta(days=100)
"""What is over for longer leaves the feed, a series as a whole."""
AHEAD = timedelta(days=800)
MOST_PARTS = 100
MOST_SINGLE = 500
NOTED_EVERY = timedelta(days=1)


async def read_feed(tx: Tx, feed_id: str, now: datetime) -> FeedContent:
    """What the feed shows. Raises NotFound where it was revoked or never was."""
    row = await tx.get(FeedRow, feed_id)
    if row is None or row.revoked_at is not None:
        raise NotFound("no such feed")
    if row.program_id is not None:
        program = await get_program(tx, row.program_id)
        series = select(SeriesRow.id).where(SeriesRow.program_id == program.id)
        parts, sessions = await _gathered(
            tx, SeriesPartRow.series_id.in_(series), SessionRow.program_id == program.id, now
        )
        slug = program.slug if program.public and program.archived_at is None else ""
        return FeedContent(name=program.name, parts=parts, sessions=sessions, slug=slug)
    return await _of_person(tx, row.person_id or "", now)


async def note_read(database: Database, feed_id: str, now: datetime) -> None:
    """Keeps when the feed was last read, to the day; a write at most once a day."""
    async with database.read() as tx:
        last = await tx.scalar(select(FeedRow.last_read_at).where(FeedRow.id == feed_id))
    if last is not None and now - last < NOTED_EVERY:
        return
    async with database.write() as tx:
        await tx.execute(update(FeedRow).where(FeedRow.id == feed_id).values(last_read_at=now))


async def _of_person(tx: Tx, person_id: str, now: datetime) -> FeedContent:
    rows = await merged_with(tx, person_id)
    query = (
        select(RegistrationRow.id, good().label("good"))
        .where(RegistrationRow.person_id.in_(rows), decided())
        .order_by(RegistrationRow.created_at.desc(), RegistrationRow.id)
        .limit(2 * MOST_SINGLE)
    )
    standing = {row.id: bool(row.good) for row in await tx.execute(query)}
    registrations = await read_registrations(tx, list(standing))
    yes = [one for one in registrations if standing[one.id]]
    series = {one.series_id: one for one in yes if one.series_id}
    programs = {one.program_id: one for one in yes if one.program_id}
    single = {one.session_id: one for one in yes if one.session_id}
    no_series = {one.series_id for one in registrations if one.series_id} - set(series)
    no_session = {one.session_id for one in registrations if one.session_id} - set(single)
    of_programs = select(SeriesRow.id).where(SeriesRow.program_id.in_(programs))
    wanted_parts = or_(
        SeriesPartRow.series_id.in_(series),
        SeriesPartRow.series_id.in_(of_programs) & SeriesPartRow.series_id.not_in(no_series),
    )
    wanted = or_(
        SessionRow.id.in_(single),
        SessionRow.series_id.in_(series),
        SessionRow.program_id.in_(programs)
        & (SessionRow.series_id.is_(None) | SessionRow.series_id.not_in(no_series)),
    )
    parts, sessions = await _gathered(tx, wanted_parts, wanted, now)
    person = await get_person(tx, rows[0]) if rows else None
    return FeedContent(
        name=f"Sessions of {person.name}" if person else "Sessions",
        parts=parts,
        sessions=tuple(_left_out(one) if one.id in no_session else one for one in sessions),
        registrations={
            one.id: registration
            for one in sessions
            if (registration := _leading_to(one, single, series, programs)) is not None
        },
    )


def _left_out(session: Session) -> Session:
    """For somebody who does not come to it, it is not there."""
    return replace(session, status=Status.CANCELLED)


def _leading_to(
    session: Session,
    single: dict[str, Registration],
    series: dict[str, Registration],
    programs: dict[str, Registration],
) -> Registration | None:
    return (
        single.get(session.id)
        or series.get(session.series_id or "")
        or programs.get(session.program_id or "")
    )


async def _gathered(
    tx: Tx, wanted_parts: ColumnElement[bool], wanted: ColumnElement[bool], now: datetime
) -> tuple[tuple[Part, ...], tuple[Session, ...]]:
    """Parts with sessions that are not long over, whole, and single sessions."""
    recent = (SessionRow.starts_at > now - KEPT) & (SessionRow.starts_at < now + AHEAD)
    alive = select(SessionRow.id).where(SessionRow.part_id == SeriesPartRow.id, recent)
    query = (
        select(SeriesPartRow)
        .where(wanted_parts, alive.correlate(SeriesPartRow).exists())
        .order_by(SeriesPartRow.created_at.desc(), SeriesPartRow.id)
        .limit(MOST_PARTS)
    )
    parts = tuple(to_part(row) for row in await tx.scalars(query))
    part_ids = [part.id for part in parts]
    of_parts = await tx.scalars(select(SessionRow).where(SessionRow.part_id.in_(part_ids)))
    sessions = {row.id: to_session(row) for row in of_parts}
    others = (
        select(SessionRow)
        .where(wanted, recent, SessionRow.kind == "session")
        .where(SessionRow.part_id.is_(None) | SessionRow.part_id.not_in(part_ids))
        .order_by(SessionRow.starts_at, SessionRow.id)
        .limit(MOST_SINGLE)
    )
    sessions |= {row.id: to_session(row) for row in await tx.scalars(others)}
    return parts, tuple(sessions.values())
