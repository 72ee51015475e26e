"""What reports read: sessions that were held, and everybody's record in them, a few sessions at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from echo_session.domain.erasing import ERASED
from echo_session.domain.reporting import About, Held, Line, Place, Wanted
from echo_session.domain.session_times import Attendee, SessionTimes
from echo_session.domain.sessions import Status
from echo_session.store.among import among
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.merges import survivors
from echo_session.store.tables import (
    AttendanceRecordRow,
    PersonRow,
    ProgramRow,
    SeriesRow,
    SessionRow,
    SiteRow,
)

SESSIONS_AT_A_TIME = 5
"""A thousand lines or so: read in a few milliseconds, between which everything else goes on."""

_RECORD = AttendanceRecordRow
_COLUMNS = (
    *(_RECORD.session_id, _RECORD.person_id, _RECORD.role, _RECORD.site_id, _RECORD.site, _RECORD.profession),
    *(_RECORD.first_at, _RECORD.last_at, _RECORD.here, _RECORD.present_seconds, _RECORD.counted_seconds),
    *(_RECORD.original_seconds, _RECORD.corrected, _RECORD.way),
    *(PersonRow.name, PersonRow.email, PersonRow.credentials, PersonRow.matched, PersonRow.erased_at),
)

_Row = TypeVar("_Row", PersonRow, SiteRow)

_NAMED: dict[About, Any] = {
    About.SESSION: SessionRow,
    About.SERIES: SeriesRow,
    About.PROGRAM: ProgramRow,
    About.PERSON: PersonRow,
    About.SITE: SiteRow,
    About.GRANT: ProgramRow,
}


async def title_of(tx: Tx, wanted: Wanted) -> str:
    """What the report is about, by name; empty where it is the whole hub.

    Raises:
        NotFound: there is no such thing.
    """
    if not wanted.id:
        return ""
    row = await tx.get(_NAMED[wanted.about], wanted.id)
    if row is None:
        raise NotFound(f"no {wanted.about} {wanted.id}")
    if isinstance(row, PersonRow) and row.erased_at is not None:
        return ERASED
    return str(row.title if isinstance(row, SessionRow | SeriesRow) else row.name)


async def held(tx: Tx, wanted: Wanted) -> list[Held]:
    """The sessions of a report that took place, in the order of their starts.

    A session is in it once it is over; about one person or site are those only where they were.
    """
    query = (
        select(SessionRow, ProgramRow.name, SeriesRow.title)
        .outerjoin(ProgramRow, ProgramRow.id == SessionRow.program_id)
        .outerjoin(SeriesRow, SeriesRow.id == SessionRow.series_id)
        .where(
            SessionRow.kind == "session",
            SessionRow.status == Status.CLOSED.value,
            SessionRow.opened_at.is_not(None),
            *await _scope(tx, wanted),
        )
        .order_by(SessionRow.starts_at, SessionRow.id)
    )
    if wanted.first is not None:
        query = query.where(SessionRow.starts_local >= datetime.combine(wanted.first, time()))
    if wanted.last is not None:
        after = datetime.combine(wanted.last, time()) + timedelta(days=1)
        query = query.where(SessionRow.starts_local < after)
    return [to_held(*row) for row in await tx.execute(query)]


def to_held(session: SessionRow, program: str | None, series: str | None) -> Held:
    """The session as reports show it."""
    return Held(
        id=session.id,
        title=session.title,
        program=program or "",
        series=series or "",
        starts_local=session.starts_local,
        starts_at=session.starts_at,
        zone=session.zone,
        minutes=session.duration_minutes + session.extended_minutes,
    )


async def pages(tx: Tx, wanted: Wanted, sessions: Sequence[Held]) -> AsyncIterator[list[Line]]:
    """Everybody's line in these sessions, in their order, and by site and name within each.

    They are without the times at which somebody came and went in between.
    """
    only = await _only(tx, wanted)
    places: dict[str, SiteRow] = {}
    for start in range(0, len(sessions), SESSIONS_AT_A_TIME):
        by_id = {one.id: one for one in sessions[start : start + SESSIONS_AT_A_TIME]}
        query = (
            select(*_COLUMNS)
            .join(PersonRow, PersonRow.id == AttendanceRecordRow.person_id)
            .where(among(tx, AttendanceRecordRow.session_id, list(by_id)), *only)
        )
        rows = (await tx.execute(query)).all()
        unknown = {row.site_id for row in rows} - places.keys()
        places |= {site.id: site for site in await _rows(tx, SiteRow, unknown)}
        yield await asyncio.to_thread(_lines, by_id, rows, places)


def _lines(sessions: Mapping[str, Held], rows: Iterable[Any], sites: Mapping[str, SiteRow]) -> list[Line]:
    return in_order(_line(sessions[row.session_id], row, sites.get(row.site_id or "")) for row in rows)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By session, then by site and name; who has no site comes last."""
    return sorted(
        lines,
        key=lambda line: (
            line.session.starts_at,
            line.session.id,
            not line.place.name,
            line.place.name.casefold(),
            line.name.casefold(),
            line.person_id,
        ),
    )


