"""A session's attendance for whoever asks: of a closed session from its records, else from its ledger.

Of a closed session only the links are read that tell what counts and what was corrected, however many people
came and went.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from echo_session.domain.attendance import Interval, Way
from echo_session.domain.corrections import Correction, corrections_of
from echo_session.domain.counting import PersonTime
from echo_session.domain.frames import frame_of
from echo_session.domain.ledger import OF_DEVICES, OF_SESSION, Kind, Link
from echo_session.domain.session_times import Attendee, SessionTimes
from echo_session.domain.sessions import Status
from echo_session.store.chain import anchors, chain, links_where
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_people
from echo_session.store.records import records_of
from echo_session.store.sessions import to_session
from echo_session.store.tables import AttendanceEventRow, SessionRow
from echo_session.store.times import times_of, who_they_are

__all__ = ["report_of"]

_SAID = (*OF_SESSION, Kind.CORRECTED, Kind.CHECKED_IN)


async def report_of(tx: Tx, session_id: str) -> SessionTimes:
    """Everybody's time; without the ids of the links that it stands on, where it comes from the records.

    Raises:
        NotFound: there is no such session.
    """
    row = await tx.get(SessionRow, session_id)
    if row is None:
        raise NotFound(f"no session {session_id}")
    records = await records_of(tx, session_id) if row.status == Status.CLOSED else {}
    if not records:
        return await times_of(tx, session_id)
    session = to_session(row)
    said = await chain(tx, session_id, kinds=_SAID)
    frame = frame_of(
        [*said, *await _ends(tx, session_id)],
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        closed_at=session.closed_at,
    )
    hosts = {link.person_id: str(link.said.get("host", "")) for link in said if link.kind is Kind.CHECKED_IN}
    now_are = await who_they_are(tx, {*hosts, *hosts.values(), *(link.person_id for link in said)} - {""})
    beside = {now_are.get(one, one): now_are.get(host, host) for one, host in hosts.items()}
    corrections = _by_person(corrections_of(said, now_are))
    people = await get_people(tx, {*records, *beside.values()})
    lines = []
    for person_id, record in records.items():
        person = people[person_id]
        host = people.get(beside.get(person_id, ""))
        lines.append(
            Attendee(
                time=_time(record, corrections.get(person_id, ()), host.id if host else ""),
                name=person.name,
                email=person.email,
                site_id=record["site_id"],
                site=record["site"],
                profession=record["profession"],
                role=record["role"],
                matched=person.matched,
                shared_with=host.name if host else "",
            )
        )
    lines.sort(key=lambda one: (one.site.casefold(), one.name.casefold(), one.person_id))
    return SessionTimes(
        session=session, people=tuple(lines), frame=frame, links=row.ledger_seq, head=row.ledger_head
    )


async def _ends(tx: Tx, session_id: str) -> list[Link]:
    """The first link of each boot, and the last moment in it at which a device was heard of."""
    furthest = (
        select(AttendanceEventRow.boot_id, func.max(AttendanceEventRow.boottime_ns))
        .where(AttendanceEventRow.session_id == session_id, AttendanceEventRow.kind.in_(OF_DEVICES))
        .group_by(AttendanceEventRow.boot_id)
    )
    last = await links_where(
        tx,
        AttendanceEventRow.session_id == session_id,
        AttendanceEventRow.kind.in_(OF_DEVICES),
        tuple_(AttendanceEventRow.boot_id, AttendanceEventRow.boottime_ns).in_(furthest),
    )
    return [*await anchors(tx, session_id, {link.boot_id for link in last}), *last]


def _time(record: Mapping[str, Any], corrections: Collection[Correction], host: str) -> PersonTime:
    return PersonTime(
        person_id=record["person_id"],
        intervals=_intervals(record["intervals"]),
        counted=_intervals(record["counted"]),
        original_counted_seconds=record["original_seconds"],
        present_seconds=record["present_seconds"],
        counted_seconds=record["counted_seconds"],
        way=Way(record["way"]),
        corrected=record["corrected"],
        events=(),
        first_at=record["first_at"],
        last_at=record["last_at"],
        corrections=tuple(corrections),
        shared_with=host,
    )


def _intervals(kept: Iterable[Mapping[str, Any]]) -> tuple[Interval, ...]:
    return tuple(
        Interval(
            datetime.fromisoformat(one["from"]),
            datetime.fromisoformat(one["until"]),
            bool(one["open"]),
            Way(one["way"]),
        )
        for one in kept
    )


def _by_person(corrections: Iterable[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for one in corrections:
        found.setdefault(one.person_id, []).append(one)
    return found
