"""Takes a file in: reads it in a thread, judges it chunk by chunk, keeps every row with its fate."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path

from echo_session.domain.cells import CellProblem, Row, UnusableFile
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.import_columns import Column, Header, read_header
from echo_session.domain.importing import MAX_ROWS, Candidate, read_row
from echo_session.domain.imports import Import, ImportState
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope
from echo_session.imports.judging import Judge
from echo_session.phones import normal_phone
from echo_session.sheets.reading import read_table
from echo_session.store.engine import Database
from echo_session.store.imports import CHUNK, add_import, add_rows, count_fates, discard, get_import
from echo_session.store.tables import ImportRow


async def stage(
    database: Database,
    file: Path,
    *,
    filename: str,
    scope: Scope | None,
    role: Role,
    by: str,
    now: datetime,
    random: RandomBytes,
) -> Import:
    """Reads and judges a file. Nobody is changed by it.

    Raises:
        UnusableFile: nothing of it can be taken; nothing is kept then.
    """
    with ExitStack() as stack:
        reader = await asyncio.to_thread(_Reader, file, stack)
        made = Import(
            id=new_id(Prefix.IMPORT, random),
            filename=filename,
            scope=scope,
            role=role,
            state=ImportState.STAGING,
            columns=reader.header.read(),
            notes=(*reader.notes, *reader.header.notes()),
            counts={},
            created_by=by,
            created_at=now,
            applied_at=None,
        )
        async with database.write() as tx:
            add_import(tx, made)
        try:
            judge = Judge(made.id, scope, role, reader.header.column(Column.SITE), random)
            while rows := await asyncio.to_thread(reader.next_rows):
                await _keep(database, judge, rows)
            return await finish(database, made.id, judge)
        except BaseException:
            await discard(database, made.id)
            raise


async def _keep(database: Database, judge: Judge, rows: list[Candidate]) -> None:
    async with database.read() as tx:
        judged = await judge.judge(tx, rows)
    async with database.write() as tx:
        await add_rows(tx, judged)


async def finish(database: Database, import_id: str, judge: Judge) -> Import:
    """Every row has its fate: the import may be applied."""
    async with database.read() as tx:
        counts = await count_fates(tx, import_id)
    async with database.write() as tx:
        row = await tx.get_one(ImportRow, import_id)
        row.counts = counts
        row.columns = row.columns | {
            "sites": [[site.id, site.name, site.state, site.county] for site in judge.new_sites]
        }
        row.state = ImportState.STAGED.value
    async with database.read() as tx:
        return await get_import(tx, import_id)


class _Reader:
    """The file while it is read; everything in it runs in a thread."""

    def __init__(self, file: Path, stack: ExitStack) -> None:
        table = stack.enter_context(read_table(file))
        self.notes = table.notes
        self._rows: Iterator[Row] = table.rows
        self.header: Header = read_header(next(self._rows, None))
        self._read = 0

    def next_rows(self) -> list[Candidate]:
        """Some more rows; none at the end. Raises UnusableFile."""
        rows = [read_row(row, self.header, normal_phone) for row in islice(self._rows, CHUNK)]
        if self._read == 0 and not rows:
            allowed = "one row a person, below the header"
            raise UnusableFile(
                [CellProblem(row=None, column="", message="there is nobody in it", allowed=allowed)]
            )
        self._read += len(rows)
        if self._read > MAX_ROWS:
            first = rows[MAX_ROWS - self._read].number
            message = f"there are more than {MAX_ROWS:,} people"
            allowed = f"at most {MAX_ROWS:,} in one file: divide it"
            raise UnusableFile([CellProblem(row=first, column="", message=message, allowed=allowed)])
        return rows
