"""Calendar feeds and unsubscribing, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.rules import Position, Rule
from echo_session.domain.sessions import Change
from echo_session.http.calendar import add_calendar_route
from echo_session.http.unsubscribe import add_unsubscribe_route
from echo_session.store import commands, feeds
from echo_session.store.admissions import withdraw
from echo_session.store.engine import Database
from echo_session.store.registrations import remove_registration
from echo_session.store.tables import FeedRow, UnsubscriptionRow
from tests.unit.calendar.reading import by_ical_js, by_icalendar

from .diary import FAR, shown
from .samples import ADDRESS, LINKS, NOW, Clock, World, a_world, random, register

YEAR_ROUND = Rule(freq="monthly", positions=(Position(2, 3), Position(4, 3)), count=24)
Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def serving(database: Database, clock: Clock | None = None) -> AsyncIterator[Client]:
    app = web.Application()
    add_calendar_route(app.router, database, LINKS, clock or Clock())
    add_unsubscribe_route(app.router, database, LINKS, Clock())
    async with TestClient(TestServer(app)) as client:
        yield client


def path_of(address: str) -> str:
    return address.removeprefix("https://echo.example.org")


async def feed_of_program(world: World) -> str:
    async with world.database.write() as tx:
        feed_id = await feeds.renew_feed(tx, program_id=world.program.id, now=NOW, random=random)
    return path_of(LINKS.feed(feed_id))


async def feed_of_person(world: World, number: int = 0) -> str:
    person_id = world.registered[number].person.id
    async with world.database.write() as tx:
        feed_id = await feeds.renew_feed(tx, person_id=person_id, now=NOW, random=random)
    return path_of(LINKS.feed(feed_id))


async def test_a_feed_shows_the_series_for_a_year_over_both_clock_changes(database: Database) -> None:
    world = await a_world(database, rule=YEAR_ROUND)
    async with database.write() as tx:
        await commands.cancel_session(tx, world.sessions[4].id, now=NOW, random=random)
        await commands.change_session(
            tx,
            world.sessions[9].id,
            Change(starts_local=datetime.fromisoformat("2027-01-29T08:00")),
            now=NOW,
            random=random,
        )
    world = await world.again()
    assert {one.starts_at.hour for one in world.sessions} >= {18, 19}, "the clocks change on the way"
    async with serving(database) as client:
        for path in (await feed_of_program(world), await feed_of_person(world)):
            async with client.get(path) as answer:
                assert answer.status == 200
                assert answer.content_type == "text/calendar"
                data = await answer.read()
            assert by_icalendar(data, NOW, FAR) == shown(world)
            assert by_ical_js(data, NOW, FAR) == shown(world)


async def test_links_in_a_feed_are_the_persons_own_or_the_programs_page(database: Database) -> None:
    world = await a_world(database)
    async with serving(database) as client:
        async with client.get(await feed_of_person(world)) as answer:
            assert LINKS.personal(world.registered[0]) in (await answer.text()).replace("\r\n ", "")
        async with client.get(await feed_of_program(world)) as answer:
            text = (await answer.text()).replace("\r\n ", "")
    assert "/join#" not in text
    assert f"Register\\, or have your link sent again: {ADDRESS}/programs/{world.program.slug}" in text
    assert "Join:" not in text
    assert "LOCATION" not in text
    assert "ATTENDEE" not in text


async def test_nothing_is_sent_again_to_who_has_it(database: Database) -> None:
    world = await a_world(database)
    path = await feed_of_program(world)
    clock = Clock()
    async with serving(database, clock) as client:
        async with client.get(path) as answer:
            tag = answer.headers["ETag"]
        clock.now += timedelta(hours=1)
        async with client.get(path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 304
            assert await answer.read() == b""
        async with database.write() as tx:
            await commands.cancel_session(tx, world.sessions[0].id, now=NOW, random=random)
        async with client.get(path, headers={"If-None-Match": tag}) as answer:
            assert answer.status == 200


async def test_a_revoked_renewed_or_forged_address_shows_nothing(database: Database) -> None:
    world = await a_world(database)
    old = await feed_of_program(world)
    new = await feed_of_program(world)
    async with serving(database) as client:
        for path, status in ((old, 404), (new, 200), (new[:-6] + "AA.ics", 404), ("/calendar/x.ics", 404)):
            async with client.get(path) as answer:
                assert answer.status == status, path
        async with database.write() as tx:
            await feeds.revoke_feed(tx, program_id=world.program.id, now=NOW)
        async with client.get(new) as answer:
            assert answer.status == 404


async def test_what_somebody_is_excepted_from_is_not_in_their_feed(database: Database) -> None:
    world = await a_world(database, 2)
    gone = world.sessions[3]
    async with database.write() as tx:
        await remove_registration(tx, gone.id, world.registered[0].id, now=NOW, random=random)
        guests = await register(tx, Scope(ScopeKind.SESSION, gone.id), 1, name="Guest")
        await withdraw(tx, world.registered[1].id, by="", now=NOW, random=random)
    guest = World(database, world.program, world.series, world.parts, world.sessions, guests)
    async with serving(database) as client:
        expected = [one for one in shown(world) if one.starts_at != gone.starts_at]
        for owner, number, wanted in (
            (world, 0, expected),
            (world, 1, []),
            (guest, 0, [one for one in shown(world) if one.starts_at == gone.starts_at]),
        ):
            async with client.get(await feed_of_person(owner, number)) as answer:
                data = await answer.read()
            assert by_icalendar(data, NOW, FAR) == wanted
            assert by_ical_js(data, NOW, FAR) == wanted


async def test_when_it_was_last_read_is_kept(database: Database) -> None:
    world = await a_world(database)
    path = await feed_of_program(world)
    async with serving(database) as client:
        for _ in range(2):
            async with client.get(path) as answer:
                assert answer.status == 200
    async with database.read() as tx:
        assert await tx.scalar(select(FeedRow.last_read_at)) == NOW


@pytest.mark.parametrize(
    "body",
    [{"List-Unsubscribe": "One-Click"}, {"unsubscribe": "1"}, None],
    ids=["one-click", "page", "empty"],
)
async def test_a_post_unsubscribes_and_another_takes_it_back(
    database: Database, body: dict[str, str] | None
) -> None:
    world = await a_world(database)
    person = world.registered[0].person.id
    path = path_of(LINKS.unsubscribe(person, world.program.id))

    async def unsubscribed() -> list[str]:
        async with database.read() as tx:
            return list(await tx.scalars(select(UnsubscriptionRow.person_id)))

    async with serving(database) as client:
        for _ in range(2):
            async with client.post(path, data=body) as answer:
                assert answer.status == 200
                assert (await answer.json())["words"] == "Mail about Autism ECHO has stopped."
        assert await unsubscribed() == [person]
        async with client.post(path, data={"resubscribe": "1"}) as answer:
            assert "as before" in (await answer.json())["words"]
        assert await unsubscribed() == []


async def test_looking_at_the_address_changes_nothing(database: Database) -> None:
    world = await a_world(database)
    path = path_of(LINKS.unsubscribe(world.registered[0].person.id, world.program.id))
    async with serving(database) as client:
        async with client.get(path) as answer:
            assert answer.status == 405
        async with client.post(path[:-3] + "AAA") as answer:
            assert answer.status == 404
    async with database.read() as tx:
        assert await tx.scalar(select(UnsubscriptionRow.person_id)) is None
