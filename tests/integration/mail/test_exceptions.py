"""Mail to who comes to some of the sessions only, or does not come any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

import icalendar

from echo_session.domain.mail import MailKind
from echo_session.domain.people import Invitation, Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.rules import Rule
from echo_session.domain.series_change import SeriesChange
from echo_session.store import series_commands
from echo_session.store.admissions import withdraw
from echo_session.store.engine import Database
from echo_session.store.registrations import register_people, remove_registration
from echo_session.store.tables import PersonRow
from scheduler.recurrence import expand

from .diary import Diary, shown
from .samples import BIWEEKLY, NOW, World, a_world, calendar_of, carried, log_of, mails, random, register

OURS: dict[str, Any] = {"now": NOW, "random": random}


async def changed(world: World, wanted: SeriesChange) -> World:
    async with world.database.write() as tx:
        await series_commands.change_series(tx, world.series.id, wanted, scope="all", expand=expand, **OURS)
    return await world.again()


async def test_a_session_that_somebody_is_excepted_from_leaves_their_calendar_for_good(
    database: Database,
) -> None:
    world = await a_world(database)
    diary = Diary()
    await world.queue(MailKind.INVITATION, registration=world.registered[0])
    diary.take(await carried(database))
    gone = world.sessions[3]
    async with database.write() as tx:
        await remove_registration(tx, gone.id, world.registered[0].id, **OURS)
    [message] = await carried(database)
    assert message["Subject"] == "Not registered any more: Autism in primary care, Thu, Oct 22, 2026"
    diary.take([message])
    assert diary.shows() == [one for one in shown(world) if one.starts_at != gone.starts_at]
    world = await changed(world, SeriesChange(title="Autism, renamed"))
    diary.take(await carried(database))
    assert diary.shows() == [one for one in shown(world) if one.starts_at != gone.starts_at]


async def test_who_is_taken_off_a_series_is_told_and_rid_of_it(database: Database) -> None:
    world = await a_world(database, 2)
    diary = Diary()
    await world.queue(MailKind.INVITATION, registration=world.registered[0])
    diary.take(await carried(database))
    async with database.write() as tx:
        for one in world.registered:
            await withdraw(tx, one.id, by="", **OURS)
    messages = await carried(database)
    diary.take(messages)
    assert diary.shows() == []
    assert [str(one["To"]) for one in messages] == ["Person 0 <person0@clinic.example>"], (
        "the other never had mail"
    )


async def test_who_comes_to_one_session_hears_that_it_is_dropped(database: Database) -> None:
    world = await a_world(database)
    alone = Scope(ScopeKind.SESSION, world.sessions[2].id)
    async with database.write() as tx:
        await register_people(
            tx,
            alone,
            [Invitation(name="Guest", email="guest@clinic.example", role=Role.PANELIST)],
            by="",
            send=True,
            **OURS,
        )
    [invited] = await carried(database)
    rule = replace(BIWEEKLY, exclude=(*BIWEEKLY.exclude, world.sessions[2].starts_local.date()))
    await changed(world, SeriesChange(rule=rule))
    [dropped] = [one for one in await carried(database) if "guest" in one["To"]]
    assert dropped["Subject"].startswith("Cancelled: ")
    first, second = (event_of(one) for one in (invited, dropped))
    assert second["METHOD"] == "CANCEL"
    [before], [after] = first.walk("VEVENT"), second.walk("VEVENT")
    assert (after["UID"], after["RECURRENCE-ID"].dt) == (before["UID"], before["RECURRENCE-ID"].dt)
    assert after["SEQUENCE"] > before["SEQUENCE"]


async def test_who_comes_new_is_not_told_of_what_was_called_off_before(database: Database) -> None:
    sundays = Rule(freq="weekly", weekdays=(6,), count=6)
    world = await a_world(database, rule=sundays, starts_local=datetime.fromisoformat("2027-02-21T02:30"))
    assert [one.moved_forward for one in world.sessions].count(True) == 1
    world = await changed(world, SeriesChange(rule=replace(sundays, exclude=(date(2027, 3, 14),))))
    told = await carried(database)
    assert [event_of(one)["METHOD"] for one in told].count("CANCEL") == 1
    async with database.write() as tx:
        [late] = await register(tx, Scope(ScopeKind.SERIES, world.series.id), 1, name="Late")
    await world.queue(MailKind.INVITATION, registration=late)
    messages = await carried(database)
    assert [event_of(one)["METHOD"] for one in messages] == ["REQUEST"]
    await changed(world, SeriesChange(title="Renamed"))
    again = await carried(database)
    assert {event_of(one)["METHOD"] for one in again} == {"REQUEST"}


async def test_each_single_session_is_told_of_once_wherever_a_stretch_ends(database: Database) -> None:
    world = await a_world(database, 1)
    async with database.write() as tx:
        for session in world.sessions[:3]:
            await register(tx, Scope(ScopeKind.SESSION, session.id), 2, name="Guest")
        first, second = [
            (await register(tx, Scope(ScopeKind.SESSION, world.sessions[0].id), 1, name=name))[0].person.id
            for name in ("Old", "New")
        ]
        (await tx.get_one(PersonRow, first)).merged_into = second
    await changed(world, SeriesChange(duration_minutes=90))
    while await mails(database, stretch=2).spread(NOW):
        pass
    written = sorted(one.to_address for one in await log_of(database))
    guests = [f"guest{number}@clinic.example" for number in (0, 1) for _ in range(3)]
    assert written == [*guests, "new0@clinic.example", "person0@clinic.example"]


async def test_a_session_that_becomes_part_of_another_event_is_not_in_a_guests_calendar_twice(
    database: Database,
) -> None:
    world = await a_world(database)
    session = world.sessions[12]
    async with database.write() as tx:
        guest = Invitation(name="Guest", email="guest@clinic.example", role=Role.PANELIST)
        alone = Scope(ScopeKind.SESSION, session.id)
        await register_people(tx, alone, [guest], by="", send=True, **OURS)
    [invited] = await carried(database)
    async with database.write() as tx:
        later = SeriesChange(starts_local=session.starts_local.replace(hour=15))
        ours = OURS | {"scope": "following", "from_session_id": world.sessions[10].id, "expand": expand}
        await series_commands.change_series(tx, world.series.id, later, **ours)
    told = [one for one in await carried(database) if "guest" in one["To"]]
    calendars = {str(one["METHOD"]): one for one in (event_of(message) for message in told)}
    [before], [gone] = event_of(invited).walk("VEVENT"), calendars["CANCEL"].walk("VEVENT")
    assert (gone["UID"], gone["RECURRENCE-ID"].dt) == (before["UID"], before["RECURRENCE-ID"].dt)
    assert gone["SEQUENCE"] >= before["SEQUENCE"]
    [now] = calendars["REQUEST"].walk("VEVENT")
    assert now["UID"] != before["UID"]
    assert now["DTSTART"].dt.hour == 15


def event_of(message: EmailMessage) -> Any:
    return icalendar.Calendar.from_ical(calendar_of(message))
