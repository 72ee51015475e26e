"""Alembic, set up for our tables. Imported only where there is something to upgrade: see ``migrate``."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, TypeDecorator

from echo_session.store.migrate import SCRIPTS, NewerDatabase
from echo_session.store.tables import METADATA


def upgrade(connection: Connection) -> None:
    """Runs the migrations that are missing.

    Raises:
        NewerDatabase: this program does not know the revision that the database is at.
    """
    settings = config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()}
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in known:
        raise NewerDatabase(f"the database is at revision {present!r}, which this version does not know")
    command.upgrade(settings, "head")


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
