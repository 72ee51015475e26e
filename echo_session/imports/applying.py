"""Does what an import says, and judges its rows anew where the records have changed meanwhile."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.import_columns import HEADERS, Column
from echo_session.domain.importing import Candidate
from echo_session.domain.imports import Import
from echo_session.imports.judging import Judge
from echo_session.imports.staging import finish
from echo_session.store.engine import Database
from echo_session.store.import_apply import Stale, register, step
from echo_session.store.import_ready import abandon, follow_up, prepare
from echo_session.store.imports import CHUNK, get_import, replace_rows
from echo_session.store.tables import ImportedRow

CHANGED = (
    "The records have changed since this file was read, so that some rows would do something else now. Nobody"
    " was changed. The rows have been checked again: look at them, then import."
)


async def apply(
    database: Database,
    import_id: str,
    *,
    by: str,
    send: bool | None = None,
    now: datetime,
    random: RandomBytes,
) -> Import:
    """Does what the rows say, all of it. Those whom it registers are sent their invitation, unless ``send``
    is false; None leaves it at what was said when an unfinished import began.

    Raises:
        NotFound: there is no such import.
        NotPossible: it is done already, there are not enough places, or the records have changed meanwhile;
            then its rows are judged anew, to be looked at again.
    """
    async with database.read() as tx:
        found = await get_import(tx, import_id)
    if not found.unfinished:
        found = await _step(database, import_id, by=by, send=send, now=now, random=random)
    if found.unfinished:
        found = await register(database, import_id, by=by, send=send, now=now, random=random)
    await follow_up(database, import_id, now=now, random=random)
    return found


async def _step(
    database: Database, import_id: str, *, by: str, send: bool | None, now: datetime, random: RandomBytes
) -> Import:
    turn = new_id(Prefix.IMPORT, random)
    owners = await prepare(database, import_id, random, turn=turn)
    try:
        return await step(database, import_id, by=by, send=send, turn=turn, now=now, random=random)
    except Stale as stale:
        await abandon(database, owners)
        await judge_again(database, import_id, random)
        raise NotPossible(CHANGED) from stale
    except BaseException:
        await abandon(database, owners)
        raise


async def judge_again(database: Database, import_id: str, random: RandomBytes) -> Import:
    """Compares the rows with the records as they are now. What was wrong with a row itself stays so."""
    async with database.read() as tx:
        found = await get_import(tx, import_id)
    site_column = found.columns.get(Column.SITE.value, HEADERS[Column.SITE])
    judge = Judge(import_id, found.scope, found.role, site_column, random)
    after = 0
    while True:
        async with database.read() as tx:
            query = select(ImportedRow).where(
                ImportedRow.import_id == import_id, ImportedRow.number > after, ImportedRow.fate != "refused"
            )
            rows = (await tx.scalars(query.order_by(ImportedRow.number).limit(CHUNK))).all()
            judged = await judge.judge(tx, [_candidate(row) for row in rows])
        if not rows:
            return await finish(database, import_id, judge)
        after = rows[-1].number
        async with database.write() as tx:
            await replace_rows(tx, judged)


def _candidate(row: ImportedRow) -> Candidate:
    return Candidate(
        number=row.number,
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
    )
