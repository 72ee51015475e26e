"""Triggers that refuse to change what is written, on SQLite and on PostgreSQL.

A migration that alters such a table on SQLite copies it and so drops its triggers: call ``guard`` again at
the end of it. ``migrate`` looks.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

REFUSAL = "is append-only"
"""Part of the database's error message."""

_CHANGES = ("UPDATE", "DELETE")
_KEYS = (("event_id",), ("session_id", "position"), ("connection_id", "kind", "seq"))
"""What makes a link of the ledger unique."""


def guard(connection: Connection, table: str, *, buried: bool = False) -> None:
    """From now on rows of the table stay as they are and cannot be removed.

    Args:
        buried: rows of a session that has a tombstone can be removed; see ``store.retention``.
    """
    lifted = "EXISTS (SELECT 1 FROM tombstone WHERE session_id = OLD.session_id)" if buried else ""
    if connection.dialect.name == "sqlite":
        for change in _CHANGES:
            unless = f" WHEN NOT {lifted}" if lifted and change == "DELETE" else ""
            connection.execute(
                text(
                    f"CREATE TRIGGER {_name(table, change)} BEFORE {change} ON {table}{unless}"
                    f" BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
                )
            )
        if buried:
            _refuse_replacing(connection, table)
        return
    allowed = f"IF TG_OP = 'DELETE' THEN IF {lifted} THEN RETURN OLD; END IF; END IF;" if lifted else ""
    connection.execute(
        text(
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {allowed} RAISE EXCEPTION '{table} {REFUSAL}'; END $$"
        )
    )
    for change in (*_CHANGES, "TRUNCATE"):
        each = "STATEMENT" if change == "TRUNCATE" else "ROW"
        connection.execute(
            text(
                f"CREATE TRIGGER {_name(table, change)} BEFORE {change} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION {table}_refuse()"
            )
        )


def _refuse_replacing(connection: Connection, table: str) -> None:
    """SQLite's INSERT OR REPLACE takes rows away without any trigger that refuses to delete them."""
    same = " OR ".join(f"({' AND '.join(f'{name} = NEW.{name}' for name in key)})" for key in _KEYS)
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
    connection.execute(
        text(
            f"CREATE TRIGGER {_name(table, 'REPLACE')} BEFORE INSERT ON {table} WHEN {there}"
            f" BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        )
    )


def unguard(connection: Connection, table: str) -> None:
    """Undoes ``guard``, before a migration alters the table."""
    sqlite = connection.dialect.name == "sqlite"
    for change in _CHANGES if sqlite else (*_CHANGES, "TRUNCATE"):
        of_table = "" if sqlite else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(table, change)}{of_table}"))
    if sqlite:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {_name(table, 'REPLACE')}"))
    else:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {table}_refuse()"))


def guarded_tables(connection: Connection) -> set[str]:
    """Tables that refuse both to be changed and to be emptied."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'O'"
        )
    found = {(str(name), str(table)) for name, table in connection.execute(text(query))}
    tables = {table for _, table in found}
    return {table for table in tables if all((_name(table, change), table) in found for change in _CHANGES)}


def _name(table: str, change: str) -> str:
    return f"{table}_no_{change.lower()}"
