"""How a database would go about a statement, and what in that grows with a table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from echo_session.store.engine import Database

Statement = tuple[str, Any]

STEADY = frozenset({"account", "alembic_version", "api_token", "fact", "notice", "webhook_endpoint"})
"""Tables that stay small, whatever a hub does."""

FEW = frozenset({"ix_registration_pending"})
"""Indexes of few rows of a table: reading one as a whole is what it is for."""


@contextmanager
def recorded(database: Database) -> Iterator[list[Statement]]:
    """Every SELECT, UPDATE and DELETE of this process meanwhile, as it was sent."""
    found: list[Statement] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement):
            found.append((statement, parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def growing_steps(connection: Connection, statement: Statement) -> list[str]:
    """The steps of the plan that read all of a table that grows."""
    if connection.dialect.name == "sqlite":
        return _of_sqlite(connection, statement)
    return _of_postgresql(connection, statement)


def _of_sqlite(connection: Connection, statement: Statement) -> list[str]:
    """A list that goes by an index in its order and stops at its limit grows with the page only."""
    text, parameters = statement
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters).all()
    sorts = any("TEMP B-TREE FOR ORDER BY" in row[3] for row in plan)
    stops = re.search(r"LIMIT \?( OFFSET \?)?\s*$", text) is not None and not sorts
    names = _names_of(connection)
    found = []
    for row in plan:
        scan = re.match(r"SCAN (\w+)(.*)", row[3])
        if scan and scan[1] in names and scan[1] not in STEADY and not any(few in scan[2] for few in FEW):
            by_index = "USING" in scan[2]
            if not (by_index and stops):
                found.append(row[3])
    return found


def _of_postgresql(connection: Connection, statement: Statement) -> list[str]:
    """With sequential scans forbidden, one that is left has no index that would serve."""
    text, parameters = statement
    plan: Any = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}", parameters).scalar_one()
    root = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return list(_whole_reads(root, stops=False))


def _whole_reads(node: dict[str, Any], *, stops: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name")
    stops = (stops or kind == "Limit") and kind not in ("Sort", "Aggregate", "Hash", "Hash Join")
    if (
        table
        and table not in STEADY
        and not any(one.get("Index Name") in FEW for one in (node, *_leaves(node)))
    ):
        unbounded = "Index Cond" not in node and not stops
        if kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and unbounded):
            yield f"{kind} on {table} {node.get('Filter', '')}"
        if kind == "Bitmap Heap Scan" and not all("Index Cond" in one for one in _leaves(node)):
            yield f"{kind} on {table} {node.get('Filter', '')}"
    for child in node.get("Plans", ()):
        yield from _whole_reads(child, stops=stops)


def _leaves(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    below = node.get("Plans", ())
    if not below:
        yield node
    for child in below:
        yield from _leaves(child)


def _names_of(connection: Connection) -> set[str]:
    rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {str(name) for (name,) in rows}
