"""Presence and ledger behind signaling's ports."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from echo_session.domain.people import Registration
from echo_session.live.attendance import Attendance, PresenceTable
from echo_session.live.directory import GUEST, person_of
from echo_session.live.media import Incarnation
from echo_session.store.attendance import attendance_of
from echo_session.store.engine import Database
from echo_session.store.tables import EventRow
from signaling.messages import Role
from signaling.moment import Moment
from signaling.ports import Person, Presence
from tests.integration.live.conftest import Desk

START = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


def after(seconds: float) -> Moment:
    return Moment(START + timedelta(seconds=seconds), int((1000 + seconds) * 1e9), "boot")


def presence(registration: Registration, connection: str = "con_a") -> Presence:
    return Presence(
        connection_id=connection,
        session_id=registration.session_id or "",
        person=person_of(registration.person),
        registration_id=registration.id,
        role=Role.PARTICIPANT,
        device="desktop",
        secret_hash="0" * 64,
        entered_at=START,
        spell=1,
        attending=True,
        seen=after(0),
    )


@pytest.fixture
def incarnation() -> Incarnation:
    incarnation = Incarnation()
    incarnation.now = "first life"
    return incarnation


@pytest.fixture
def attendance(database: Database, incarnation: Incarnation) -> Attendance:
    return Attendance(database, incarnation, secrets.token_bytes)


@pytest.fixture
def table(database: Database, incarnation: Incarnation) -> PresenceTable:
    return PresenceTable(database, incarnation)


async def test_stay_is_recorded_to_the_second_and_told_once(
    desk: Desk, attendance: Attendance, database: Database
) -> None:
    session = await desk.open_session()
    one = presence(await desk.invite(session))
    for _ in range(2):
        await attendance.joined(one, after(0))
    for _ in range(2):
        await attendance.left(replace(one, state="left", attending=False), after(61.2), "left")
    async with database.read() as tx:
        (person,) = await attendance_of(tx, session.id)
        types = (await tx.scalars(select(EventRow.type).order_by(EventRow.seq))).all()
    assert [interval.seconds for interval in person.intervals] == [61]
    assert [name for name in types if name.startswith("participant")] == [
        "participant.joined",
        "participant.left",
    ]


async def test_eviction_ends_the_stay(desk: Desk, attendance: Attendance, database: Database) -> None:
    session = await desk.open_session()
    one = presence(await desk.invite(session))
    await attendance.joined(one, after(0))
    await attendance.evicted(replace(one, state="removed", attending=False), after(30), by="per_host")
    async with database.read() as tx:
        (person,) = await attendance_of(tx, session.id)
    assert not person.here
    assert [interval.seconds for interval in person.intervals] == [30]


async def test_recovered_stay_goes_on_without_a_gap(
    desk: Desk, attendance: Attendance, table: PresenceTable, database: Database
) -> None:
    session = await desk.open_session()
    one = presence(await desk.invite(session))
    await attendance.joined(one, after(0))
    for crash in (40, 80):
        await attendance.recovered(one, after(crash))
        (row,) = await table.live(session.id)
        assert row.seen == after(crash)
    await attendance.left(replace(one, state="left", attending=False), after(90), "ended")
    async with database.read() as tx:
        (person,) = await attendance_of(tx, session.id)
    assert [interval.seconds for interval in person.intervals] == [90]


async def test_presence_comes_back_as_it_was_put(desk: Desk, table: PresenceTable) -> None:
    session = await desk.open_session()
    one = presence(await desk.invite(session))
    await table.put(one)
    await table.put(replace(one, state="lost"))
    await table.seen({"con_a": after(5), "con_unknown": after(5)})
    assert await table.live(session.id) == [replace(one, state="lost", seen=after(5))]
    await table.put(replace(one, state="left", attending=False))
    assert await table.live(session.id) == []


async def test_guests_of_a_practice_room_are_remembered_but_not_kept(
    desk: Desk, table: PresenceTable, database: Database
) -> None:
    session = await desk.practice()
    registration = await desk.invite(await desk.session())
    guest = replace(
        presence(registration),
        session_id=session.id,
        person=Person(person_id=f"{GUEST}x", name="Guest"),
        registration_id=None,
    )
    await table.put(guest)
    await table.seen({"con_a": after(5)})
    assert await table.live(session.id) == [guest]
    assert await PresenceTable(database, Incarnation()).live(session.id) == []
    await table.put(replace(guest, state="left"))
    assert await table.live(session.id) == []
