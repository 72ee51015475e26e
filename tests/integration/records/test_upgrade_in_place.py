"""A database of the first version, with people and sessions in it, goes on with what it holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from echo_session.domain.people import RegistrationStatus, Source
from echo_session.store.engine import Database, sqlite_url
from echo_session.store.errors import BrokenReference
from echo_session.store.migrate import migrate
from echo_session.store.people_records import PeopleFilter, list_people
from echo_session.store.registrations import list_registrations
from echo_session.store.sessions import get_session
from echo_session.store.triggers import REFUSAL, guarded_tables
from echo_session.store.upgrading import config
from tests.database import Cluster

AT = "2026-11-20 16:00:00+00:00"
HASH = "0" * 64
ROWS = (
    "INSERT INTO site (id, name) VALUES ('sit_1', 'Taos Clinic'), ('sit_2', 'Nobody''s School')",
    "INSERT INTO person (id, name, email, profession, credentials, site_id, matched, created_at) VALUES"
    f" ('per_1', 'Dr. Élodie STRASSE', 'elodie@taos.example', '', '', 'sit_1', TRUE, '{AT}'),"
    f" ('per_2', 'Visitor', 'visitor@x.example', '', '', 'sit_2', FALSE, '{AT}')",
    "INSERT INTO session (id, kind, room_id, title, description, contact, zone, starts_local, starts_at,"
    " duration_minutes, lead_minutes, overrun_minutes, extended_minutes, status, lobby, public_epoch,"
    " public_link_on, created_at, revision, event_seq, ledger_seq, ledger_head) VALUES"
    " ('ses_1', 'session', 'room_1', 'Asthma ECHO', '', '', 'America/Denver', '2026-11-20T09:00:00',"
    f" '{AT}', 60, 15, 15, 0, 'closed', TRUE, 1, TRUE, '{AT}', 3, 0, 1, '{HASH}')",
    f"INSERT INTO registration VALUES ('reg_1', 'ses_1', 'per_1', 'facilitator', 2, NULL, '{AT}')",
    "INSERT INTO due_work (id, session_id, action, occurrence, due_at, state, lease_epoch, outcome)"
    f" VALUES ('due_1', 'ses_1', 'open_room', 1, '{AT}', 'done', 1, 'opened')",
    "INSERT INTO presence (connection_id, session_id, person_id, registration_id, role, name, site,"
    " profession, device, secret_hash, incarnation, spell, attending, state, entered_at, boot_id) VALUES"
    f" ('con_1', 'ses_1', 'per_1', 'reg_1', 'facilitator', 'E', '', '', '', '{HASH}', 'n', 1, FALSE, 'left',"
    f" '{AT}', 'b')",
    "INSERT INTO attendance_event VALUES ('att_1', 'ses_1', 1, 'per_1', 'con_1', 2, 'n', 'b', 1, 'joined',"
    f" '{AT}', 1, 'transport', '', '', '', '{HASH}')",
)


@pytest.fixture(params=["sqlite", "postgresql"])
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database at the first revision, filled."""
    if request.param == "sqlite":
        address = sqlite_url(tmp_path / "old.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        address = cluster.new(migrated=False)
    database = Database(address)
    async with database.write() as tx:
        await (await tx.connection()).run_sync(_first_tables)
        for statement in ROWS:
            await tx.execute(text(statement.replace("+00:00", "") if database.is_sqlite else statement))
    yield database
    await database.close()


def _first_tables(connection: Connection) -> None:
    command.upgrade(config(connection), "0001")


async def rows(database: Database, query: str) -> list[dict[str, Any]]:
    async with database.read() as tx:
        return [dict(row) for row in (await tx.execute(text(query))).mappings()]


async def test_what_there_was_is_read_as_what_it_has_become(old: Database) -> None:
    assert await migrate(old) == "0003"
    async with old.read() as tx:
        session = await get_session(tx, "ses_1")
        (registration,) = await list_registrations(tx, "ses_1")
    assert (session.uid, session.sequence, session.changed_by_hand) == ("ses_1@echo-session", 0, ())
    assert (session.program_id, session.moved_forward, session.finalised_at) == (None, False, None)
    assert registration.status is RegistrationStatus.APPROVED
    assert registration.source is Source.INVITED
    assert registration.epoch == 2, "links that were sent stay good"
    assert registration.queued_at == registration.created_at
    assert (registration.answers, registration.consents) == ((), ())
    assert (registration.person.zone, registration.person.merged_into) == ("", None)
    (due,) = await rows(old, "SELECT state, detail FROM due_work")
    assert due == {"state": "done", "detail": 0}


async def test_what_there_was_is_found_and_put_in_order(old: Database) -> None:
    await migrate(old)
    people = await rows(old, "SELECT id, sort_name FROM person ORDER BY sort_name")
    assert people == [
        {"id": "per_1", "sort_name": "dr. élodie strasse"},
        {"id": "per_2", "sort_name": "visitor"},
    ]
    sites = await rows(old, "SELECT name, confirmed, revision FROM site ORDER BY name")
    assert [(site["name"], bool(site["confirmed"])) for site in sites] == [
        ("Nobody's School", False),
        ("Taos Clinic", True),
    ]
    words = await rows(old, "SELECT word FROM search_word WHERE kind = 'person' ORDER BY word")
    assert {row["word"] for row in words} == {"dr", "elodie", "example", "strasse", "taos", "visitor", "x"}
    async with old.read() as tx:
        page, _ = await list_people(tx, PeopleFilter(search="visit", matched=False), limit=10)
    assert [record.person.id for record in page] == ["per_2"], "who has yet to be looked at is looked for"
    words = await rows(old, "SELECT word FROM search_word WHERE kind = 'session' ORDER BY word")
    assert [row["word"] for row in words] == ["asthma", "echo"]


def _upgrade_to(connection: Connection, revision: str) -> None:
    command.upgrade(config(connection), revision)


async def test_after_every_migration_the_ledger_refuses_to_be_changed(old: Database) -> None:
    revisions = [one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()]
    refused = ["UPDATE attendance_event SET reason = 'longer'", "DELETE FROM attendance_event"]
    if not old.is_sqlite:
        refused.append("TRUNCATE attendance_event")
    for revision in sorted(revisions):
        async with old.rebuild() as connection:
            await connection.run_sync(_upgrade_to, revision)
        for statement in refused:
            with pytest.raises(DBAPIError, match=REFUSAL):
                async with old.write() as tx:
                    await tx.execute(text(statement))
    if old.is_sqlite:
        with pytest.raises(DBAPIError, match=REFUSAL):
            async with old.write() as tx:
                await tx.execute(
                    text("INSERT OR REPLACE INTO attendance_event SELECT * FROM attendance_event")
                )
    [link] = await rows(old, "SELECT event_id, reason, detail FROM attendance_event")
    assert link == {"event_id": "att_1", "reason": "", "detail": ""}


async def test_the_ledger_keeps_its_guards_and_everything_its_references(old: Database) -> None:
    await migrate(old)
    async with old.read() as tx:
        connection = await tx.connection()
        assert await connection.run_sync(guarded_tables) == {"attendance_event"}
    with pytest.raises(DBAPIError, match=REFUSAL):
        async with old.write() as tx:
            await tx.execute(text("UPDATE attendance_event SET reason = 'longer'"))
    for statement in (
        "DELETE FROM session WHERE id = 'ses_1'",
        "UPDATE registration SET series_id = 'srs_1', session_id = NULL",
        "UPDATE registration SET session_id = NULL",
        "UPDATE registration SET role = 'king'",
        "UPDATE session SET status = 'dreamt'",
        "UPDATE due_work SET state = 'lost'",
    ):
        with pytest.raises(DBAPIError, match=r"(?i)constraint"):
            async with old.write() as tx:
                await tx.execute(text(statement))


async def test_an_upgrade_that_would_break_a_reference_is_not_kept(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "broken.db"))
    await migrate(database)
    with pytest.raises(BrokenReference, match="registration"):
        async with database.rebuild() as connection:
            await connection.execute(
                text(
                    "INSERT INTO registration (id, session_id, person_id, role, status, source, answers,"
                    " consents, epoch, queued_at, decided_by, created_at, revision) VALUES ('reg_1', 'gone',"
                    f" 'gone', 'observer', 'approved', 'invited', '[]', '[]', 1, '{AT}', '', '{AT}', 1)"
                )
            )
    assert await rows(database, "SELECT id FROM registration") == []
    async with database.read() as tx:
        assert await tx.scalar(text("PRAGMA foreign_keys")) == 1
    await database.close()
