"""Programs: reading, listing, making, changing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from echo_session.domain import consents, event_types, programs, questions
from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import RandomBytes
from echo_session.domain.programs import Program, ProgramDraft
from echo_session.domain.registering import Approval
from echo_session.domain.slugs import numbered, slug_of
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict, NotFound
from echo_session.store.replan import plan_program
from echo_session.store.search import index_words, matching
from echo_session.store.tables import ProgramRow, SeriesRow
from echo_session.store.tell import tell_program

Place = tuple[str, str]
"""Sort name and id of the last one of a page."""

_NAMING = 0x736C7567
"""Key of the PostgreSQL advisory lock under which pages get their names."""

_SAME = ("id", "slug", "name", "summary", "contact", "zone", "public", "capacity", "waiting_list")


async def get_program(tx: Tx, program_id: str, *, lock: bool = False) -> Program:
    """Raises NotFound. ``lock``: nobody else changes it until the unit of work ends."""
    row = await _lock(tx, program_id) if lock else await tx.get(ProgramRow, program_id)
    if row is None:
        raise NotFound(f"no program {program_id}")
    return to_program(row)


async def find_program(tx: Tx, slug: str) -> Program | None:
    """The program whose public page has this name."""
    row = await tx.scalar(select(ProgramRow).where(ProgramRow.slug == slug))
    return None if row is None else to_program(row)


async def program_names(tx: Tx, program_ids: Collection[str | None]) -> dict[str, str]:
    """Names by id."""
    query = select(ProgramRow.id, ProgramRow.name).where(ProgramRow.id.in_(set(program_ids) - {None}))
    return {row.id: row.name for row in await tx.execute(query)}


async def list_programs(
    tx: Tx, *, search: str = "", archived: bool = False, limit: int, after: Place | None = None
) -> tuple[list[Program], Place | None]:
    """A page of programs in the order of their names, and where the next page goes on."""
    query = select(ProgramRow).where(
        ProgramRow.archived_at.is_not(None) if archived else ProgramRow.archived_at.is_(None)
    )
    if search:
        query = query.where(await matching(tx, "program", search, ProgramRow.id))
    if after is not None:
        query = query.where(after_place(ProgramRow.sort_name, ProgramRow.id, after))
    query = query.order_by(ProgramRow.sort_name, ProgramRow.id).limit(limit + 1)
    rows = (await tx.scalars(query)).all()
    page = rows[:limit]
    more = (page[-1].sort_name, page[-1].id) if len(rows) > limit else None
    return [to_program(row) for row in page], more


async def count_series(tx: Tx, program_ids: Collection[str]) -> dict[str, int]:
    """How many series each has."""
    query = (
        select(SeriesRow.program_id, func.count().label("series"))
        .where(SeriesRow.program_id.in_(program_ids))
        .group_by(SeriesRow.program_id)
    )
    return {row.program_id: row.series for row in await tx.execute(query)}


async def create_program(tx: Tx, draft: ProgramDraft, *, now: datetime, random: RandomBytes) -> Program:
    """A new program. Raises InvalidFields."""
    if draft.slug:
        await _refuse_taken(tx, draft.slug)
    slug = draft.slug or await free_slug(tx, ProgramRow.slug, slug_of(draft.name, "program"))
    program = programs.create(draft, slug=slug, now=now, random=random)
    row = ProgramRow()
    _keep(row, program)
    tx.add(row)
    await tx.flush()
    await _index(tx, program)
    await tell_program(tx, event_types.PROGRAM_CREATED, program, None, now=now, random=random)
    return program


async def change_program(
    tx: Tx,
    program_id: str,
    wanted: ProgramDraft,
    *,
    revision: int | None,
    now: datetime,
    random: RandomBytes,
) -> Program:
    """The changed program; where it reminds at other times, its sessions' reminders move.

    Args:
        revision: what the asker took the program for; None asks for no check.

    Raises:
        NotFound, Conflict, InvalidFields.
    """
    row = await _lock(tx, program_id)
    if revision is not None and revision != row.revision:
        raise Conflict(f"the program is at revision {row.revision}, not {revision}; read it again")
    before = to_program(row)
    program = programs.change(before, wanted, random=random)
    if program is before:
        return before
    if program.slug != before.slug:
        await _refuse_taken(tx, program.slug)
    _keep(row, program)
    await tx.flush()
    await _index(tx, program)
    if program.reminders != before.reminders:
        await plan_program(tx, program_id, now=now, random=random)
    await tell_program(tx, event_types.PROGRAM_UPDATED, program, before, now=now, random=random)
    return program


async def archive_program(tx: Tx, program_id: str, *, now: datetime, random: RandomBytes) -> Program:
    """Puts a program away. Raises NotFound."""
    row = await _lock(tx, program_id)
    before = to_program(row)
    after = programs.archive(before, now=now)
    return await _settle(tx, row, event_types.PROGRAM_ARCHIVED, before, after, now=now, random=random)


async def restore_program(tx: Tx, program_id: str, *, now: datetime, random: RandomBytes) -> Program:
    """Takes a program out again. Raises NotFound."""
    row = await _lock(tx, program_id)
    before = to_program(row)
    after = programs.restore(before)
    return await _settle(tx, row, event_types.PROGRAM_RESTORED, before, after, now=now, random=random)


async def free_slug(tx: Tx, column: InstrumentedAttribute[str], wanted: str) -> str:
    """The wanted name of a page, or the first of ``wanted-2``, ``wanted-3`` and so on that is free."""
    await _in_turn(tx)
    taken = set(await tx.scalars(select(column).where(column >= wanted[:40], column < wanted[:40] + "~")))
    return next(
        slug for number in range(1, len(taken) + 2) if (slug := numbered(wanted, number)) not in taken
    )


def after_place(
    key: InstrumentedAttribute[str], row_id: InstrumentedAttribute[str], place: Place
) -> ColumnElement[bool]:
    """Rows that come after the place, in the order of key and id."""
    return tuple_(key, row_id) > tuple_(*place)


def to_program(row: ProgramRow) -> Program:
    """The program that the row keeps."""
    return Program(
        **{name: getattr(row, name) for name in _SAME},
        approval=Approval(row.approval),
        reminders=tuple(row.reminders),
        questions=tuple(questions.from_json(question) for question in row.questions),
        consents=tuple(consents.from_json(consent) for consent in row.consents),
        archived_at=row.archived_at,
        created_at=row.created_at,
        revision=row.revision,
    )


def _keep(row: ProgramRow, program: Program) -> None:
    values: dict[str, Any] = {name: getattr(program, name) for name in _SAME} | {
        "sort_name": sort_key(program.name),
        "approval": program.approval.value,
        "reminders": list(program.reminders),
        "questions": [questions.to_json(question) for question in program.questions],
        "consents": [consents.to_json(consent) for consent in program.consents],
        "archived_at": program.archived_at,
        "created_at": program.created_at,
        "revision": program.revision,
    }
    for name, value in values.items():
        setattr(row, name, value)


async def _settle(
    tx: Tx,
    row: ProgramRow,
    event_type: str,
    before: Program,
    after: Program,
    *,
    now: datetime,
    random: RandomBytes,
) -> Program:
    if after != before:
        _keep(row, after)
        await tx.flush()
        await tell_program(tx, event_type, after, before, now=now, random=random)
    return after


async def _lock(tx: Tx, program_id: str) -> ProgramRow:
    query = select(ProgramRow).where(ProgramRow.id == program_id).with_for_update(key_share=True)
    row = await tx.scalar(query, execution_options={"populate_existing": True})
    if row is None:
        raise NotFound(f"no program {program_id}")
    return row


async def _in_turn(tx: Tx) -> None:
    """Until the unit of work ends nobody else gives a page its name; on SQLite nobody can anyway."""
    if (await tx.connection()).dialect.name == "postgresql":
        await tx.execute(select(func.pg_advisory_xact_lock(_NAMING)))


async def _refuse_taken(tx: Tx, slug: str) -> None:
    await _in_turn(tx)
    if await tx.scalar(select(ProgramRow.id).where(ProgramRow.slug == slug)) is not None:
        raise InvalidFields(
            [FieldProblem("slug", f"{slug!r} names another program's page", "one of its own")]
        )


async def _index(tx: Tx, program: Program) -> None:
    await index_words(tx, "program", program.id, program.name, program.summary)
