"""Reminders: planned by the program's settings, sent once, and never twice over for one downtime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from echo_session.domain.sessions import Change, Session
from echo_session.store.commands import cancel_session, change_session
from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database
from echo_session.store.replan import plan_program
from echo_session.store.tables import DueWorkRow, ProgramRow
from scheduler.due import Action
from scheduler.errors import ClaimLost
from tests.integration.records.registrations import add_program

from .programs import Clock, add_session, mailings, random, table

START = datetime(2026, 12, 3, 19, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def reminded(
    database: Database, reminders: list[int], *, made: datetime = START - 7 * DAY, lead: int = 15
) -> Session:
    """A session of a program with these reminders, made at that time."""
    async with database.write() as tx:
        program_id = await add_program(tx, reminders=reminders)
        return await add_session(tx, program_id, START, now=made, lead=lead)


async def planned(database: Database, session: Session) -> list[tuple[int, datetime]]:
    """The reminders to come."""
    return [
        (detail, due_at)
        for action, detail, due_at, state in await table(database, session.id)
        if action == "send_reminder" and state == "due"
    ]


async def outcome(database: Database, session: Session, minutes: int) -> tuple[str, str]:
    """State of the reminder, and what was recorded about it."""
    async with database.read() as tx:
        row = await tx.scalar(
            select(DueWorkRow).where(
                DueWorkRow.session_id == session.id,
                DueWorkRow.action == "send_reminder",
                DueWorkRow.detail == minutes,
            )
        )
    assert row is not None
    return row.state, row.outcome


async def test_a_program_reminds_as_often_as_it_says(database: Database) -> None:
    session = await reminded(database, [1440, 60, 0])
    assert await planned(database, session) == [
        (1440, START - DAY),
        (60, START - HOUR),
        (0, session.opens_at),
    ]


async def test_each_reminder_queues_one_mailing_at_its_instant(database: Database) -> None:
    session = await reminded(database, [1440, 60, 0])
    clock = Clock(database, START - DAY)
    assert await clock.work() == ["send_reminder 1440"]
    assert await clock.work() == []
    clock.now = START - HOUR
    assert await clock.work() == ["send_reminder 60"]
    clock.now = session.opens_at
    assert sorted(await clock.work()) == ["open_room", "send_reminder"]
    assert await mailings(database, session.id) == [("reminder", 1440), ("reminder", 60), ("reminder", 0)]


async def test_after_a_downtime_the_latest_reminder_takes_the_place_of_the_earlier_ones(
    database: Database,
) -> None:
    session = await reminded(database, [1440, 60])
    assert await Clock(database, START - timedelta(minutes=40)).work() == ["send_reminder 60"]
    assert await mailings(database, session.id) == [("reminder", 60)]
    state, why = await outcome(database, session, 1440)
    assert state == "missed"
    assert "a later reminder" in why


async def test_nobody_is_reminded_of_a_session_that_has_begun(database: Database) -> None:
    session = await reminded(database, [60])
    assert await Clock(database, START).work() == ["open_room"]
    state, why = await outcome(database, session, 60)
    assert state == "missed"
    assert "had begun" in why
    assert await mailings(database, session.id) == []


async def test_a_session_without_a_program_reminds_nobody(database: Database) -> None:
    session = await reminded(database, [])
    assert await planned(database, session) == []


async def test_a_session_made_shortly_before_is_not_announced_as_tomorrow(database: Database) -> None:
    session = await reminded(database, [1440, 60], made=START - 2 * HOUR)
    assert [minutes for minutes, _ in await planned(database, session)] == [60]


async def test_reminders_move_with_their_session(database: Database) -> None:
    session = await reminded(database, [1440, 60])
    async with database.write() as tx:
        wanted = Change(starts_at=START + DAY)
        await change_session(tx, session.id, wanted, now=START - 7 * DAY, random=random)
    assert await planned(database, session) == [(1440, START), (60, START + DAY - HOUR)]


async def test_a_cancelled_session_reminds_nobody(database: Database) -> None:
    session = await reminded(database, [1440, 60])
    async with database.write() as tx:
        await cancel_session(tx, session.id, now=START - 7 * DAY, random=random)
    assert await Clock(database, START).work() == []
    assert await mailings(database, session.id) == []


async def test_a_program_that_reminds_otherwise_changes_what_is_to_come(database: Database) -> None:
    session = await reminded(database, [1440, 60])
    async with database.write() as tx:
        program_id = session.program_id or ""
        await tx.execute(update(ProgramRow).where(ProgramRow.id == program_id).values(reminders=[120, 60]))
        await plan_program(tx, program_id, now=START - 3 * DAY, random=random)
    assert await planned(database, session) == [(120, START - 2 * HOUR), (60, START - HOUR)]
    assert await outcome(database, session, 1440) == ("cancelled", "")


async def test_a_reminder_that_hangs_does_not_keep_the_room_closed(database: Database) -> None:
    session = await reminded(database, [60], lead=60)
    store, now = DueWork(database), session.opens_at
    claims = [await store.claim(now, now + HOUR) for _ in range(3)]
    actions = {claim.action for claim in claims if claim is not None}
    assert actions == {Action.OPEN_ROOM, Action.SEND_REMINDER}
    assert claims[2] is None


async def test_a_reminder_whose_claim_was_lost_queues_nothing(database: Database) -> None:
    session = await reminded(database, [60])
    store, now = DueWork(database), START - HOUR
    slow = await store.claim(now, now)
    quick = await store.claim(now, now + HOUR)
    assert slow is not None
    assert quick is not None
    commands = Clock(database, now).commands()
    await commands.remind(quick)
    with pytest.raises(ClaimLost):
        await commands.remind(slow)
    assert await mailings(database, session.id) == [("reminder", 60)]
