"""One link for a whole series or program leads to the right session, whatever becomes of the dates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from echo_session.domain.people import Role
from echo_session.store import commands
from echo_session.store.access import Access, resolve
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import NotFound
from echo_session.store.registration_rows import read_registration
from echo_session.store.registrations import bar
from echo_session.store.tables import PersonRow, RegistrationRow, SessionRow
from echo_session.tokens import Links
from tests.integration.records.people import START, draft, random
from tests.integration.records.registrations import (
    add_person,
    add_program,
    add_registration,
    add_series,
    put_into,
)

LINKS = Links(key=secrets.token_urlsafe(32), public_url="https://echo.example", random=random)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Course:
    """A series with a session a week, the first at START, and somebody who is registered."""

    program_id: str
    series_id: str
    sessions: tuple[str, ...]
    person_id: str
    registration_id: str


async def a_course(tx: Tx, *, scope: str = "series_id", weeks: int = 3, role: str = "participant") -> Course:
    program_id = await add_program(tx)
    series_id = await add_series(tx, program_id)
    sessions = []
    for week in range(weeks):
        wanted = draft(starts_local=datetime.fromisoformat("2026-11-21T16:00") + week * WEEK)
        session = await commands.create_session(tx, wanted, now=START - HOUR, random=random)
        await put_into(tx, session.id, program_id, series_id)
        sessions.append(session.id)
    person_id = await add_person(tx, "Ana Ortiz")
    scopes = {"series_id": series_id, "program_id": program_id}
    registration_id = await add_registration(tx, person_id, role=role, **{scope: scopes[scope]})
    return Course(program_id, series_id, tuple(sessions), person_id, registration_id)


async def link(database: Database, registration_id: str) -> str:
    """The link as it was mailed."""
    async with database.read() as tx:
        return LINKS.personal(await read_registration(tx, registration_id))


async def follow(database: Database, address: str, now: datetime = START) -> Access:
    claims = LINKS.read(address.partition("#")[2], now)
    async with database.read() as tx:
        return await resolve(tx, claims, now=now)


async def leads_to(database: Database, address: str, now: datetime = START) -> str:
    return (await follow(database, address, now)).session.id


async def is_void(database: Database, address: str, now: datetime = START) -> bool:
    try:
        await follow(database, address, now)
    except NotFound:
        return True
    return False


async def in_status(database: Database, session_id: str, status: str) -> None:
    async with database.write() as tx:
        await tx.execute(update(SessionRow).where(SessionRow.id == session_id).values(status=status))


@pytest.mark.parametrize("scope", ["series_id", "program_id"])
async def test_the_same_link_leads_from_session_to_session(database: Database, scope: str) -> None:
    async with database.write() as tx:
        course = await a_course(tx, scope=scope)
    address = await link(database, course.registration_id)
    first, second, third = course.sessions
    assert await leads_to(database, address, START - HOUR) == first
    await in_status(database, first, "open")
    assert await leads_to(database, address, START + HOUR) == first
    await in_status(database, first, "closed")
    assert await leads_to(database, address, START + 2 * HOUR) == second
    await in_status(database, second, "cancelled")
    assert await leads_to(database, address, START + 3 * HOUR) == third
    await in_status(database, third, "closed")
    assert await leads_to(database, address, START + 3 * WEEK) == third
    assert await link(database, course.registration_id) == address


async def test_the_link_follows_a_session_that_is_put_off(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
        row = await tx.get_one(SessionRow, course.sessions[0])
        row.starts_at = START + 10 * WEEK
    address = await link(database, course.registration_id)
    assert await leads_to(database, address) == course.sessions[1]


async def test_a_link_of_another_series_does_not_lead_here(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
        other = await add_series(tx, course.program_id, "Another")
        registration_id = await add_registration(tx, course.person_id, series_id=other)
    assert await is_void(database, await link(database, registration_id))


async def test_the_narrower_registration_says_as_what_somebody_comes(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx, scope="program_id")
        first, second, _ = course.sessions
        presenting = await add_registration(tx, course.person_id, role="panelist", session_id=first)
        in_series = await add_registration(tx, course.person_id, role="observer", series_id=course.series_id)
    address = await link(database, course.registration_id)
    access = await follow(database, address)
    assert access.registration is not None
    assert (access.registration.id, access.registration.role) == (presenting, Role.PANELIST)
    await in_status(database, first, "closed")
    access = await follow(database, address, START + 2 * HOUR)
    assert access.registration is not None
    assert (access.session.id, access.registration.id) == (second, in_series)


@pytest.mark.parametrize("status", ["declined", "withdrawn", "removed"])
async def test_who_does_not_come_this_time_is_led_to_the_next(database: Database, status: str) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
        first, second, _ = course.sessions
        exception = await add_registration(
            tx, course.person_id, "approved" if status == "removed" else status, session_id=first
        )
        if status == "removed":
            (await tx.get_one(RegistrationRow, exception)).removed_at = START
    await in_status(database, first, "open")
    assert await leads_to(database, await link(database, course.registration_id)) == second


async def test_who_left_one_series_is_led_to_the_others_of_the_program(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx, scope="program_id", weeks=12)
        await add_registration(tx, course.person_id, "withdrawn", series_id=course.series_id)
        wanted = draft(starts_local=datetime.fromisoformat("2027-03-01T12:00"))
        alone = await commands.create_session(tx, wanted, now=START, random=random)
        await put_into(tx, alone.id, course.program_id, None)
    address = await link(database, course.registration_id)
    assert await leads_to(database, address) == alone.id
    async with database.write() as tx:
        await add_registration(tx, course.person_id, session_id=course.sessions[5])
    assert await leads_to(database, address) == course.sessions[5]


@pytest.mark.parametrize("status", ["pending", "waiting", "declined", "withdrawn"])
async def test_only_an_approved_registration_lets_in(database: Database, status: str) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
        await tx.execute(update(RegistrationRow).values(status=status))
    assert await is_void(database, await link(database, course.registration_id))


async def test_a_new_link_voids_the_one_before_and_a_removal_voids_all(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
    before = await link(database, course.registration_id)
    async with database.write() as tx:
        (await tx.get_one(RegistrationRow, course.registration_id)).epoch += 1
    assert await is_void(database, before)
    again = await link(database, course.registration_id)
    assert not await is_void(database, again)
    async with database.write() as tx:
        (await tx.get_one(RegistrationRow, course.registration_id)).removed_at = START
    assert await is_void(database, again)


async def test_who_was_removed_from_the_room_stays_out_of_it_and_may_come_next_time(
    database: Database,
) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
    first, second, _ = course.sessions
    address = await link(database, course.registration_id)
    await in_status(database, first, "open")
    async with database.write() as tx:
        await bar(tx, first, course.person_id, by="per_host", now=START)
    assert await is_void(database, address)
    await in_status(database, first, "closed")
    assert await leads_to(database, address, START + 2 * HOUR) == second


async def test_the_link_of_a_double_leads_the_person_whom_it_was_merged_into(database: Database) -> None:
    async with database.write() as tx:
        course = await a_course(tx)
        kept = await add_person(tx, "Dr. Ana Ortiz")
        await tx.execute(update(PersonRow).where(PersonRow.id == course.person_id).values(merged_into=kept))
    address = await link(database, course.registration_id)
    access = await follow(database, address)
    assert access.registration is not None
    assert access.registration.person.id == kept
    async with database.write() as tx:
        await bar(tx, course.sessions[0], course.person_id, by="per_host", now=START)
    await in_status(database, course.sessions[0], "open")
    assert await is_void(database, address)
