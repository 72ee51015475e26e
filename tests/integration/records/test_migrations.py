"""The migrations make exactly the tables, and the ledger's guards."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from echo_session.store.engine import Database, sqlite_url
from echo_session.store.migrate import NewerDatabase, migrate, newest
from echo_session.store.tables import METADATA
from echo_session.store.triggers import REFUSAL, guarded_tables
from echo_session.store.upgrading import config
from tests.database import Cluster
from tests.integration.records.people import a_session, a_visitor, joins


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_the_migrations_make_the_tables_that_the_code_expects(database: Database) -> None:
    async with database.read() as tx:
        assert await (await tx.connection()).run_sync(differences) == []


async def test_migrating_twice_is_migrating_once(database: Database) -> None:
    assert await migrate(database) == await migrate(database)


def test_the_newest_migration_is_found_by_its_number() -> None:
    assert newest() == ScriptDirectory.from_config(config()).get_current_head()


def test_a_start_with_nothing_to_upgrade_does_without_alembic() -> None:
    code = "import echo_session.app, sys; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_an_empty_database_is_brought_to_the_newest_tables(tmp_path: Path, postgres: Cluster) -> None:
    for address in (sqlite_url(tmp_path / "empty.db"), postgres.new(migrated=False)):
        database = Database(address)
        await migrate(database)
        async with database.read() as tx:
            assert await (await tx.connection()).run_sync(guarded_tables) == {"attendance_event"}
        await database.close()


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        await migrate(database)


@pytest.mark.parametrize(
    "statement", ["UPDATE attendance_event SET reason = 'was here longer'", "DELETE FROM attendance_event"]
)
async def test_what_the_ledger_holds_can_be_neither_changed_nor_deleted(
    database: Database, statement: str
) -> None:
    session = await a_session(database)
    await joins(database, await a_visitor(database, session.id), datetime(2026, 11, 21, 16, tzinfo=UTC))
    with pytest.raises(DBAPIError, match=REFUSAL):
        async with database.write() as tx:
            await tx.execute(text(statement))
