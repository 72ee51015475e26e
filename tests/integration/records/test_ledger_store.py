"""Ledger, presence and outbox move together, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from echo_session.domain.event_types import (
    PARTICIPANT_JOINED,
    PARTICIPANT_LEFT,
    SESSION_OPENED,
    SESSION_SCHEDULED,
)
from echo_session.domain.ledger import Kind, verify
from echo_session.domain.presence import Presence
from echo_session.store.attendance import attendance_of
from echo_session.store.engine import Database, Topic
from echo_session.store.ledger import chain, record
from echo_session.store.presence import checkpoint, live, put_presence
from echo_session.store.tables import EventRow, PresenceRow, SessionRow
from tests.integration.records.people import (
    START,
    a_person,
    a_session,
    a_visitor,
    connection_of,
    happens,
    joins,
    leaves,
    moment,
    random,
    visitors,
)


def after(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


async def outbox(database: Database, session_id: str) -> list[EventRow]:
    async with database.read() as tx:
        query = select(EventRow).where(EventRow.session_id == session_id).order_by(EventRow.seq)
        return list(await tx.scalars(query))


async def joins_and_fails(database: Database, presence: Presence) -> None:
    async with database.write() as tx:
        await record(tx, presence, Kind.JOINED, moment(START), source="transport", random=random)
        raise ZeroDivisionError


async def told(database: Database, session_id: str) -> list[str]:
    """Since it was planned."""
    first, *later = [event.type for event in await outbox(database, session_id)]
    assert first == SESSION_SCHEDULED
    return later


async def test_coming_and_going_is_told_once_with_the_time_between(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    await leaves(database, ana, START + after(61))
    events = await outbox(database, session.id)
    assert await told(database, session.id) == [SESSION_OPENED, PARTICIPANT_JOINED, PARTICIPANT_LEFT]
    assert [event.seq for event in events] == [1, 2, 3, 4]
    body = events[3].payload
    assert body["type"] == PARTICIPANT_LEFT
    assert body["timestamp"] == "2026-11-21T23:01:01Z"
    assert body["data"]["seq"] == 4
    assert body["data"]["session"] == {"id": session.id, "title": session.title}
    assert body["data"]["person"]["email"] == "ortiz@clinic.example"
    assert (body["data"]["joined_at"], body["data"]["left_at"], body["data"]["seconds"]) == (
        "2026-11-21T23:00:00Z",
        "2026-11-21T23:01:01Z",
        61,
    )


async def test_a_second_device_is_not_a_second_person(database: Database) -> None:
    session = await a_session(database)
    ana = await a_person(database, session.id)
    laptop = await joins(database, connection_of(session.id, ana), START)
    phone = await joins(database, connection_of(session.id, ana), START + after(5))
    await leaves(database, laptop, START + after(20))
    assert await told(database, session.id) == [SESSION_OPENED, PARTICIPANT_JOINED]
    await leaves(database, phone, START + after(40))
    assert (await told(database, session.id))[-1] == PARTICIPANT_LEFT
    async with database.read() as tx:
        [line] = await attendance_of(tx, session.id)
        assert verify(session.id, await chain(tx, session.id)) == 4
    assert [interval.seconds for interval in line.intervals] == [40]


async def test_the_same_report_again_changes_nothing(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    await joins(database, ana, START + after(3))
    await leaves(database, ana, START + after(10))
    await leaves(database, ana, START + after(12))
    assert await told(database, session.id) == [SESSION_OPENED, PARTICIPANT_JOINED, PARTICIPANT_LEFT]
    async with database.read() as tx:
        assert [link.kind for link in await chain(tx, session.id)] == [Kind.JOINED, Kind.LEFT]


async def test_a_leave_is_told_even_where_the_presence_was_put_down_first(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    gone = replace(ana, state="left", attending=False)
    async with database.write() as tx:
        await put_presence(tx, gone)
    await leaves(database, gone, START + after(30))
    assert (await told(database, session.id))[-1] == PARTICIPANT_LEFT


async def test_whoever_is_recovered_never_left(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    await happens(database, ana, Kind.RECOVERED, START + after(50))
    assert await told(database, session.id) == [SESSION_OPENED, PARTICIPANT_JOINED]
    async with database.read() as tx:
        [line] = await attendance_of(tx, session.id)
    assert line.here
    assert line.intervals[0].until == START + after(50)


async def test_coming_back_is_a_new_stay_of_the_same_connection(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    ana = await leaves(database, ana, START + after(30))
    ana = await joins(database, replace(ana, spell=2, state="joined"), START + after(90))
    await leaves(database, ana, START + after(100))
    async with database.read() as tx:
        [line] = await attendance_of(tx, session.id)
    assert [interval.seconds for interval in line.intervals] == [30, 10]


async def test_a_checkpoint_carries_an_open_stay_forward(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    async with database.write() as tx:
        seen = moment(START + after(25))
        await checkpoint(tx, {ana.connection_id: seen, "con_unknown": seen})
    async with database.read() as tx:
        [line] = await attendance_of(tx, session.id)
        [present] = await live(tx, session.id)
    assert present.seen == seen
    assert (line.here, line.last_left_at, line.intervals[0].seconds) == (True, None, 25)


async def test_a_presence_comes_back_as_it_was_put(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    async with database.read() as tx:
        assert await live(tx, session.id) == [ana]
    await leaves(database, ana, START + after(5))
    async with database.read() as tx:
        assert await live(tx, session.id) == []


async def test_a_rolled_back_unit_of_work_leaves_neither_link_nor_event(database: Database) -> None:
    session = await a_session(database)
    ana = await a_visitor(database, session.id)
    with pytest.raises(ZeroDivisionError):
        await joins_and_fails(database, ana)
    assert await told(database, session.id) == [SESSION_OPENED]
    async with database.read() as tx:
        assert await chain(tx, session.id) == []
        assert await tx.scalar(select(func.count()).select_from(PresenceRow)) == 0


async def test_a_link_that_was_changed_behind_the_triggers_back_is_found(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    await leaves(database, ana, START + after(30))
    async with database.read() as tx:
        links = await chain(tx, session.id)
        row = await tx.get_one(SessionRow, session.id)
        assert verify(session.id, links, head=row.ledger_head) == row.ledger_seq == 2
    with pytest.raises(DBAPIError):
        async with database.write() as tx:
            await tx.execute(text("UPDATE attendance_event SET reason = 'x' WHERE position = 1"))


async def test_two_hundred_people_who_come_at_once_are_all_there(database: Database) -> None:
    session = await a_session(database)
    everybody = await visitors(database, session.id, 200)
    gate = asyncio.Semaphore(12)

    async def come(presence: Presence) -> None:
        async with gate:
            await joins(database, presence, START + after(1))

    async with asyncio.TaskGroup() as group:
        for presence in everybody:
            group.create_task(come(presence))
    async with database.read() as tx:
        row = await tx.get_one(SessionRow, session.id)
        assert verify(session.id, await chain(tx, session.id), head=row.ledger_head) == 200
        assert len(await attendance_of(tx, session.id)) == 200
    events = await outbox(database, session.id)
    assert [event.seq for event in events] == list(range(1, 203))


async def test_listeners_hear_of_what_was_committed_and_of_nothing_else(database: Database) -> None:
    heard: list[frozenset[Topic]] = []
    database.listen(heard.append)
    session = await a_session(database)
    assert heard == [{Topic.OUTBOX, Topic.DUE_WORK}]
    ana = await a_visitor(database, session.id)
    with pytest.raises(ZeroDivisionError):
        await joins_and_fails(database, ana)
    assert len(heard) == 1
