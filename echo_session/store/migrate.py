"""Brings the database to the tables of this version, at every start; where it is there, nothing happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, TypeDecorator, text

from echo_session.store.engine import Database
from echo_session.store.errors import StoreError
from echo_session.store.tables import METADATA
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
        return await (await tx.connection()).run_sync(_upgrade)


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made here so that no file needs to be found at run time."""
    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def options() -> dict[str, Any]:
    """How our tables are compared and changed; SQLite changes a table by copying it (batch mode)."""
    return {
        "target_metadata": METADATA,
        "render_as_batch": True,
        "compare_type": True,
        "render_item": _render_type,
    }


def _render_type(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name the database's own types, so that they stay true when ours change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    settings = config(connection)
    known = ScriptDirectory.from_config(settings)
    head = known.get_current_head() or ""
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {script.revision for script in known.walk_revisions()}:
        raise NewerDatabase(f"the database is at revision {present!r}, which this version does not know")
    if present != head:
        command.upgrade(settings, "head")
    missing = {"attendance_event"} - guarded_tables(connection)
    if missing:
        raise UnguardedLedger(f"no triggers guard {', '.join(sorted(missing))}")
    return head
