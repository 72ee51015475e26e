"""Places at which the name of somebody who was erased could stay, or come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from echo_session.domain.erasing import CREDIT_FLOOR, ERASED, Retention, scrubbed
from echo_session.domain.ids import Prefix, new_id
from echo_session.store.engine import Database
from echo_session.store.erasures import erase
from echo_session.store.events import append_event
from echo_session.store.presence import put_presence, to_presence
from echo_session.store.retention import retain
from echo_session.store.tables import (
    ClaimRow,
    CreditTypeRow,
    DeliveryAttemptRow,
    DeliveryRow,
    EventRow,
    ImportedRow,
    ImportRow,
    PresenceRow,
)
from tests.integration.records.people import START, random
from tests.integration.records.test_privacy import NAME, a_closed_session, everything
from tests.integration.records.test_series_commands import made
from tests.integration.records.test_upkeep import an_endpoint, mail, mailing

DAY = timedelta(days=1)
ADDRESS = "ortiz@clinic.example"


def test_a_host_who_had_another_name_then_is_taken_out_of_their_guests_lines() -> None:
    told = {"people": [{"person_id": "per_1", "name": "Ana"}, {"person_id": "per_2", "shared_with": "Ana"}]}
    host, guest = scrubbed(told, {"per_1"}, "Ana Ortiz-Lopez")["people"]
    assert (host["name"], guest["shared_with"]) == (ERASED, ERASED)


async def test_errors_answers_and_rows_of_files_name_nobody_who_was_erased(database: Database) -> None:
    await an_endpoint(database)
    _, person_id = await a_closed_session(database)
    async with database.write() as tx:
        tx.add(mailing("mlg_1", "done", START))
        await tx.flush()
        letter = mail("mlg_1", "failed", START)
        letter.person_id, letter.last_error = person_id, f"550 5.1.1 <{ADDRESS}>: no such mailbox"
        tx.add(letter)
        told = select(DeliveryRow.id).join(EventRow, EventRow.id == DeliveryRow.event_id)
        delivery_id = await tx.scalar(told.where(EventRow.type == "participant.joined"))
        tx.add(
            DeliveryAttemptRow(
                id=new_id(Prefix.DELIVERY_ATTEMPT, random),
                delivery_id=delivery_id,
                at=START,
                status=422,
                error="",
                duration_ms=5,
                request={},
                response_headers={},
                response_excerpt=f'{{"unknown": "{NAME}"}}',
            )
        )
        await _a_file(tx)
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=START + DAY, random=random)
    async with database.read() as tx:
        found = (await everything(tx)).splitlines()
    assert [line for line in found if "ortiz" in line] == []
    assert any("bo chee" in line for line in found), "rows of others stay"


async def _a_file(tx: Any) -> None:
    """One whose first row was refused, and whose second tells of somebody with the same address."""
    tx.add(
        ImportRow(
            id="imp_1",
            filename="people.csv",
            program_id=None,
            series_id=None,
            role="participant",
            columns={},
            state="applied",
            counts={},
            created_by="acc_a",
            created_at=START,
            applied_at=START,
        )
    )
    await tx.flush()
    blank: dict[str, Any] = {
        column.name: "" for column in ImportedRow.__table__.columns if not column.nullable
    }
    blank |= {"import_id": "imp_1", "problems": []}
    refused: dict[str, Any] = {
        "number": 2,
        "fate": "refused",
        "name": NAME,
        "sort_name": NAME.casefold(),
        "email": ADDRESS,
    }
    other: dict[str, Any] = {"number": 3, "fate": "new", "name": "Bo Chee", "sort_name": "bo chee"}
    other["told"] = f"New. {NAME} has the same address: look whether they are one person."
    await tx.execute(insert(ImportedRow), [blank | {"told": ""} | one for one in (refused, other)])


async def test_what_somebody_was_registered_for_is_told_to_be_withdrawn(database: Database) -> None:
    session_id, person_id = await a_closed_session(database)
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=START + DAY, random=random)
    async with database.read() as tx:
        query = select(EventRow).where(EventRow.type == "registration.withdrawn")
        [event] = await tx.scalars(query)
    assert (event.stream, event.payload["data"]["person"]["name"]) == (session_id, ERASED)
    assert event.payload["data"]["registration"]["answers"] == []


async def test_a_device_that_comes_in_late_brings_no_name_back(database: Database) -> None:
    _, person_id = await a_closed_session(database)
    async with database.write() as tx:
        [row] = await tx.scalars(select(PresenceRow))
        was = to_presence(row)
        await erase(tx, person_id, "", by="acc_1", now=START + DAY, random=random)
    async with database.write() as tx:
        assert was.name == NAME
        await put_presence(tx, replace(was, connection_id=new_id(Prefix.CONNECTION, random)))
        await put_presence(tx, was)
    async with database.read() as tx:
        assert "ortiz" not in await everything(tx)


async def test_what_was_written_while_somebody_was_erased_is_taken_out_soon(database: Database) -> None:
    session_id, person_id = await a_closed_session(database)
    asked = START + DAY
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=asked, random=random)
        data = {"person": {"id": person_id, "name": NAME, "email": ADDRESS}}
        await append_event(tx, session_id, "participant.left", data, asked, random=random)
    always = Retention(attendance=900 * DAY, devices=900 * DAY, answers=900 * DAY, audit=900 * DAY)
    await retain(database, always, now=asked + timedelta(hours=6), random=random)
    async with database.read() as tx:
        assert "ortiz" not in await everything(tx)


async def test_answers_that_a_claim_needs_are_kept_with_it(database: Database) -> None:
    program_id = (await made(database)).series.program_id
    session_id, person_id = await a_closed_session(database)
    ends = START + timedelta(hours=1)
    async with database.write() as tx:
        kind: dict[str, Any] = {
            column.name: 0 for column in CreditTypeRow.__table__.columns if not column.nullable
        }
        kind |= {"id": "crt_1", "program_id": program_id, "professions": [], "rounding": "nearest"}
        kind |= {"name": "AMA", "provider": "", "statement": "", "created_at": START}
        kind |= {"evaluation_required": False, "presenters_excluded": False}
        await tx.execute(insert(CreditTypeRow).values(kind))
        claim: dict[str, Any] = {
            "id": "clm_1",
            "session_id": session_id,
            "person_id": person_id,
            "credit_type_id": "crt_1",
        }
        claim |= {"state": "claimed", "minutes": 45, "credit": "0.75", "counted_seconds": 2700}
        claim |= {"attestation": "", "claimed_at": ends + DAY, "basis": {}, "history": [], "revision": 1}
        await tx.execute(insert(ClaimRow).values(claim))
    short = Retention(attendance=DAY, devices=DAY, answers=DAY, audit=3650 * DAY)
    assert (await retain(database, short, now=ends + CREDIT_FLOOR - DAY, random=random))["answers"] == 0
    assert (await retain(database, short, now=ends + CREDIT_FLOOR + 2 * DAY, random=random))["answers"] == 1
