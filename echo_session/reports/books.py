"""The tables of a report as one file: CSV, an Excel workbook, or JSON. Rows go out as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from io import TextIOWrapper
from typing import IO, Any, Literal, Protocol

from echo_session.reports.tables import Cell, Row, Table, as_json, as_text, as_value
from echo_session.sheets.workbook import Workbook
from echo_session.sheets.writing import CsvWriter

Format = Literal["csv", "xlsx", "json"]


class Book(Protocol):
    """Takes the rows of its tables, one table after the other; ``close`` ends the file and leaves it open.

    One that is not to be closed is given up by ``discard``.
    """

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Writes rows of a table. Once another has begun, a table takes no more."""

    def close(self) -> None:
        """Writes what is left."""

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""


class CsvBook:
    """One of the tables; the others are passed over."""

    def __init__(self, file: IO[bytes], table: Table) -> None:
        self._table = table
        self._writer = CsvWriter(file)
        self._writer.add([[column.title for column in table.columns]])

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Writes rows."""
        if table.key == self._table.key:
            kinds = [column.kind for column in table.columns]
            self._writer.add(
                [as_text(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows
            )

    def close(self) -> None:
        """Writes what is left."""
        self._writer.close()

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""
        self._writer.discard()


class XlsxBook:
    """A sheet for each table."""

    def __init__(self, file: IO[bytes], tables: Sequence[Table]) -> None:
        self._book = Workbook(file, [table.title for table in tables])
        for table in tables:
            columns = table.columns
            self._book.head(table.title, [one.title for one in columns], [one.width for one in columns])

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Writes rows."""
        kinds = [column.kind for column in table.columns]
        values = ([as_value(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows)
        self._book.add(table.title, values)

    def close(self) -> None:
        """Writes what is left."""
        self._book.close()

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""
        self._book.discard()


class JsonBook:
    """One object: what the report is about, then a list for each table that rows came of."""

    def __init__(self, file: IO[bytes], about: Mapping[str, Any]) -> None:
        self._text = TextIOWrapper(file, "utf-8", newline="\n", write_through=True)
        head = json.dumps(dict(about), ensure_ascii=False)
        self._said = set(about)
        self._text.write(head[:-1])
        self._table: Table | None = None
        self._first = True

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Writes rows."""
        if self._table is None or self._table.key != table.key:
            self._end()
            self._text.write(f',\n"{table.key}": [')
            self._said.add(table.key)
            self._table, self._first = table, True
        for row in rows:
            self._text.write(("\n" if self._first else ",\n") + _object(table, row))
            self._first = False

    def say(self, values: Mapping[str, Any]) -> None:
        """Further things beside the tables; those of them that were said before are left out."""
        self._end()
        self._table = None
        for key, value in values.items():
            if key not in self._said:
                self._text.write(f",\n{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
                self._said.add(key)

    def close(self) -> None:
        """Writes what is left."""
        self._end()
        self._text.write("}\n")
        self._text.flush()
        self._text.detach()

    def discard(self) -> None:
        """Leaves nothing behind but what was written."""

    def _end(self) -> None:
        if self._table is not None:
            self._text.write("\n]")


def _object(table: Table, row: Sequence[Cell]) -> str:
    pairs = zip(table.columns, row, strict=True)
    return json.dumps({column.key: as_json(cell, column.kind) for column, cell in pairs}, ensure_ascii=False)
