"""Places at which the name of somebody who was erased could stay, or come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from echo_session.domain.erasing import CREDIT_FLOOR, ERASED, Retention, scrubbed
from echo_session.domain.errors import NotPossible
from echo_session.domain.gatherings import Gathering, Way
from echo_session.domain.ids import Prefix, new_id
from echo_session.store.check_ins import check_in
from echo_session.store.engine import Database
from echo_session.store.erasures import erase
from echo_session.store.events import append_event
from echo_session.store.merges import merge, undo_merge
from echo_session.store.presence import put_presence, to_presence
from echo_session.store.retention import retain
from echo_session.store.tables import (
    ClaimRow,
    CreditTypeRow,
    DeliveryAttemptRow,
    DeliveryRow,
    EventRow,
    GatheringRow,
    ImportedRow,
    ImportRow,
    PresenceRow,
    RegistrationRow,
)
from tests.integration.records.people import START, a_person, a_session, a_visitor, joins, moment, random
from tests.integration.records.test_privacy import NAME, _registration, a_closed_session, everything
from tests.integration.records.test_series_commands import NOW, made
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
        await _a_file(tx, person_id)
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=START + DAY, random=random)
    async with database.read() as tx:
        found = (await everything(tx)).splitlines()
        fates = await tx.scalars(select(ImportedRow.fate).order_by(ImportedRow.number))
        assert list(fates) == ["refused", "new", "refused"], "nobody is made of what was erased"
    assert [line for line in found if "ortiz" in line] == []
    assert any("bo chee" in line for line in found), "rows of others stay"


async def _a_file(tx: Any, person_id: str) -> None:
    """One that waits: its first row was refused, the second tells of somebody with the same address, and the
    third would change them."""
    tx.add(
        ImportRow(
            id="imp_1",
            filename="people.csv",
            program_id=None,
            series_id=None,
            role="participant",
            columns={},
            state="staged",
            counts={},
            created_by="acc_a",
            created_at=START,
            applied_at=None,
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
    theirs: dict[str, Any] = refused | {"number": 4, "fate": "update", "person_id": person_id}
    rows = [blank | {"told": "", "person_id": None} | one for one in (refused, other, theirs)]
    await tx.execute(insert(ImportedRow), rows)


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


async def test_nobody_is_erased_while_they_are_in_front_of_another_s_camera(database: Database) -> None:
    session = await a_session(database)
    host = await joins(database, await a_visitor(database, session.id, "Host"), START)
    guest = await a_person(database, session.id, "Guest")
    async with database.write() as tx:
        tx.add(
            GatheringRow(
                id="gat_1",
                session_id=session.id,
                host_person_id=host.person_id,
                site_id=None,
                code="ABC234",
                opened_at=START,
                closed_at=None,
            )
        )
        await tx.flush()
        beside = await tx.get_one(GatheringRow, "gat_1")
        shared = Gathering(**{name: getattr(beside, name) for name in Gathering.__dataclass_fields__})
        await check_in(tx, shared, guest.id, Way.SCREEN, at=moment(START), random=random)
        with pytest.raises(NotPossible, match="in a session now"):
            await erase(tx, guest.id, "", by="acc_1", now=START, random=random)


async def test_records_that_were_erased_as_one_person_are_not_parted_again(database: Database) -> None:
    session = await a_session(database)
    first, second = [await a_person(database, session.id, name) for name in ("Ana", "Anna")]
    async with database.write() as tx:
        done = await merge(tx, first.id, second.id, "", by="acc_1", now=START, random=random)
        await erase(tx, first.id, "", by="acc_1", now=START, random=random)
        with pytest.raises(NotPossible, match="erased as one"):
            await undo_merge(tx, done.id, by="acc_1", now=START, random=random)


async def test_the_place_of_somebody_who_was_erased_goes_to_the_next_in_line(database: Database) -> None:
    series = (await made(database, capacity=1, waiting_list=True)).series
    session = await a_session(database, opened=False)
    ids = {}
    for name, status in (("Ana", "approved"), ("Bo", "waiting")):
        person = await a_person(database, session.id, name)
        registration = _registration(session.id, person.id)
        registration.session_id, registration.series_id = None, series.id
        registration.status, ids[name] = status, (person.id, registration.id)
        async with database.write() as tx:
            tx.add(registration)
    async with database.write() as tx:
        await erase(tx, ids["Ana"][0], "", by="acc_1", now=NOW, random=random)
    async with database.read() as tx:
        assert (await tx.get_one(RegistrationRow, ids["Bo"][1])).status == "approved"
