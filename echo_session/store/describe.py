"""Writes down what the tables are, from the code that makes them: ``python -m ... docs/schema.md``.

What is said of a table and of a column are the docstrings in the modules of the tables.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint
from sqlalchemy.dialects import sqlite

from echo_session.store import (
    access_tables,
    attendance_tables,
    credit_tables,
    import_tables,
    mail_tables,
    outbox_tables,
    people_tables,
    privacy_tables,
    program_tables,
    session_tables,
)
from echo_session.store.tables import METADATA
from echo_session.store.types import Base, UtcDateTime, WallTime

MODULES = (
    program_tables,
    session_tables,
    people_tables,
    attendance_tables,
    credit_tables,
    import_tables,
    mail_tables,
    outbox_tables,
    access_tables,
    privacy_tables,
)
"""In the order in which somebody would want to read of them."""

COMMAND = "python -m echo_session.store.describe docs/schema.md"

HEAD = f"""# The tables

What is kept, table by table; the same on SQLite and on PostgreSQL. The migrations in
`echo_session/store/migrations/versions` make the tables, at the first start of each version, with the data in
place. This file is written from the code, and a test holds the two together:

    {COMMAND}

- Ids are text: a prefix that says what a thing is, and 128 random bits. They never change.
- Instants are UTC. A wall time is ISO 8601 text without an offset; the zone stands in a column beside it.
- A "key" is case-folded text in the order of its code points, by which lists are in order and things found.
- JSON columns hold what is read and written as a whole.
- `attendance_event` is append-only: triggers refuse to change or delete a row.
- Nothing that attendance, registrations or merges refer to is deleted.
"""


def describe() -> str:
    """The whole text, in Markdown."""
    listed = [f"- [{name}](#{name}): {_first_sentence(table)}" for name, table in _tables()]
    parts = [HEAD, "\n".join(listed) + "\n"]
    for module in MODULES:
        parts.append(f"## {_title(module)}\n")
        parts += [_table(cls) for cls in _classes(module)]
    return "\n".join(parts)


def _tables() -> Iterable[tuple[str, type[Base]]]:
    return [(cls.__tablename__, cls) for module in MODULES for cls in _classes(module)]


def _classes(module: ModuleType) -> list[type[Base]]:
    own = [cls for cls in vars(module).values() if inspect.isclass(cls) and cls.__module__ == module.__name__]
    return [cls for cls in own if issubclass(cls, Base)]


def _title(module: ModuleType) -> str:
    doc = " ".join((module.__doc__ or "").partition("\n\n")[0].split()).rstrip(".")
    plain = re.sub(r"^Tables of ", "", doc)
    return plain[:1].upper() + plain[1:]


def _first_sentence(cls: type[Base]) -> str:
    return re.split(r"(?<=\.)\s", _plain(cls.__doc__))[0]


def _table(cls: type[Base]) -> str:
    table = METADATA.tables[cls.__tablename__]
    notes = _notes(cls)
    lines = [f"### {table.name}\n", f"{_plain(cls.__doc__)}\n", "| column | type | |", "|---|---|---|"]
    lines += [
        f"| {column.name} | {_type(column)} | {_column_words(column, notes.get(column.name, ''))} |"
        for column in table.columns
    ]
    return "\n".join([*lines, "", *_rules(table)])


def _column_words(column: Column[object], note: str) -> str:
    refers = [f"refers to `{key.column.table.name}`" for key in column.foreign_keys]
    words = [*(["primary key"] if column.primary_key else []), *refers]
    return ". ".join(part for part in ("; ".join(words).capitalize(), note) if part).replace("|", "\\|")


def _type(column: Column[object]) -> str:
    kind = column.type
    match kind:
        case UtcDateTime():
            name = "instant"
        case WallTime():
            name = "wall time"
        case _:
            name = kind.compile(dialect=sqlite.dialect()).lower()
            name = re.sub(r"varchar\((\d+)\)", r"text, \1", name)
    if kind._variant_mapping:
        name = "key, 200"
    return f"{name}, or null" if column.nullable else name


def _rules(table: Table) -> list[str]:
    rules = []
    for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
        if isinstance(constraint, UniqueConstraint):
            rules.append(f"- unique: {_names(constraint.columns)}")
        elif isinstance(constraint, CheckConstraint):
            rules.append(f"- check: `{constraint.sqltext}`")
    rules += [
        f"- index: {_names(index.columns)}" for index in sorted(table.indexes, key=lambda one: str(one.name))
    ]
    return [*rules, ""] if rules else []


def _names(columns: Iterable[Column[object]]) -> str:
    return ", ".join(column.name for column in columns)


def _notes(cls: type[Base]) -> dict[str, str]:
    """What the class says below each of its columns."""
    [body] = [node.body for node in ast.parse(inspect.getsource(cls)).body if isinstance(node, ast.ClassDef)]
    found = {}
    for node, following in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match following:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    found[node.target.id] = _plain(text)
    return found


def _plain(text: str | None) -> str:
    return " ".join((text or "").replace("``", "`").split())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Path(sys.argv[1]).write_text(describe(), encoding="utf-8")
