"""The ledger tells of every altered byte, and its records are what it says, on both databases."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

from sqlalchemy import delete, select, text, update

from echo_session.domain.counting import PersonTime
from echo_session.domain.ledger import Link
from echo_session.domain.session_times import SessionTimes
from echo_session.store import merges
from echo_session.store.attendance_report import report_of
from echo_session.store.chain import chain
from echo_session.store.engine import Database, Tx
from echo_session.store.rebuilding import keep_records_of_old_sessions, rebuild, rebuild_all
from echo_session.store.records import records_of
from echo_session.store.tables import (
    AttendanceEditionRow,
    AttendanceEventRow,
    AttendanceRecordRow,
    EventRow,
    PersonRow,
    SessionRow,
)
from echo_session.store.times import times_of
from echo_session.store.verifying import sessions_with_links, verify_session
from tests.integration.records.chains import a_full_hour, minute
from tests.integration.records.people import random

COLUMNS = tuple(field.name for field in fields(Link))
LINKS = 15


async def unguard(tx: Tx, database: Database) -> None:
    """Whoever alters a ledger begins with this; it is gone with the unit of work."""
    if not database.is_sqlite:
        await tx.execute(text("ALTER TABLE attendance_event DISABLE TRIGGER USER"))
        await tx.execute(text("ALTER TABLE attendance_event DROP CONSTRAINT ck_attendance_event_kind"))
        await tx.execute(text("ALTER TABLE attendance_event DROP CONSTRAINT fk_attendance_event_session_id"))
        await tx.execute(text("ALTER TABLE attendance_event DROP CONSTRAINT fk_attendance_event_person_id"))
        return
    await tx.execute(text("PRAGMA ignore_check_constraints = ON"))
    await tx.execute(text("PRAGMA defer_foreign_keys = ON"))
    for change in ("update", "delete", "replace"):
        await tx.execute(text(f"DROP TRIGGER attendance_event_no_{change}"))


async def alter(tx: Tx, database: Database, link: Link, column: str, chance: Random) -> None:
    """One byte of what is stored, or where a database keeps no bytes of ours, the least other value."""
    where = " WHERE event_id = :event"
    if not database.is_sqlite:
        values = {"wall_utc": "wall_utc + interval '1 microsecond'", "kind": "'dreamt'"}
        numbers = dict.fromkeys(("epoch", "seq", "boottime_ns", "position"), f"{column} + 100")
        words = f"coalesce({column}, '') || 'x'" if column not in ("hash", "prev_hash") else f"md5({column})"
        value = (values | numbers).get(column, words)
        await tx.execute(
            text(f"UPDATE attendance_event SET {column} = {value}{where}"), {"event": link.event_id}
        )
        return
    read = f"SELECT CAST({column} AS BLOB) FROM attendance_event{where}"
    stored = bytearray(await tx.scalar(text(read), {"event": link.event_id}) or b"")
    if stored:
        stored[chance.randrange(len(stored))] ^= chance.randrange(1, 256)
    else:
        stored = bytearray([chance.randrange(256)])
    write = f"UPDATE attendance_event SET {column} = CAST(:bytes AS TEXT){where}"
    await tx.execute(text(write), {"bytes": bytes(stored), "event": link.event_id})


async def test_one_altered_byte_anywhere_is_found_and_named(database: Database) -> None:
    session, _, _ = await a_full_hour(database)
    chance = Random(20261121)
    async with database.read() as tx:
        verdict = await verify_session(tx, session.id)
        links = await chain(tx, session.id)
    assert (verdict.intact, verdict.links) == (True, LINKS)
    async with database.write() as tx:
        await unguard(tx, database)
        for link in links:
            for column in COLUMNS:
                one = await tx.begin_nested()
                await alter(tx, database, link, column, chance)
                broken = (await verify_session(tx, session.id)).broken
                await one.rollback()
                assert broken is not None, f"{column} of link {link.position}"
                if column != "position":
                    assert broken.position == link.position, (column, str(broken))
                if column not in ("position", "session_id", "event_id"):
                    assert broken.event_id == link.event_id, (column, str(broken))
        assert (await verify_session(tx, session.id)).intact
        await tx.rollback()


async def test_a_ledger_that_is_cut_short_or_written_anew_is_found(database: Database) -> None:
    session, _, _ = await a_full_hour(database)
    async with database.write() as tx:
        await unguard(tx, database)
        last = AttendanceEventRow.position == LINKS
        one = await tx.begin_nested()
        await tx.execute(delete(AttendanceEventRow).where(last))
        broken = (await verify_session(tx, session.id)).broken
        assert broken is not None
        assert broken.position == LINKS
        await one.rollback()
        one = await tx.begin_nested()
        await tx.execute(update(AttendanceEventRow).where(last).values(session_id="ses_other"))
        found = {each async for each in sessions_with_links(tx)}
        assert found == {session.id, "ses_other"}
        stray = (await verify_session(tx, "ses_other")).broken
        assert stray is not None
        await one.rollback()
        await tx.execute(update(AttendanceEditionRow).values(head="0" * 64))
        broken = (await verify_session(tx, session.id)).broken
        assert broken is not None
        assert "edition 0" in str(broken), "what was told cannot be written anew"
        await tx.rollback()


def figures(times: SessionTimes) -> list[Any]:
    """All of it but for the ids of the events."""
    plain: list[PersonTime] = [replace(one.time, events=()) for one in times.people]
    rest = [(one.name, one.site, one.role, one.profession, one.shared_with) for one in times.people]
    frame = (times.frame.countable, times.frame.windows, times.frame.breaks)
    return [frame, plain, rest, times.links, times.head]


async def test_the_report_of_a_closed_session_is_what_its_ledger_says(database: Database) -> None:
    session, host, bea = await a_full_hour(database)
    async with database.read() as tx:
        from_ledger, from_records = await times_of(tx, session.id), await report_of(tx, session.id)
    assert figures(from_records) == figures(from_ledger)
    counted = {one.name: one.time.counted_seconds // 60 for one in from_records.people}
    assert counted == {"Dr. Ruiz": 50, "Bea": 43, "Cleo": 37}
    original = {one.name: one.time.original_counted_seconds // 60 for one in from_records.people}
    assert original == {"Dr. Ruiz": 50, "Bea": 43, "Cleo": 27}
    beside = from_ledger.of(bea)
    assert beside is not None
    assert (beside.time.way, beside.shared_with) == ("shared", "Dr. Ruiz")
    assert (beside.time.intervals[0].joined_at, beside.time.intervals[0].until) == (minute(2), minute(50))
    own = [link.event_id for link in await _links_of(database, session.id, {bea, host.person_id})]
    assert set(own) < set(beside.time.events), "it stands on the device's events too, and on the breaks"


async def _links_of(database: Database, session_id: str, people: set[str]) -> list[Link]:
    async with database.read() as tx:
        return [link for link in await chain(tx, session_id) if link.person_id in people]


async def test_records_are_made_anew_from_the_ledger_and_keep_what_people_were(database: Database) -> None:
    session, _, bea = await a_full_hour(database)
    async with database.write() as tx:
        before = await records_of(tx, session.id)
        await tx.execute(update(PersonRow).values(profession="Retired", site_id=None))
        hers = update(AttendanceRecordRow).where(AttendanceRecordRow.person_id == bea)
        await tx.execute(hers.values(counted_seconds=1))
    async with database.write() as tx:
        rebuilt = await rebuild(tx, session.id)
        assert rebuilt is not None
        assert (rebuilt.people, rebuilt.changed) == (3, (bea,))
        assert await records_of(tx, session.id) == before
    assert [one.changed async for one in rebuild_all(database)] == [()]


async def test_who_turn_out_to_be_two_after_all_are_again_what_each_was(database: Database) -> None:
    session, host, bea = await a_full_hour(database)
    async with database.write() as tx:
        theirs = AttendanceRecordRow.person_id == host.person_id
        await tx.execute(update(AttendanceRecordRow).where(theirs).values(role="facilitator", site="Gallup"))
        before = await records_of(tx, session.id)
        await tx.execute(update(PersonRow).values(profession="Retired", matched=True))
    later: dict[str, Any] = {"by": "acc_rosa", "now": minute(600), "random": random}
    for _ in range(2):
        async with database.write() as tx:
            merged = await merges.merge(tx, bea, host.person_id, "The same telephone", **later)
        async with database.read() as tx:
            both = (await records_of(tx, session.id))[bea]
        assert (both["role"], both["site"]) == (before[bea]["role"], before[bea]["site"])
        async with database.write() as tx:
            await merges.undo_merge(tx, merged.id, **later)
            assert await records_of(tx, session.id) == before


async def test_a_session_that_was_closed_before_there_were_records_gets_them_and_nobody_is_told(
    database: Database,
) -> None:
    session, _, _ = await a_full_hour(database)
    async with database.write() as tx:
        before = await records_of(tx, session.id)
        await tx.execute(delete(AttendanceRecordRow))
        await tx.execute(delete(AttendanceEditionRow))
        told = await tx.scalar(select(SessionRow.event_seq))
        assert figures(await report_of(tx, session.id)) == figures(await times_of(tx, session.id))
    assert await keep_records_of_old_sessions(database, now=minute(600), random=random) == 1
    assert await keep_records_of_old_sessions(database, now=minute(600), random=random) == 0
    async with database.read() as tx:
        assert await records_of(tx, session.id) == before
        [edition] = await tx.scalars(select(AttendanceEditionRow))
        assert (edition.number, edition.at) == (0, minute(60))
        assert len((await tx.scalars(select(EventRow.id))).all()) == told