async def _scope(tx: Tx, wanted: Wanted) -> list[ColumnElement[bool]]:
    match wanted.about:
        case About.SESSION:
            return [SessionRow.id == wanted.id]
        case About.SERIES:
            return [SessionRow.series_id == wanted.id]
        case About.PROGRAM:
            return [SessionRow.program_id == wanted.id]
        case About.GRANT:
            return [SessionRow.program_id == wanted.id] if wanted.id else []
        case _:
            there = select(AttendanceRecordRow.session_id).where(*await _only(tx, wanted))
            return [SessionRow.id.in_(there)]


async def _only(tx: Tx, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Whose records, where the report is about one person or site."""
    if wanted.about is About.PERSON:
        now_is = (await survivors(tx, [wanted.id])).get(wanted.id, wanted.id)
        return [AttendanceRecordRow.person_id == now_is]
    if wanted.about is About.SITE:
        return [AttendanceRecordRow.site_id == wanted.id]
    return []


def _line(held: Held, row: Any, site: SiteRow | None) -> Line:
    erased = row.erased_at is not None
    return Line(
        session=held,
        person_id=row.person_id,
        name=ERASED if erased else row.name,
        email="" if erased else row.email,
        credentials="" if erased else row.credentials,
        profession=row.profession,
        role=row.role,
        matched=row.matched,
        place=to_place(row.site_id, row.site, site),
        first_at=row.first_at,
        last_at=row.last_at,
        here=row.here,
        present_seconds=row.present_seconds,
        counted_seconds=row.counted_seconds,
        original_seconds=row.original_seconds,
        corrected=row.corrected,
        way=row.way,
    )


def to_place(site_id: str | None, name: str, site: SiteRow | None) -> Place:
    """The site as it was called then, with what is known of it now."""
    if site is None:
        return Place(id=site_id or "", name=name)
    return Place(
        id=site.id,
        name=name or site.name,
        type=site.type,
        county=site.county,
        state=site.state,
        rural=site.rural,
        shortage_area=site.shortage_area,
    )


async def held_session(tx: Tx, session_id: str) -> Held:
    """One session, be it over or not. Raises NotFound."""
    query = (
        select(SessionRow, ProgramRow.name, SeriesRow.title)
        .outerjoin(ProgramRow, ProgramRow.id == SessionRow.program_id)
        .outerjoin(SeriesRow, SeriesRow.id == SessionRow.series_id)
        .where(SessionRow.id == session_id, SessionRow.kind == "session")
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"no session {session_id}")
    return to_held(*row)


async def lines_of(tx: Tx, times: SessionTimes, session: Held) -> list[Line]:
    """Everybody's line in a session whose times are known, as of one that is not over yet."""
    people = {row.id: row for row in await _rows(tx, PersonRow, {one.person_id for one in times.people})}
    sites = {row.id: row for row in await _rows(tx, SiteRow, {one.site_id for one in times.people})}
    return in_order(_live_line(session, one, people[one.person_id], sites) for one in times.people)


async def _rows(tx: Tx, table: type[_Row], ids: Collection[str | None]) -> list[_Row]:
    wanted = [one for one in ids if one]
    return list(await tx.scalars(select(table).where(among(tx, table.id, wanted))))


def _live_line(session: Held, one: Attendee, person: PersonRow, sites: Mapping[str, SiteRow]) -> Line:
    erased = person.erased_at is not None
    time = one.time
    return Line(
        session=session,
        person_id=one.person_id,
        name=ERASED if erased else one.name,
        email="" if erased else one.email,
        credentials="" if erased else person.credentials,
        profession=one.profession,
        role=one.role,
        matched=one.matched,
        place=to_place(one.site_id, one.site, sites.get(one.site_id or "")),
        first_at=time.first_at,
        last_at=time.last_at,
        here=time.here,
        present_seconds=time.present_seconds,
        counted_seconds=time.counted_seconds,
        original_seconds=time.original_counted_seconds,
        corrected=time.corrected,
        way=time.way.value,
        intervals=time.intervals,
        counted=time.counted,
    )
