"""What is left to do once a session is closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from echo_session.domain.ids import Prefix, new_id
from echo_session.domain.people import Invitation, Role
from echo_session.domain.sessions import Session
from echo_session.store.engine import Database
from echo_session.store.notices import list_notices
from echo_session.store.registrations import invite
from echo_session.store.tables import (
    DueWorkRow,
    MailingRow,
    MailRow,
    RegistrationRow,
    SessionRow,
)
from tests.integration.records.people import a_visitor, joins, leaves
from tests.integration.records.registrations import add_program

from .programs import Clock, add_session, random

START = datetime(2026, 12, 3, 19, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def open_now(database: Database, reminders: list[int] | None = None) -> tuple[Session, Clock]:
    """A session that has begun, and the clock that will end it."""
    made = START - timedelta(days=7)
    async with database.write() as tx:
        program_id = await add_program(tx, reminders=reminders or [])
        session = await add_session(tx, program_id, START, now=made)
    clock = Clock(database, START)
    assert "open_room" in await clock.work()
    return session, clock


async def finalised_at(database: Database, session: Session) -> datetime | None:
    async with database.read() as tx:
        return (await tx.get_one(SessionRow, session.id)).finalised_at


async def outcome(database: Database, session: Session) -> str:
    """What was recorded about the finalising."""
    async with database.read() as tx:
        query = select(DueWorkRow.outcome).where(
            DueWorkRow.session_id == session.id, DueWorkRow.action == "finalise", DueWorkRow.state == "done"
        )
        return (await tx.scalars(query)).one()


async def test_a_session_is_finalised_once_it_is_closed_by_the_clock(database: Database) -> None:
    session, clock = await open_now(database)
    ana = await joins(database, await a_visitor(database, session.id), START)
    await leaves(database, ana, START + timedelta(minutes=30))
    clock.now = START + HOUR
    assert await clock.work() == ["close_room", "finalise"]
    assert await finalised_at(database, session) == clock.now
    assert (await outcome(database, session)).startswith("attendance events verified: 2,")
    assert await clock.work() == []


async def test_a_session_that_is_ended_by_hand_is_finalised_too(database: Database) -> None:
    session, clock = await open_now(database)
    clock.now = START + timedelta(minutes=20)
    await clock.commands().close(session.id, "Bye.")
    assert await clock.work() == ["finalise"]
    assert await finalised_at(database, session) == clock.now


async def test_an_altered_record_is_not_finalised_and_coordinators_are_told(database: Database) -> None:
    session, clock = await open_now(database)
    await joins(database, await a_visitor(database, session.id), START)
    clock.now = START + HOUR
    await clock.commands().close(session.id, "Bye.")
    async with database.write() as tx:
        await tx.execute(update(SessionRow).where(SessionRow.id == session.id).values(ledger_head="0" * 64))
    assert await clock.work() == ["finalise"]
    assert await finalised_at(database, session) is None
    assert (await outcome(database, session)).startswith("not finalised: ")
    async with database.read() as tx:
        [notice] = await list_notices(tx)
    assert (notice.kind, notice.session_ids) == ("attendance_broken", (session.id,))
    assert "3 December 2026" in notice.text


async def test_registrations_that_still_wait_for_this_one_session_end_with_it(database: Database) -> None:
    session, clock = await open_now(database)
    people = [
        Invitation(name=name, email=f"{name}@clinic.example", role=Role.PARTICIPANT)
        for name in ("Ana", "Ben", "Cai")
    ]
    async with database.write() as tx:
        made = await invite(tx, session.id, people, now=START, random=random)
        for registration, status in zip(made, ("approved", "pending", "waiting"), strict=True):
            row = await tx.get_one(RegistrationRow, registration.id)
            row.status = status
    clock.now = START + HOUR
    await clock.work()
    async with database.read() as tx:
        rows = [await tx.get_one(RegistrationRow, registration.id) for registration in made]
    assert [row.status for row in rows] == ["approved", "declined", "declined"]
    assert [row.decided_at for row in rows[1:]] == [clock.now, clock.now]


async def test_reminders_that_were_not_sent_are_dropped(database: Database) -> None:
    _, clock = await open_now(database, [0])
    async with database.write() as tx:
        mailing = (await tx.scalars(select(MailingRow))).one()
        for state in ("pending", "sent"):
            tx.add(mail(mailing.id, state))
    clock.now = START + HOUR
    await clock.work()
    async with database.read() as tx:
        assert (await tx.scalars(select(MailingRow.state))).all() == ["done"]
        assert sorted(await tx.scalars(select(MailRow.state))) == ["dropped", "sent"]


def mail(mailing_id: str, state: str) -> MailRow:
    """A reminder on its way."""
    mail_id = new_id(Prefix.MAIL, random)
    return MailRow(
        id=mail_id,
        mailing_id=mailing_id,
        registration_id=None,
        person_id=None,
        part=mail_id,
        kind="reminder",
        to_address="ana@clinic.example",
        to_name="Ana",
        subject="",
        message_id=mail_id,
        state=state,
        attempts=0,
        next_attempt_at=START,
        lease_until=None,
        lease_epoch=0,
        data_begun=False,
        possible_duplicates=0,
        last_error="",
        sent_at=None,
        created_at=START,
    )
