"""Writes the next migration: ``python -m echo_session.store.migrations "Add the county of a person"``.

The tables as the code has them are compared with an empty SQLite database that was brought to the newest
migration. Read what comes out before you commit it, and guard append-only tables again (``store.triggers``).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from echo_session.store.engine import Database, sqlite_url
from echo_session.store.migrate import migrate
from echo_session.store.upgrading import config


async def write_next(message: str) -> None:
    """Writes the file into ``versions``."""
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "empty.db"))
        try:
            await migrate(database)
            async with database.write() as tx:
                await (await tx.connection()).run_sync(_revise, message)
        finally:
            await database.close()


def _revise(connection: Connection, message: str) -> None:
    settings = config(connection)
    head = ScriptDirectory.from_config(settings).get_current_head() or "0000"
    command.revision(settings, message, autogenerate=True, rev_id=f"{int(head) + 1:04}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(write_next(sys.argv[1]))
