"""Imports and their rows, while they wait to be applied and afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from echo_session.domain.cells import CellProblem
from echo_session.domain.errors import NotPossible
from echo_session.domain.imports import Import, ImportedRow, ImportState
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope, ScopeKind
from echo_session.store.engine import Database, Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import AccountRow, ImportRow, ProgramRow, SeriesRow, SiteRow
from echo_session.store.tables import ImportedRow as Row

CHUNK = 250
"""Rows that are written at a time, so that nobody waits long for their turn."""

Place = tuple[datetime, str]


def add_import(tx: Tx, made: Import) -> None:
    """Keeps a new import."""
    tx.add(
        ImportRow(
            id=made.id,
            filename=made.filename,
            program_id=_in(made.scope, ScopeKind.PROGRAM),
            series_id=_in(made.scope, ScopeKind.SERIES),
            role=made.role.value,
            columns={"read": made.columns, "notes": [asdict(note) for note in made.notes], "sites": []},
            state=made.state.value,
            counts=made.counts,
            created_by=made.created_by,
            created_at=made.created_at,
            applied_at=made.applied_at,
        )
    )


async def add_rows(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Adds staged rows, as dictionaries of columns."""
    if rows:
        await tx.execute(insert(Row), list(rows))


async def replace_rows(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Puts rows that were judged anew in the place of the ones before."""
    if rows:
        await tx.execute(update(Row), list(rows))


async def get_import(tx: Tx, import_id: str) -> Import:
    """The import. Raises NotFound, for one that was discarded too."""
    row = await tx.get(ImportRow, import_id)
    if row is None or row.state == ImportState.DISCARDED:
        raise NotFound(f"no import {import_id}")
    return to_import(row)


async def list_imports(tx: Tx, *, limit: int, after: Place | None) -> tuple[list[Import], Place | None]:
    """A page, the newest first, and the place after which the next one begins."""
    query = select(ImportRow).where(ImportRow.state != ImportState.DISCARDED.value)
    if after is not None:
        at, last = after
        query = query.where(
            (ImportRow.created_at < at) | ((ImportRow.created_at == at) & (ImportRow.id < last))
        )
    query = query.order_by(ImportRow.created_at.desc(), ImportRow.id.desc()).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    more = (rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return [to_import(row) for row in rows[:limit]], more


async def names_of(tx: Tx, imports: Collection[Import]) -> dict[str, str]:
    """What these imports are for, and whose they are, by id; an import by a token is nobody's."""
    scopes = {one.scope.id for one in imports if one.scope}
    named = (
        (SeriesRow.id, SeriesRow.title, scopes),
        (ProgramRow.id, ProgramRow.name, scopes),
        (AccountRow.id, AccountRow.name, {one.created_by for one in imports}),
    )
    found: dict[str, str] = {}
    for key, name, ids in named:
        found.update((one, called) for one, called in await tx.execute(select(key, name).where(key.in_(ids))))
    return found


async def list_rows(
    tx: Tx, import_id: str, *, fate: str | None, limit: int, after: int
) -> tuple[list[ImportedRow], int | None]:
    """A page of rows in the order of the file, those of one fate or all."""
    query = select(Row).where(Row.import_id == import_id, Row.number > after)
    if fate is not None:
        query = query.where(Row.fate == fate)
    rows = (await tx.scalars(query.order_by(Row.number).limit(limit + 1))).all()
    return [to_row(row) for row in rows[:limit]], rows[limit - 1].number if len(rows) > limit else None


async def count_fates(tx: Tx, import_id: str) -> dict[str, int]:
    """Rows by fate, and how many are to be registered."""
    fates = await tx.execute(
        select(Row.fate, func.count(), func.count(Row.registration_id))
        .where(Row.import_id == import_id)
        .group_by(Row.fate)
    )
    counts = {"new": 0, "update": 0, "same": 0, "refused": 0, "registered": 0}
    for fate, rows, registered in fates:
        counts[fate] = rows
        counts["registered"] += registered
    return counts


async def site_places(tx: Tx, site_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """State and county of sites."""
    rows = await tx.execute(select(SiteRow.id, SiteRow.state, SiteRow.county).where(SiteRow.id.in_(site_ids)))
    return {row.id: (row.state, row.county) for row in rows}


async def discard(database: Database, import_id: str) -> None:
    """Forgets an import that was not applied, and all its rows. Raises NotFound, NotPossible."""
    async with database.write() as tx:
        row = await tx.get(ImportRow, import_id, with_for_update=True)
        if row is None:
            raise NotFound(f"no import {import_id}")
        if row.state == ImportState.APPLIED:
            raise NotPossible("This import is done already. What it changed stays.")
        row.state = ImportState.DISCARDED.value
    await _delete(database, import_id)


async def _delete(database: Database, import_id: str) -> None:
    """Row by row in short turns, then the import itself."""
    while True:
        async with database.write() as tx:
            numbers = (
                await tx.scalars(select(Row.number).where(Row.import_id == import_id).limit(4 * CHUNK))
            ).all()
            if not numbers:
                await tx.execute(delete(ImportRow).where(ImportRow.id == import_id))
                return
            await tx.execute(
                delete(Row)
                .where(Row.import_id == import_id, Row.number.in_(numbers))
                .execution_options(synchronize_session=False)
            )


def to_import(row: ImportRow) -> Import:
    """The import that the row keeps."""
    scope = None
    if row.series_id is not None:
        scope = Scope(ScopeKind.SERIES, row.series_id)
    elif row.program_id is not None:
        scope = Scope(ScopeKind.PROGRAM, row.program_id)
    return Import(
        id=row.id,
        filename=row.filename,
        scope=scope,
        role=Role(row.role),
        state=ImportState(row.state),
        columns=dict(row.columns["read"]),
        notes=tuple(CellProblem(**note) for note in row.columns["notes"]),
        counts=dict(row.counts),
        created_by=row.created_by,
        created_at=row.created_at,
        applied_at=row.applied_at,
        unfinished=bool(row.columns.get("unfinished")),
        send=row.columns.get("send"),
    )


def to_row(row: Row) -> ImportedRow:
    """The row of the file that the record keeps."""
    return ImportedRow(
        number=row.number,
        fate=row.fate,
        told=row.told,
        person_id=row.person_id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        profession=row.profession,
        credentials=row.credentials,
        site=row.site,
        state=row.state,
        county=row.county,
        zone=row.zone,
        role=row.role,
        problems=tuple(CellProblem(row=row.number, **problem) for problem in row.problems),
    )


def _in(scope: Scope | None, kind: ScopeKind) -> str | None:
    return scope.id if scope is not None and scope.kind is kind else None
