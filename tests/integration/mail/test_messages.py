"""What people get: read back from the message as a mail program and a calendar would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from echo_session.domain.mail import NO_MORE_MAIL, MailKind, MailState
from echo_session.domain.mail_material import MAX_EVENTS
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.domain.rules import Rule
from echo_session.domain.series import SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.sessions import Change, Draft
from echo_session.store import commands, series_commands
from echo_session.store.admissions import withdraw
from echo_session.store.engine import Database
from echo_session.store.mailings import queue_mailing
from echo_session.store.tables import PersonRow
from echo_session.store.unsubscriptions import resubscribe, unsubscribe
from scheduler.recurrence import expand
from tests.unit.calendar.reading import Shown, by_ical_js, by_icalendar

from .diary import FAR, Diary, shown
from .samples import (
    LINKS,
    NOW,
    Clock,
    a_world,
    body_of,
    calendar_of,
    carried,
    log_of,
    mails,
    random,
    register,
)


async def test_the_calendar_of_somebody_who_takes_all_mail_is_the_series(database: Database) -> None:
    world = await a_world(database)
    diary = Diary()
    await world.queue(MailKind.INVITATION, registration=world.registered[0])
    diary.take(await carried(database))
    assert diary.shows() == shown(world)

    ours: dict[str, Any] = {"now": NOW, "random": random}
    ids = [session.id for session in world.sessions]
    noon = datetime.fromisoformat
    async with database.write() as tx:
        await commands.change_session(
            tx, ids[3], Change(starts_local=noon("2026-10-23T09:30")), notify=True, **ours
        )
    async with database.write() as tx:
        await commands.cancel_session(tx, ids[1], reason="The speaker is ill.", notify=True, **ours)
    async with database.write() as tx:
        await commands.cancel_session(tx, ids[5], notify=True, **ours)
    diary.take(await carried(database))
    world = await world.again()
    assert diary.shows() == shown(world)

    async with database.write() as tx:
        await commands.restore_session(tx, ids[1], notify=True, **ours)
    diary.take(await carried(database))
    world = await world.again()
    assert diary.shows() == shown(world)

    async with database.write() as tx:
        await series_commands.change_series(
            tx,
            world.series.id,
            SeriesChange(starts_local=noon("2027-01-14T15:00")),
            scope="following",
            from_session_id=next(s.id for s in world.sessions if s.starts_local == noon("2027-01-14T12:00")),
            expand=expand,
            **ours,
        )
    messages = await carried(database)
    assert len(messages) == 2, "the old UID ends, a new one begins"
    diary.take(messages)
    world = await world.again()
    assert len(world.parts) == 2
    assert diary.shows() == shown(world)

    async with database.write() as tx:
        await series_commands.change_series(
            tx, world.series.id, SeriesChange(title="Autism, renamed"), scope="all", expand=expand, **ours
        )
    diary.take(await carried(database))
    world = await world.again()
    assert diary.shows() == shown(world)

    async with database.write() as tx:
        await series_commands.cancel_series(tx, world.series.id, scope="all", expand=expand, **ours)
    diary.take(await carried(database))
    assert diary.shows() == []
    assert all(numbers == sorted(numbers) for numbers in diary.sequences.values())


async def test_a_time_that_spring_skips_comes_as_a_message_of_its_own(database: Database) -> None:
    sundays = Rule(freq="weekly", weekdays=(6,), count=6)
    world = await a_world(database, rule=sundays, starts_local=datetime.fromisoformat("2027-02-21T02:30"))
    await world.queue(MailKind.INVITATION)
    messages = await carried(database)
    assert len(messages) == 2
    diary = Diary()
    diary.take(messages)
    assert diary.shows() == shown(world)
    [extra] = [one for one in messages if one["Subject"].startswith("For your calendar")]
    assert "clocks are put forward" in body_of(extra, "plain")


async def test_an_invitation_says_when_in_both_zones_and_brings_the_link(database: Database) -> None:
    world = await a_world(database)
    await world.queue(MailKind.INVITATION)
    [message] = await carried(database)
    link = LINKS.personal(world.registered[0])
    for kind in ("plain", "html"):
        text = body_of(message, kind)
        assert link in text
        assert "Thursday, September 10, 2026" in text
        assert "11:00 AM – 12:00 PM Arizona (MST)" in text
        assert "12:00 PM – 1:00 PM Mountain Time" in text
        assert "The button" not in text
        assert "1 hour earlier than usual" in text
    assert message["To"] == "Person 0 <person0@clinic.example>"
    assert message["From"] == "ECHO sessions <echo@echo.example.org>"
    assert message["Message-ID"].endswith("@echo.example.org>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip("<>")
    assert LINKS.read_unsubscribe(address.rsplit("/", 1)[1]) == (
        world.registered[0].person.id,
        world.program.id,
    )
    assert address in body_of(message, "html")
    [vevent] = icalendar.Calendar.from_ical(calendar_of(message)).walk("VEVENT")
    assert str(vevent["ORGANIZER"]) == "mailto:echo@echo.example.org"
    assert link in str(vevent["DESCRIPTION"])


async def test_an_update_of_one_session_says_what_changed(database: Database) -> None:
    world = await a_world(database)
    async with database.write() as tx:
        await commands.change_session(
            tx,
            world.sessions[0].id,
            Change(starts_local=datetime.fromisoformat("2026-09-10T13:00")),
            notify=True,
            now=NOW,
            random=random,
        )
    [message] = await carried(database)
    assert message["Subject"] == "Changed: Autism in primary care, Thu, Sep 10, 2026"
    assert "What is different" in body_of(message, "html")
    text = " ".join(body_of(message, "plain").split())
    assert "1:00 PM – 2:00 PM Mountain Time" in text
    day = "Thursday, September 10, 2026"
    for now, was, zone in (
        ("1:00 PM", "12:00 PM", "Mountain Time (MDT)"),
        ("12:00 PM", "11:00 AM", "Arizona (MST)"),
    ):
        assert f"begins on {day}, {now} {zone} instead of {day}, {was} {zone}." in text
    assert "America/" not in text


async def test_who_never_had_the_series_gets_all_of_it_when_one_session_is_moved(database: Database) -> None:
    world = await a_world(database)
    diary = Diary()
    for hour, events in ((13, 2), (14, 1)):
        async with database.write() as tx:
            await commands.change_session(
                tx,
                world.sessions[0].id,
                Change(starts_local=datetime.fromisoformat(f"2026-09-10T{hour}:00")),
                notify=True,
                now=NOW,
                random=random,
            )
        [message] = await carried(database)
        [uid] = {part.uid for part in world.parts}
        vevents = icalendar.Calendar.from_ical(calendar_of(message)).walk("VEVENT")
        assert [str(one["UID"]) for one in vevents] == [uid] * events
        diary.take([message])
        assert diary.shows() == shown(await world.again())


async def test_who_never_had_the_series_gets_the_rest_of_it_when_one_session_is_cancelled(
    database: Database,
) -> None:
    world = await a_world(database)
    async with database.write() as tx:
        await commands.cancel_session(tx, world.sessions[1].id, notify=True, now=NOW, random=random)
    diary = Diary()
    diary.take(await carried(database))
    assert diary.shows() == shown(await world.again())


async def test_a_new_rule_is_told_as_people_write_dates(database: Database) -> None:
    world = await a_world(database)
    async with database.write() as tx:
        later = SeriesChange(starts_local=datetime.fromisoformat("2026-09-10T15:00"))
        await series_commands.change_series(
            tx, world.series.id, later, scope="all", expand=expand, now=NOW, random=random
        )
    text = " ".join(body_of((await carried(database))[0], "plain").split())
    assert "From Thursday, September 10, 2026: Every second Thursday at 3:00 PM" in text
    assert "until May 20, 2027" in text
    assert "60 minutes, Mountain Time." in text


async def test_a_program_of_one_series_names_it_once_above_its_dates(database: Database) -> None:
    world = await a_world(database, 0)
    async with database.write() as tx:
        [registration] = await register(tx, Scope(ScopeKind.PROGRAM, world.program.id), 1)
        await queue_mailing(
            tx,
            kind=MailKind.INVITATION,
            now=NOW,
            random=random,
            program_id=world.program.id,
            registration_id=registration.id,
        )
    [message] = await carried(database)
    text = body_of(message, "plain")
    assert "The next dates of Autism in primary care:" in text
    assert text.count("Autism in primary care") == 1


async def test_who_wants_no_mail_gets_none_but_what_they_ask_for(database: Database) -> None:
    world = await a_world(database, 2)
    person = world.registered[0].person.id
    async with database.write() as tx:
        await unsubscribe(tx, person, world.program.id, now=NOW)
        await unsubscribe(tx, person, world.program.id, now=NOW)
    await world.queue(MailKind.UPDATE, {"what": ["It is different."]})
    assert [one["To"] for one in await carried(database)] == ["Person 1 <person1@clinic.example>"]
    [dropped] = [one for one in await log_of(database) if one.state is MailState.DROPPED]
    assert dropped.last_error == NO_MORE_MAIL
    await world.queue(MailKind.LINK, registration=world.registered[0])
    assert len(await carried(database)) == 1
    async with database.write() as tx:
        await resubscribe(tx, person, world.program.id)
    await world.queue(MailKind.UPDATE, {"what": ["Again."]})
    assert len(await carried(database)) == 2


async def test_unsubscribing_holds_for_what_is_queued_already(database: Database) -> None:
    world = await a_world(database)
    await world.queue(MailKind.UPDATE, {"what": ["It is different."]})
    assert await mails(database).spread(NOW)
    async with database.write() as tx:
        await unsubscribe(tx, world.registered[0].person.id, world.program.id, now=NOW)
    assert await carried(database) == []


@pytest.mark.parametrize(
    ("kind", "minutes", "before", "subject"),
    [
        (MailKind.REMINDER, 1440, timedelta(days=1), "Tomorrow at 11:00 AM: Autism in primary care"),
        (MailKind.REMINDER, 60, timedelta(hours=1), "In 1 hour: Autism in primary care"),
        (MailKind.REMINDER, 0, timedelta(minutes=15), "The room is open: Autism in primary care"),
    ],
)
async def test_reminders_say_how_soon(
    database: Database, kind: MailKind, minutes: int, before: timedelta, subject: str
) -> None:
    world = await a_world(database)
    session = world.sessions[0]
    await world.queue(kind, {"minutes": minutes}, session=session)
    [message] = await carried(database, Clock(session.starts_at - before))
    assert message["Subject"] == subject
    assert not calendar_of(message)


async def test_a_reminder_that_makes_no_sense_any_more_is_dropped(database: Database) -> None:
    world = await a_world(database)
    first = world.sessions[0]
    await world.queue(MailKind.REMINDER, {"minutes": 60}, session=first)
    assert await carried(database, Clock(first.starts_at - timedelta(days=2))) == []
    await world.queue(MailKind.REMINDER, {"minutes": 60}, session=first)
    assert await carried(database, Clock(first.ends_at + timedelta(hours=2))) == []
    assert {one.last_error for one in await log_of(database)} == {
        "The session was moved to a later time.",
        "The session is over.",
    }


async def test_who_has_withdrawn_gets_nothing(database: Database) -> None:
    world = await a_world(database, 2)
    await world.queue(MailKind.UPDATE, {"what": ["It is different."]})
    assert await mails(database).spread(NOW)
    async with database.write() as tx:
        await withdraw(tx, world.registered[0].id, by="", now=NOW, random=random)
    assert len(await carried(database)) == 1


async def test_who_comes_to_one_session_only_hears_of_changes_to_it(database: Database) -> None:
    world = await a_world(database)
    async with database.write() as tx:
        alone = Scope(ScopeKind.SESSION, world.sessions[2].id)
        other = Scope(ScopeKind.SESSION, world.sessions[12].id)
        await register(tx, alone, 1, name="Guest")
        await register(tx, other, 1, name="Later")
        await series_commands.change_series(
            tx,
            world.series.id,
            SeriesChange(duration_minutes=90),
            scope="following",
            from_session_id=world.sessions[10].id,
            expand=expand,
            now=NOW,
            random=random,
        )
    messages = await carried(database)
    assert {str(one["To"]) for one in messages} == {
        "Person 0 <person0@clinic.example>",
        "Later 0 <later0@clinic.example>",
    }
    [later] = [one for one in messages if "Later" in one["To"]]
    [vevent] = icalendar.Calendar.from_ical(calendar_of(later)).walk("VEVENT")
    assert "RECURRENCE-ID" in vevent


async def test_lost_links_go_to_the_address_with_a_link_for_each(database: Database) -> None:
    world = await a_world(database, 2)
    people = [one.person.id for one in world.registered]
    await world.queue(MailKind.LOST_LINK, {"address": "front.desk@clinic.example", "person_ids": people})
    [message] = await carried(database)
    assert message["To"] == "front.desk@clinic.example"
    for registration in world.registered:
        assert LINKS.personal(registration) in body_of(message, "plain")
        assert registration.person.name in body_of(message, "html")
    assert "List-Unsubscribe" not in message


async def test_names_cannot_make_headers_or_markup(database: Database) -> None:
    title = 'Bcc: x@example.org <script>alert("1")</script>'
    world = await a_world(database, title=title)
    await world.queue(MailKind.INVITATION)
    [message] = await carried(database)
    assert message["Bcc"] is None
    assert "<script>" not in body_of(message, "html")
    assert title in str(message["Subject"])


async def test_what_looks_like_an_encoded_word_is_not_decoded_into_headers(database: Database) -> None:
    words = "=?utf-8?q?=0D=0ABcc:_x@example.org=0D=0A=0D=0APay_here?="
    world = await a_world(database, title=f"Autism {words}")
    async with database.write() as tx:
        await register(tx, Scope(ScopeKind.SERIES, world.series.id), 1, name=f"A{words}")
        for row in await tx.scalars(select(PersonRow).where(PersonRow.name.startswith("A"))):
            row.email = "ana@clinic.example"
    await world.queue(MailKind.INVITATION)
    for message in await carried(database):
        assert message["Bcc"] is None
        assert message["Message-ID"] is not None, "the headers end where they are to"
        assert message["Subject"].endswith("Autism = ?utf-8?q?=0D=0ABcc:_x@example.org=0D=0A=0D=0APay_here?=")
        for one in (message["To"], message["Subject"]):
            assert "\n" not in str(one)


async def test_mail_that_waits_goes_to_the_address_that_somebody_has_by_then(database: Database) -> None:
    world = await a_world(database)
    await world.queue(MailKind.INVITATION)
    assert await mails(database).spread(NOW)
    async with database.write() as tx:
        row = await tx.get_one(PersonRow, world.registered[0].person.id)
        row.email = "right@clinic.example"
    [message] = await carried(database)
    assert message["To"] == "Person 0 <right@clinic.example>"
    [kept] = await log_of(database)
    assert kept.to_address == "right@clinic.example"


async def test_a_mailing_to_many_is_spread_in_stretches(database: Database) -> None:
    world = await a_world(database, 25)
    await world.queue(MailKind.UPDATE, {"what": ["It is different."]})
    store = mails(database, stretch=10)
    counts = []
    while await store.spread(NOW):
        counts.append(len(await log_of(database)))
    assert counts[:3] == [10, 20, 25]
    assert counts[-1] == 25
    assert len({one.to_address for one in await log_of(database)}) == 25


async def test_a_mailing_that_cannot_be_spread_holds_up_no_other(database: Database) -> None:
    world = await a_world(database)
    await world.queue(MailKind.UPDATE, {"what": ["Nonsense."], "part_ids": 5})
    await world.queue(MailKind.LINK, registration=world.registered[0])
    store = mails(database)
    while await store.spread(NOW):
        pass
    assert [one.kind for one in await log_of(database)] == [MailKind.LINK]


async def test_a_program_with_many_series_comes_as_one_file(database: Database) -> None:
    world = await a_world(database, 0)
    async with database.write() as tx:
        for number in range(MAX_EVENTS):
            await series_commands.create_series(
                tx,
                SeriesDraft(
                    program_id=world.program.id,
                    title=f"Further series {number}",
                    zone="America/Denver",
                    starts_local=datetime.fromisoformat(f"2026-09-{number + 1:02}T09:00"),
                    duration_minutes=60,
                    rule=Rule(freq="weekly", weekdays=(number,), count=3),
                ),
                expand=expand,
                now=NOW,
                random=random,
            )
        [registration] = await register(tx, Scope(ScopeKind.PROGRAM, world.program.id), 1)
        await queue_mailing(
            tx,
            kind=MailKind.INVITATION,
            now=NOW,
            random=random,
            program_id=world.program.id,
            registration_id=registration.id,
        )
    [message] = await carried(database)
    assert not calendar_of(message), "no invitation can be for more than one UID"
    [file] = list(message.iter_attachments())
    data = file.get_content()
    assert b"METHOD:PUBLISH" in data
    expected = len(world.sessions) + 3 * MAX_EVENTS
    assert len(by_icalendar(data, NOW, FAR)) == len(by_ical_js(data, NOW, FAR)) == expected
    assert "Further series 0" in body_of(message, "plain")


async def test_a_single_session_without_a_program_has_its_invitation_too(database: Database) -> None:
    async with database.write() as tx:
        session = await commands.create_session(
            tx,
            Draft(
                title="Grand rounds",
                zone="America/Denver",
                starts_local=datetime.fromisoformat("2026-09-10T12:00"),
                duration_minutes=45,
            ),
            now=NOW,
            random=random,
        )
        [registration] = await register(tx, Scope(ScopeKind.SESSION, session.id), 1)
        await queue_mailing(
            tx,
            kind=MailKind.INVITATION,
            now=NOW,
            random=random,
            session_id=session.id,
            registration_id=registration.id,
        )
    [message] = await carried(database)
    assert message["List-Unsubscribe"] is None
    expected = [Shown(session.starts_at, 45, "Grand rounds")]
    assert by_icalendar(calendar_of(message), NOW, FAR) == expected
    assert by_ical_js(calendar_of(message), NOW, FAR) == expected
