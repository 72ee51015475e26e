"""Everybody's time in one session, worked out from its ledger and from who is still seen there.

People who turned out to be one are one line here; what was written of them stays as it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select

from echo_session.domain.attendance import Seen
from echo_session.domain.counting import PersonTime, session_times
from echo_session.domain.frames import frame_of
from echo_session.domain.ledger import Kind, Link
from echo_session.domain.people import Person
from echo_session.domain.presence import Presence
from echo_session.domain.session_times import Attendee, SessionTimes, Snapshot
from echo_session.store.among import among
from echo_session.store.chain import chain
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_people
from echo_session.store.presence import of_session
from echo_session.store.sessions import to_session
from echo_session.store.tables import AttendanceRecordRow, PersonRow, SessionRow

__all__ = ["times_of", "who_they_are"]


async def times_of(tx: Tx, session_id: str) -> SessionTimes:
    """From the first link to the last, and what was seen since. Raises NotFound."""
    row = await tx.get(SessionRow, session_id)
    if row is None:
        raise NotFound(f"no session {session_id}")
    session = to_session(row)
    links = await chain(tx, session_id)
    devices = await of_session(tx, session_id)
    frame = frame_of(links, starts_at=session.starts_at, ends_at=session.ends_at, closed_at=session.closed_at)
    now_are = await who_they_are(tx, _named(links))
    times = session_times(links, _marks(devices), frame, now_are)
    people = await _attendees(tx, session_id, times, devices, now_are)
    return SessionTimes(
        session=session, people=people, frame=frame, links=row.ledger_seq, head=row.ledger_head
    )


async def who_they_are(tx: Tx, person_ids: Collection[str]) -> dict[str, str]:
    """Who these people turned out to be; whom nobody knows is left out."""
    query = select(PersonRow.id, PersonRow.merged_into).where(among(tx, PersonRow.id, person_ids))
    return {row.id: row.merged_into or row.id for row in await tx.execute(query)}


async def _attendees(
    tx: Tx,
    session_id: str,
    times: Mapping[str, PersonTime],
    devices: Iterable[Presence],
    now_are: Mapping[str, str],
) -> tuple[Attendee, ...]:
    hosts = {time.shared_with for time in times.values() if time.shared_with}
    people = await get_people(tx, {*times, *hosts})
    kept = await _snapshots(tx, session_id, now_are)
    roles = {now_are.get(one.person_id, one.person_id): one.role for one in devices}
    found = []
    for person_id, time in times.items():
        person = people[person_id]
        were = kept.get(person_id, {})
        was = were.get(person_id) or _was(were, _as_now(person, roles.get(person_id, "participant")))
        host = people.get(time.shared_with)
        found.append(
            Attendee(
                time=time,
                name=person.name,
                email=person.email,
                site_id=was.site_id,
                site=was.site,
                profession=was.profession,
                role=was.role,
                matched=person.matched,
                shared_with=host.name if host else "",
                were={**were, person_id: was},
            )
        )
    return tuple(sorted(found, key=lambda one: (one.site.casefold(), one.name.casefold(), one.person_id)))


async def _snapshots(tx: Tx, session_id: str, now_are: Mapping[str, str]) -> dict[str, dict[str, Snapshot]]:
    """What the records have kept of everybody who is one person now, by that person and by whom it was of."""
    query = select(
        AttendanceRecordRow.person_id,
        AttendanceRecordRow.site_id,
        AttendanceRecordRow.site,
        AttendanceRecordRow.profession,
        AttendanceRecordRow.role,
        AttendanceRecordRow.were,
    ).where(AttendanceRecordRow.session_id == session_id)
    found: dict[str, dict[str, Snapshot]] = defaultdict(dict)
    for row in await tx.execute(query):
        was = Snapshot(site_id=row.site_id, site=row.site, profession=row.profession, role=row.role)
        were = {one: Snapshot(**kept) for one, kept in row.were.items()} or {row.person_id: was}
        for one, kept in were.items():
            found[now_are.get(one, one)][one] = kept
    return found


def _was(others: Mapping[str, Snapshot], as_now: Snapshot) -> Snapshot:
    """What somebody was of whom nothing is kept: as those who turned out to be them said, else as now."""
    if not others:
        return as_now
    was = others[min(others)]
    place = was if was.site_id or was.site else as_now
    return replace(
        was, site_id=place.site_id, site=place.site, profession=was.profession or as_now.profession
    )


def _as_now(person: Person, role: str) -> Snapshot:
    return Snapshot(site_id=person.site_id, site=person.site, profession=person.profession, role=role)


def _named(links: Iterable[Link]) -> set[str]:
    """Everybody whom the chain names, hosts of shared devices too."""
    found = set()
    for link in links:
        found.add(link.person_id)
        if link.kind is Kind.CHECKED_IN:
            found.add(str(link.said.get("host", "")))
    return found - {""}


def _marks(devices: Iterable[Presence]) -> list[Seen]:
    return [
        Seen(
            connection_id=one.connection_id,
            seq=one.spell,
            boot_id=one.seen.boot_id,
            wall_utc=one.seen.wall_utc,
            boottime_ns=one.seen.boottime_ns,
        )
        for one in devices
        if one.seen is not None
    ]
