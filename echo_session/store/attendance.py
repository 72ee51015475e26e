"""Attendance of a session, as its ledger and the checkpoints of who is still there tell it.

People who turned out to be one are one line here; what was written of them stays as it was written.
"""

from __future__ import annotations

from dataclasses import replace

from echo_session.domain.attendance import Seen, fold
from echo_session.domain.attendance_report import PersonAttendance, report
from echo_session.store.engine import Tx
from echo_session.store.ledger import chain
from echo_session.store.merges import survivors
from echo_session.store.people import get_people
from echo_session.store.presence import of_session, roles


async def attendance_of(tx: Tx, session_id: str) -> list[PersonAttendance]:
    """Everybody who was there, by site and name."""
    marks = [
        Seen(
            connection_id=presence.connection_id,
            seq=presence.spell,
            boot_id=presence.seen.boot_id,
            wall_utc=presence.seen.wall_utc,
            boottime_ns=presence.seen.boottime_ns,
        )
        for presence in await of_session(tx, session_id)
        if presence.seen is not None
    ]
    links = await chain(tx, session_id)
    now_are = await survivors(tx, {link.person_id for link in links})
    intervals = fold([replace(link, person_id=now_are[link.person_id]) for link in links], marks)
    people = await get_people(tx, list(intervals))
    own = await roles(tx, session_id)
    merged = {now_are[person]: role for person, role in own.items() if person in now_are}
    return report(intervals, people.values(), merged | own)
