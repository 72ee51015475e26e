"""What is done to a session moves its due work and tells the scheduling system, or does neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from echo_session.domain.errors import NotPossible
from echo_session.domain.event_types import (
    ATTENDANCE_READY,
    PARTICIPANT_JOINED,
    PARTICIPANT_LEFT,
    SESSION_CLOSED,
    SESSION_OPENED,
    SESSION_SCHEDULED,
)
from echo_session.domain.ledger import verify
from echo_session.domain.sessions import Change, Status
from echo_session.store import commands
from echo_session.store.engine import Database
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.ledger import chain
from echo_session.store.presence import checkpoint, live
from echo_session.store.sessions import Filter, count_practice_rooms, get_session, list_sessions
from echo_session.store.tables import DeliveryRow, DueWorkRow, EventRow, WebhookEndpointRow
from tests.integration.records.people import START, a_session, a_visitor, draft, joins, leaves, moment, random

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ENDED = [SESSION_SCHEDULED, SESSION_OPENED, SESSION_CLOSED, ATTENDANCE_READY]
"""What is told of a session that is planned, opens and closes."""


async def due(database: Database, session_id: str) -> dict[str, datetime]:
    """What the clock is still to do."""
    async with database.read() as tx:
        query = select(DueWorkRow).where(DueWorkRow.session_id == session_id, DueWorkRow.state == "due")
        return {row.action: row.due_at for row in await tx.scalars(query)}


async def events(database: Database, session_id: str) -> list[EventRow]:
    async with database.read() as tx:
        query = select(EventRow).where(EventRow.session_id == session_id).order_by(EventRow.seq)
        return list(await tx.scalars(query))


async def test_a_new_session_asks_the_clock_to_open_warn_and_close(database: Database) -> None:
    session = await a_session(database, opened=False)
    assert await due(database, session.id) == {
        "open_room": START - 15 * MINUTE,
        "warn_ending": START + 55 * MINUTE,
        "close_room": START + 75 * MINUTE,
    }
    assert [event.type for event in await events(database, session.id)] == [SESSION_SCHEDULED]


async def test_moving_a_session_moves_what_the_clock_is_to_do(database: Database) -> None:
    session = await a_session(database, opened=False)
    change = Change(starts_at=START + HOUR, lead_minutes=0)
    async with database.write() as tx:
        await commands.change_session(tx, session.id, change, now=START - HOUR, random=random)
    assert (await due(database, session.id))["open_room"] == START + HOUR
    assert (await due(database, session.id))["close_room"] == START + HOUR + 75 * MINUTE


async def test_an_extension_moves_warning_and_closing(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        await commands.extend_session(tx, session.id, 20, now=START, random=random)
    assert await due(database, session.id) == {
        "warn_ending": START + 75 * MINUTE,
        "close_room": START + 95 * MINUTE,
    }


async def test_a_cancelled_session_leaves_the_clock_nothing_to_do(database: Database) -> None:
    session = await a_session(database, opened=False)
    async with database.write() as tx:
        await commands.cancel_session(tx, session.id, now=START, random=random)
    assert await due(database, session.id) == {}


async def test_a_change_of_what_was_changed_meanwhile_is_refused(database: Database) -> None:
    session = await a_session(database, opened=False)
    for revision, expected in ((1, None), (1, Conflict), (2, None)):
        change = Change(title=f"Title after {revision}")
        async with database.write() as tx:
            call = commands.change_session(
                tx, session.id, change, now=START - HOUR, random=random, revision=revision
            )
            if expected:
                with pytest.raises(expected):
                    await call
            else:
                await call


async def test_opening_twice_is_told_once(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        again = await commands.open_session(tx, session.id, now=START + MINUTE, random=random)
    assert again.opened_at == START
    assert [event.type for event in await events(database, session.id)] == [SESSION_SCHEDULED, SESSION_OPENED]


async def test_closing_ends_open_stays_when_last_seen_and_tells_who_was_there(database: Database) -> None:
    session = await a_session(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    ben = await joins(database, await a_visitor(database, session.id, "Ben"), START)
    await leaves(database, ben, START + MINUTE)
    async with database.write() as tx:
        await checkpoint(tx, {ana.connection_id: moment(START + 5 * MINUTE)})
    async with database.write() as tx:
        closed = await commands.close_session(tx, session.id, now=START + HOUR, random=random)
    assert (closed.status, closed.closed_at) == (Status.CLOSED, START + HOUR)
    told = await events(database, session.id)
    *_, second, third, closing, ready = [event.type for event in told]
    assert [second, third, closing, ready] == [
        PARTICIPANT_LEFT,
        PARTICIPANT_LEFT,
        SESSION_CLOSED,
        ATTENDANCE_READY,
    ]
    data = told[-2].payload["data"]
    assert {line["name"]: line["seconds"] for line in data["attendance"]} == {"Dr. Ana Ortiz": 300, "Ben": 60}
    assert not any(line["here"] for line in data["attendance"])
    async with database.read() as tx:
        links = await chain(tx, session.id)
        assert data["chain"] == {"links": verify(session.id, links), "head": links[-1].hash}
        assert await live(tx, session.id) == []
    assert await due(database, session.id) == {
        "finalise": START + HOUR,
        "offer_credit": START + HOUR + 2 * MINUTE,
    }


async def test_closing_twice_is_told_once(database: Database) -> None:
    session = await a_session(database)
    for _ in range(2):
        async with database.write() as tx:
            await commands.close_session(tx, session.id, now=START + HOUR, random=random)
    assert [event.type for event in await events(database, session.id)] == ENDED


async def test_a_closed_session_does_not_open_again(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        await commands.close_session(tx, session.id, now=START + HOUR, random=random)
    async with database.write() as tx:
        with pytest.raises(NotPossible, match="closed"):
            await commands.open_session(tx, session.id, now=START + HOUR, random=random)


async def test_each_endpoint_that_wants_an_event_and_is_not_switched_off_gets_a_delivery(
    database: Database,
) -> None:
    wanted = {"wep_all": [], "wep_joined": [PARTICIPANT_JOINED], "wep_closed": [SESSION_CLOSED]}
    async with database.write() as tx:
        for endpoint_id, types in {**wanted, "wep_paused": [], "wep_off": []}.items():
            tx.add(
                WebhookEndpointRow(
                    id=endpoint_id,
                    url="https://example.org/hook",
                    description="",
                    event_types=types,
                    secret="whsec_",
                    previous_secret=None,
                    previous_secret_until=None,
                    status={"wep_off": "disabled", "wep_paused": "paused"}.get(endpoint_id, "enabled"),
                    disabled_reason="",
                    created_at=START,
                    failing_since=None,
                    next_attempt_at=None,
                    failures=0,
                )
            )
    session = await a_session(database)
    await joins(database, await a_visitor(database, session.id), START)
    async with database.read() as tx:
        query = select(DeliveryRow.endpoint_id, EventRow.type).join(
            EventRow, EventRow.id == DeliveryRow.event_id
        )
        pairs = {(endpoint, kind) for endpoint, kind in await tx.execute(query)}
    assert pairs == {
        *product(("wep_all", "wep_paused"), (SESSION_SCHEDULED, SESSION_OPENED, PARTICIPANT_JOINED)),
        ("wep_joined", PARTICIPANT_JOINED),
    }


async def test_a_practice_room_is_in_no_list_and_tells_nobody(database: Database) -> None:
    async with database.write() as tx:
        room = await commands.create_practice(tx, now=START, random=random)
    assert await due(database, room.id) == {"close_room": START + 30 * MINUTE}
    async with database.read() as tx:
        assert await list_sessions(tx, Filter(), limit=10) == ([], None)
        assert await count_practice_rooms(tx) == 1
    async with database.write() as tx:
        await commands.close_session(tx, room.id, now=START + 30 * MINUTE, random=random)
    assert await events(database, room.id) == []


async def test_a_practice_room_is_forgotten_a_day_after_it_closed(database: Database) -> None:
    rooms = []
    for day in range(2):
        start = START + timedelta(days=day)
        async with database.write() as tx:
            rooms.append(await commands.create_practice(tx, now=start, random=random))
            await commands.close_session(tx, rooms[-1].id, now=start + 30 * MINUTE, random=random)
    async with database.write() as tx:
        await commands.create_practice(tx, now=START + timedelta(days=1, hours=1), random=random)
    async with database.read() as tx:
        with pytest.raises(NotFound):
            await get_session(tx, rooms[0].id)
        assert (await get_session(tx, rooms[1].id)).id == rooms[1].id


async def test_nobody_comes_into_a_session_that_is_closed(database: Database) -> None:
    session = await a_session(database)
    ana = await a_visitor(database, session.id)
    async with database.write() as tx:
        await commands.close_session(tx, session.id, now=START + HOUR, random=random)
    await joins(database, ana, START + HOUR + MINUTE)
    assert [event.type for event in await events(database, session.id)] == ENDED


async def test_pages_have_every_session_once_even_where_starts_are_equal(database: Database) -> None:
    made = set()
    async with database.write() as tx:
        for number in range(7):
            asked = replace(draft(f"Session {number}"), lead_minutes=number)
            made.add((await commands.create_session(tx, asked, now=START - HOUR, random=random)).id)
    found: list[str] = []
    place = None
    async with database.read() as tx:
        while True:
            page, place = await list_sessions(tx, Filter(), limit=3, after=place)
            found += [session.id for session in page]
            if place is None:
                break
    assert len(found) == 7
    assert set(found) == made


async def test_what_is_not_there_is_not_found(database: Database) -> None:
    async with database.write() as tx:
        with pytest.raises(NotFound):
            await get_session(tx, "ses_absent")
        with pytest.raises(NotFound):
            await commands.extend_session(tx, "ses_absent", 5, now=START, random=random)
