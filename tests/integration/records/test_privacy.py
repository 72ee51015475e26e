"""Forgetting people, and removing a session's attendance by the one way that there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from echo_session.domain.erasing import CREDIT_FLOOR, ERASED, Retention, scrubbed
from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, new_id
from echo_session.domain.ledger import verify
from echo_session.store.commands import close_session
from echo_session.store.engine import Database, Tx
from echo_session.store.erasures import erase, identities
from echo_session.store.ledger import chain
from echo_session.store.retention import list_removals, remove_attendance, retain
from echo_session.store.tables import (
    METADATA,
    AttendanceEventRow,
    AuditRow,
    CertificateRow,
    PersonContactRow,
    PersonRow,
    RegistrationRow,
    SessionRow,
    TombstoneRow,
)
from tests.integration.records.people import START, a_session, a_visitor, joins, leaves, random

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
YEARS = Retention(attendance=400 * DAY, devices=30 * DAY, answers=30 * DAY, audit=30 * DAY)
NAME = "Dr. Ana Ortiz"
SECRETS = ("ortiz", "505-555-0142", "md-77123")


async def a_closed_session(database: Database, name: str = NAME) -> tuple[str, str]:
    """Ids of a session that is over, and of the one who was there, who had said much of themselves."""
    session = await a_session(database)
    came = await joins(database, await a_visitor(database, session.id, name), START)
    presence = await leaves(database, came, START + 50 * MINUTE)
    async with database.write() as tx:
        contact = {"id": new_id(Prefix.CONTACT, random), "person_id": presence.person_id}
        await tx.execute(
            insert(PersonContactRow).values(**contact, kind="phone", value="505-555-0142", label="")
        )
        tx.add(_registration(session.id, presence.person_id))
        await close_session(tx, session.id, now=START + 60 * MINUTE, random=random)
    return session.id, presence.person_id


def _registration(session_id: str, person_id: str) -> RegistrationRow:
    return RegistrationRow(
        id=new_id(Prefix.REGISTRATION, random),
        session_id=session_id,
        person_id=person_id,
        role="participant",
        status="approved",
        source="public",
        answers=[{"id": "q", "label": "Licence", "value": {"state": "New Mexico", "number": "MD-77123"}}],
        consents=[],
        epoch=1,
        queued_at=START,
        decided_at=START,
        decided_by="",
        removed_at=None,
        created_at=START,
        revision=1,
    )


def _certificate(session_id: str, person_id: str) -> CertificateRow:
    return CertificateRow(
        id=new_id(Prefix.CERTIFICATE, random),
        code="TEST-CODE",
        kind="attendance",
        person_id=person_id,
        session_id=session_id,
        series_id=None,
        seconds=3000,
        said={"name": NAME, "title": "Pediatric asthma ECHO"},
        issued_at=START + 61 * MINUTE,
        revoked_at=None,
        revoked_by="",
        revoke_reason="",
        replaced_by=None,
    )


async def everything(tx: Tx, *, but: str = "") -> str:
    """All rows of all tables but one, as text."""
    found = []
    for table in METADATA.sorted_tables:
        if table.name != but:
            found += [f"{table.name}: {tuple(row)}" for row in await tx.execute(table.select())]
    return "\n".join(found).casefold()


async def test_who_is_erased_stands_nowhere_and_the_ledger_still_verifies(database: Database) -> None:
    session_id, person_id = await a_closed_session(database)
    async with database.read() as tx:
        before = await everything(tx)
    assert [secret for secret in SECRETS if secret not in before] == [], "it looks for what is not there"
    async with database.write() as tx:
        erasure = await erase(tx, person_id, "asked by letter", by="acc_1", now=START + DAY, random=random)
    assert (erasure.state, erasure.credit_until) == ("done", None)
    async with database.read() as tx:
        after = await everything(tx)
        assert [line for line in after.splitlines() if any(secret in line for secret in SECRETS)] == []
        links = await chain(tx, session_id)
        assert {link.person_id for link in links} == {person_id}
        session = await tx.get_one(SessionRow, session_id)
        assert verify(session_id, links, head=session.ledger_head) == len(links) >= 2
        registration = (await tx.scalars(select(RegistrationRow))).one()
        assert (registration.status, registration.epoch) == ("withdrawn", 2)


async def test_credit_keeps_who_somebody_was_apart_for_six_years(database: Database) -> None:
    session_id, person_id = await a_closed_session(database)
    async with database.write() as tx:
        tx.add(_certificate(session_id, person_id))
    async with database.write() as tx:
        erasure = await erase(tx, person_id, "", by="acc_1", now=START + DAY, random=random)
    ends = START + 60 * MINUTE
    assert (erasure.state, erasure.credit_until) == ("hidden", ends + CREDIT_FLOOR)
    async with database.read() as tx:
        assert "ortiz" not in await everything(tx, but="erasure")
        assert (await tx.get_one(PersonRow, person_id)).name == ERASED
        assert (await identities(tx, [person_id]))[person_id].name == NAME
    long_ago = Retention(attendance=DAY, devices=DAY, answers=DAY, audit=36500 * DAY)
    assert (await retain(database, long_ago, now=ends + CREDIT_FLOOR - DAY, random=random))[
        "sessions' attendance"
    ] == 0, "credit is kept for six years whatever the settings say"
    done = await retain(database, long_ago, now=ends + CREDIT_FLOOR + DAY, random=random)
    assert (done["sessions' attendance"], done["erased people"]) == (1, 1)
    async with database.read() as tx:
        assert "ortiz" not in await everything(tx)
        assert await identities(tx, [person_id]) == {}


async def test_nobody_is_erased_twice_or_while_they_are_here(database: Database) -> None:
    session = await a_session(database)
    here = await joins(database, await a_visitor(database, session.id), START)
    async with database.write() as tx:
        with pytest.raises(NotPossible, match="in a session now"):
            await erase(tx, here.person_id, "", by="acc_1", now=START, random=random)
    _, person_id = await a_closed_session(database, "Bo Chee")
    async with database.write() as tx:
        await erase(tx, person_id, "", by="acc_1", now=START, random=random)
        with pytest.raises(NotPossible, match="erased already"):
            await erase(tx, person_id, "", by="acc_1", now=START, random=random)


async def test_old_attendance_goes_as_a_whole_and_leaves_a_tombstone(database: Database) -> None:
    session_id, _ = await a_closed_session(database)
    kept_id, _ = await a_closed_session(database, "Bo Chee")
    async with database.read() as tx:
        head = (await tx.get_one(SessionRow, session_id)).ledger_head
    async with database.write() as tx:
        removal = await remove_attendance(
            tx, session_id, by="acc_1", reason="by mistake", now=START + DAY, random=random
        )
        assert (removal.head, removal.people, removal.links) == (head, 1, 2)
    async with database.read() as tx:
        assert await chain(tx, session_id) == []
        assert len(await chain(tx, kept_id)) == 2
        assert [(one.session_id, one.reason) for one in (await list_removals(tx, limit=10))[0]] == [
            (session_id, "by mistake")
        ]
        audited = await tx.scalars(select(AuditRow.subject).where(AuditRow.action == "attendance.removed"))
        assert list(audited) == [session_id]


@pytest.mark.parametrize("statement", ["DELETE FROM attendance_event", "UPDATE attendance_event SET seq = 9"])
async def test_a_tombstone_of_one_session_uncovers_no_other(database: Database, statement: str) -> None:
    session_id, _ = await a_closed_session(database)
    other_id, _ = await a_closed_session(database, "Bo Chee")
    async with database.write() as tx:
        tx.add(_tombstone(session_id))
    for which in (other_id, session_id) if statement.startswith("UPDATE") else (other_id,):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as tx:
                await tx.execute(text(f"{statement} WHERE session_id = :one"), {"one": which})
    async with database.write() as tx:
        await tx.execute(delete(AttendanceEventRow).where(AttendanceEventRow.session_id == session_id))
        assert await tx.scalar(select(func.count()).select_from(AttendanceEventRow)) == 2


def _tombstone(session_id: str) -> TombstoneRow:
    return TombstoneRow(
        session_id=session_id,
        links=2,
        head="",
        first_at=None,
        last_at=None,
        people=1,
        removed_at=START,
        by="",
        reason="",
    )


async def test_each_class_goes_in_its_time(database: Database) -> None:
    await a_closed_session(database)
    start = START + 60 * MINUTE
    early = await retain(database, YEARS, now=start + 29 * DAY, random=random)
    assert set(early.values()) == {0}
    later = await retain(database, YEARS, now=start + 31 * DAY, random=random)
    assert (later["devices"], later["answers"], later["sessions' attendance"]) == (1, 1, 0)
    last = await retain(database, YEARS, now=start + 401 * DAY, random=random)
    assert last["sessions' attendance"] == 1
    assert set((await retain(database, YEARS, now=start + 402 * DAY, random=random)).values()) == {0}


SITE = {"id": "site_1", "name": "Taos"}


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            {"person": {"id": "per_1", "name": "Ana", "email": "a@x"}},
            {"person": {"id": "per_1", "name": ERASED, "email": ""}},
        ),
        ([{"person_id": "per_2", "name": "Ana"}], [{"person_id": "per_2", "name": "Ana"}]),
        ([{"person_id": "per_2", "shared_with": "Ana"}], [{"person_id": "per_2", "shared_with": ERASED}]),
        ({"id": "per_1", "site": SITE}, {"id": "per_1", "site": SITE}),
    ],
)
def test_what_was_told_loses_names_and_nothing_else(said: Any, left: Any) -> None:
    assert scrubbed(said, {"per_1"}, "Ana") == left


def test_what_names_nobody_is_the_same_object() -> None:
    said = {"people": [{"person_id": "per_2", "name": "Bo"}], "session": {"id": "ses_1"}}
    assert scrubbed(said, {"per_1"}, "Ana") is said
