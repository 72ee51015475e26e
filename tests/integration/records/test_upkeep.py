"""What is done with is forgotten in time; what somebody still waits for is not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from echo_session.domain.ids import Prefix, new_id
from echo_session.store.commands import close_session
from echo_session.store.engine import Database
from echo_session.store.events import append_event
from echo_session.store.tables import (
    DeliveryRow,
    DueWorkRow,
    EventRow,
    ImportedRow,
    ImportRow,
    MailingRow,
    MailRow,
    SessionRow,
    WebhookEndpointRow,
)
from echo_session.store.upkeep import Kept, keep_up
from tests.integration.records.people import START, a_session, random

DAY = timedelta(days=1)
KEPT = Kept(events=30 * DAY, mails=30 * DAY, imports=30 * DAY)
NOW = START + 100 * DAY
OLD, RECENT = NOW - 31 * DAY, NOW - 29 * DAY


async def count(database: Database, table: type[Any]) -> int:
    async with database.read() as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)) or 0)


async def upkeep(database: Database) -> dict[str, int]:
    return await keep_up(database, KEPT, now=NOW, random=random)


async def an_endpoint(database: Database) -> None:
    async with database.write() as tx:
        tx.add(
            WebhookEndpointRow(
                id="wep_all",
                url="https://scheduling.example",
                description="",
                event_types=[],
                secret="whsec_x",
                previous_secret=None,
                previous_secret_until=None,
                status="enabled",
                disabled_reason="",
                created_at=START,
                failing_since=None,
                next_attempt_at=None,
                failures=0,
            )
        )


async def test_old_events_go_once_every_receiver_has_them(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        await tx.execute(delete(EventRow))
    await an_endpoint(database)
    async with database.write() as tx:
        told, waits, recent = [
            await append_event(tx, session.id, "session.opened", {}, at, random=random)
            for at in (OLD, OLD, RECENT)
        ]
        await tx.execute(update(DeliveryRow).where(DeliveryRow.event_id != waits).values(state="delivered"))
    assert (await upkeep(database))["events"] == 1
    async with database.read() as tx:
        assert set(await tx.scalars(select(EventRow.id))) == {waits, recent}
        assert set(await tx.scalars(select(DeliveryRow.event_id))) == {waits, recent}
    assert told


def mailing(mailing_id: str, state: str, at: datetime) -> MailingRow:
    return MailingRow(
        id=mailing_id,
        kind="reminder",
        program_id=None,
        series_id=None,
        session_id=None,
        registration_id=None,
        content={},
        state=state,
        position="",
        lease_until=None,
        lease_epoch=0,
        created_at=at,
    )


def mail(mailing_id: str, state: str, at: datetime) -> MailRow:
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
        next_attempt_at=None,
        lease_until=None,
        lease_epoch=0,
        data_begun=False,
        possible_duplicates=0,
        last_error="",
        sent_at=None,
        created_at=at,
    )


async def test_old_mail_goes_once_it_is_sent_and_its_mailing_with_it(database: Database) -> None:
    async with database.write() as tx:
        tx.add_all(mailing(name, "done", OLD) for name in ("mlg_sent", "mlg_pending", "mlg_empty"))
        tx.add(mailing("mlg_due", "due", OLD))
        tx.add(mailing("mlg_recent", "done", RECENT))
        await tx.flush()
        tx.add_all(mail("mlg_sent", state, OLD) for state in ("sent", "failed", "dropped"))
        tx.add_all([mail("mlg_pending", "pending", OLD), mail("mlg_recent", "sent", RECENT)])
    done = await upkeep(database)
    assert (done["mails"], done["mailings"]) == (3, 2)
    async with database.read() as tx:
        assert set(await tx.scalars(select(MailingRow.id))) == {"mlg_pending", "mlg_due", "mlg_recent"}
        assert set(await tx.scalars(select(MailRow.mailing_id))) == {"mlg_pending", "mlg_recent"}


async def test_the_rows_of_old_files_go_and_that_they_were_imported_stays(database: Database) -> None:
    async with database.write() as tx:
        for name, state, at in (
            ("imp_applied", "applied", OLD),
            ("imp_staged", "staged", OLD),
            ("imp_recent", "staged", RECENT),
        ):
            tx.add(
                ImportRow(
                    id=name,
                    filename="people.csv",
                    program_id=None,
                    series_id=None,
                    role="participant",
                    columns={},
                    state=state,
                    counts={},
                    created_by="acc_a",
                    created_at=at,
                    applied_at=None,
                )
            )
            await tx.flush()
            blank: dict[str, Any] = {
                column.name: "" for column in ImportedRow.__table__.columns if not column.nullable
            }
            blank |= {"import_id": name, "fate": "same", "problems": []}
            rows = [blank | {"number": number} for number in range(2, 702)]
            await tx.execute(insert(ImportedRow), rows)
    assert (await upkeep(database))["imported rows"] == 1400
    async with database.read() as tx:
        assert set(await tx.scalars(select(ImportedRow.import_id))) == {"imp_recent"}
        states = {row.id: row.state for row in await tx.scalars(select(ImportRow))}
    assert states == {"imp_applied": "applied", "imp_staged": "discarded", "imp_recent": "staged"}


async def test_a_session_that_was_closed_before_there_was_finalising_is_finalised(database: Database) -> None:
    session = await a_session(database)
    async with database.write() as tx:
        await close_session(tx, session.id, now=START, random=random)
        await tx.execute(delete(DueWorkRow).where(DueWorkRow.action == "finalise"))
    assert (await upkeep(database))["sessions to finalise"] == 1
    async with database.read() as tx:
        query = select(DueWorkRow.due_at).where(DueWorkRow.action == "finalise", DueWorkRow.state == "due")
        assert (await tx.scalars(query)).all() == [START]
        assert (await tx.get_one(SessionRow, session.id)).finalised_at is None
    assert set((await upkeep(database)).values()) == {0}
