"""Brings the database to the tables of this version, at every start; where it is there, nothing happens."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from echo_session.store.engine import Database
from echo_session.store.errors import StoreError
from echo_session.store.triggers import guarded_tables

SCRIPTS = Path(__file__).parent / "migrations"
_LOCK = 0x6563686F
"""Key of the PostgreSQL advisory lock under which one process at a time migrates."""


class NewerDatabase(StoreError):
    """The database was made by a newer version of the program; start that one, or restore a backup."""


class UnguardedLedger(StoreError):
    """A migration lost the triggers that keep the attendance ledger as it was written."""


async def migrate(database: Database) -> str:
    """Upgrades to the newest tables; gives the name of the revision.

    Raises:
        NewerDatabase: this program does not know the revision that the database is at.
        UnguardedLedger: the ledger can be changed.
    """
    async with database.write() as tx:
        if await (await tx.connection()).run_sync(_present) == newest():
            return await (await tx.connection()).run_sync(_checked)
    async with database.rebuild() as connection:
        return await connection.run_sync(_upgrade)


def newest() -> str:
    """The revision that the program wants: its migrations are numbered, and named by their number."""
    return max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if _present(connection) != newest():
        # Half a second of imports; a control process that is back after a crash has no need of them.
        from echo_session.store.upgrading import upgrade

        upgrade(connection)
    return _checked(connection)


def _checked(connection: Connection) -> str:
    missing = {"attendance_event"} - guarded_tables(connection)
    if missing:
        raise UnguardedLedger(f"no triggers guard {', '.join(sorted(missing))}")
    return newest()


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
