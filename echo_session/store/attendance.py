"""Who was at a session from when to when, in the few words in which its end is told."""

from __future__ import annotations

from echo_session.domain.attendance_report import PersonAttendance
from echo_session.store.engine import Tx
from echo_session.store.times import times_of


async def attendance_of(tx: Tx, session_id: str) -> list[PersonAttendance]:
    """Everybody who was there, by site and name. Raises NotFound."""
    return [
        PersonAttendance(
            person_id=one.person_id,
            name=one.name,
            site=one.site,
            role=one.role,
            profession=one.profession,
            matched=one.matched,
            intervals=one.time.intervals,
        )
        for one in (await times_of(tx, session_id)).people
        if one.time.intervals
    ]
