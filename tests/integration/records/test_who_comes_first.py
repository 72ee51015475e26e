"""Two who change what hangs together at once: neither is lost, and neither waits for the other for ever.

On SQLite one writes after the other anyway.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from echo_session.domain.errors import InvalidFields
from echo_session.domain.mail import MailKind
from echo_session.domain.programs import ProgramDraft, draft_of
from echo_session.domain.series import SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.sessions import Change, Draft
from echo_session.store import commands, series_commands
from echo_session.store.due_work import DueWork, finish_within
from echo_session.store.engine import Database
from echo_session.store.mailings import queue_mailing
from echo_session.store.programs import change_program, create_program, get_program
from echo_session.store.replan import plan_work
from echo_session.store.sessions import lock_session, to_session
from echo_session.store.tables import DueWorkRow, SearchWordRow, SeriesPartRow, SessionRow
from echo_session.store.upkeep import Kept, keep_up
from tests.database import Cluster
from tests.integration.records.test_series_commands import BIWEEKLY, NOW, OURS, made

random = secrets.token_bytes
AT_ONCE: dict[str, Any] = {"now": NOW, "random": random}


@pytest.fixture
async def postgresql(postgres: Cluster) -> AsyncIterator[Database]:
    """A fresh database where writers do not queue."""
    opened = Database(postgres.new())
    yield opened
    await opened.close()


async def begun(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """The work, when it waits for somebody, or is done."""
    task = asyncio.create_task(work)
    await asyncio.wait({task}, timeout=0.3)
    return task


async def both(*work: asyncio.Task[None]) -> None:
    """Waits for them; raises what went wrong in any."""
    async with asyncio.timeout(20):
        await asyncio.gather(*work)


async def sequence_of(database: Database, part_id: str) -> int:
    async with database.read() as tx:
        return (await tx.get_one(SeriesPartRow, part_id)).sequence


async def test_a_session_that_goes_on_and_its_series_both_count_the_sequence(postgresql: Database) -> None:
    outcome = await made(postgresql)
    going_on, series_id = outcome.added[0].id, outcome.series.id
    async with postgresql.write() as tx:
        await commands.open_session(tx, going_on, **AT_ONCE)

    async def rename_the_series() -> None:
        async with postgresql.write() as tx:
            change = SeriesChange(title="Other")
            await series_commands.change_series(tx, series_id, change, scope="all", **OURS)

    async def rename_the_session() -> None:
        for title in ("One", "Two", "Three"):
            async with postgresql.write() as tx:
                await commands.change_session(tx, going_on, Change(title=title), **AT_ONCE)

    async with postgresql.write() as tx:
        # The change of the series waits here, after it has read what there is.
        word = {"kind": "series", "word": "other", "owner_id": series_id}
        await tx.execute(insert(SearchWordRow), [word])
        first = await begun(rename_the_series())
        second = await begun(rename_the_session())
        await tx.rollback()
    await both(first, second)
    assert await sequence_of(postgresql, outcome.parts[0].id) == 4


async def test_a_session_that_moves_is_reminded_of_where_it_is(postgresql: Database) -> None:
    outcome = await made(postgresql)
    moving = outcome.added[0]

    async def remind_half_an_hour_before() -> None:
        async with postgresql.write() as tx:
            program = await get_program(tx, outcome.series.program_id)
            wanted = replace(draft_of(program), reminders=(30,))
            await change_program(tx, program.id, wanted, revision=None, **AT_ONCE)

    async with postgresql.write() as tx:
        later = Change(starts_local=moving.starts_local + timedelta(days=1))
        moved = await commands.change_session(tx, moving.id, later, **AT_ONCE)
        work = await begun(remind_half_an_hour_before())
    await both(work)
    async with postgresql.read() as tx:
        due = await tx.scalars(
            select(DueWorkRow.due_at).where(DueWorkRow.session_id == moving.id, DueWorkRow.detail == 30)
        )
        assert due.all() == [moved.starts_at - timedelta(minutes=30)]


async def test_a_new_session_is_reminded_of_as_its_program_says_now(postgresql: Database) -> None:
    outcome = await made(postgresql)
    program_id = outcome.series.program_id
    draft = Draft(
        title="Single",
        zone="America/Denver",
        starts_local=datetime.fromisoformat("2026-08-20T10:00"),
        duration_minutes=60,
        program_id=program_id,
    )

    async def make() -> None:
        async with postgresql.write() as tx:
            await commands.create_session(tx, draft, **AT_ONCE)

    async with postgresql.write() as tx:
        wanted = replace(draft_of(await get_program(tx, program_id)), reminders=(30,))
        await change_program(tx, program_id, wanted, revision=None, **AT_ONCE)
        work = await begun(make())
    await both(work)
    async with postgresql.read() as tx:
        single = select(SessionRow.id).where(SessionRow.title == "Single")
        reminders = DueWorkRow.session_id.in_(single), DueWorkRow.action == "send_reminder"
        assert (await tx.scalars(select(DueWorkRow.detail).where(*reminders))).all() == [30]


async def test_work_ends_beside_somebody_who_adds_to_the_session(postgresql: Database) -> None:
    outcome = await made(postgresql)
    session = outcome.added[0]
    claim = await DueWork(postgresql).claim(session.starts_at, session.starts_at + timedelta(minutes=1))
    assert claim is not None
    assert claim.session_id == session.id

    async def add_and_lock() -> None:
        async with postgresql.write() as tx:
            await queue_mailing(tx, kind=MailKind.UPDATE, session_id=session.id, **AT_ONCE)
            await lock_session(tx, session.id)

    async with postgresql.write() as tx:
        await lock_session(tx, session.id)
        work = await begun(add_and_lock())
        await finish_within(tx, claim, "done", session.starts_at)
    await both(work)


async def test_two_who_give_one_name_at_once_have_a_page_each(postgresql: Database) -> None:
    outcome = await made(postgresql)
    draft = SeriesDraft(
        program_id=outcome.series.program_id,
        title="Sleep",
        zone="America/Denver",
        starts_local=datetime.fromisoformat("2026-09-10T12:00"),
        duration_minutes=60,
        rule=BIWEEKLY,
    )
    slugs = []

    async def make() -> None:
        async with postgresql.write() as tx:
            program = await create_program(tx, ProgramDraft(name="Sleep", zone="UTC"), **AT_ONCE)
            series = (await series_commands.create_series(tx, draft, **OURS)).series
            slugs.append((program.slug, series.slug))

    async with postgresql.write() as tx:
        await create_program(tx, ProgramDraft(name="Sleep", zone="UTC"), **AT_ONCE)
        await series_commands.create_series(tx, draft, **OURS)
        work = await begun(make())
    await both(work)
    assert slugs == [("sleep-2", "sleep-2")]


async def test_a_page_name_that_somebody_took_meanwhile_is_refused(postgresql: Database) -> None:
    draft = ProgramDraft(name="Sleep", slug="rest", zone="UTC")

    async def make() -> None:
        async with postgresql.write() as tx:
            await create_program(tx, draft, **AT_ONCE)

    async with postgresql.write() as tx:
        await create_program(tx, draft, **AT_ONCE)
        work = await begun(make())
    with pytest.raises(InvalidFields, match="slug"):
        await both(work)


async def remind_at(database: Database, program_id: str, *minutes: int) -> None:
    async with database.write() as tx:
        wanted = replace(draft_of(await get_program(tx, program_id, lock=True)), reminders=minutes)
        await change_program(tx, program_id, wanted, revision=None, **AT_ONCE)


async def reminders(database: Database, session_id: str) -> list[int]:
    async with database.read() as tx:
        asked = DueWorkRow.session_id == session_id, DueWorkRow.action == "send_reminder"
        still = select(DueWorkRow.detail).where(*asked, DueWorkRow.state == "due")
        return sorted(await tx.scalars(still))


async def test_what_is_restored_is_reminded_of_as_its_program_says_now(postgresql: Database) -> None:
    outcome = await made(postgresql)
    async with postgresql.write() as tx:
        await series_commands.cancel_series(tx, outcome.series.id, scope="all", **OURS)
    async with postgresql.write() as tx:
        await series_commands.restore_series(tx, outcome.series.id, **AT_ONCE)
        work = await begun(remind_at(postgresql, outcome.series.program_id, 30))
    await both(work)
    for session in outcome.added:
        assert await reminders(postgresql, session.id) == [30]


async def test_a_session_alone_that_is_restored_is_too(postgresql: Database) -> None:
    outcome = await made(postgresql)
    async with postgresql.write() as tx:
        await commands.cancel_session(tx, outcome.added[0].id, **AT_ONCE)
    async with postgresql.write() as tx:
        await commands.restore_session(tx, outcome.added[0].id, **AT_ONCE)
        work = await begun(remind_at(postgresql, outcome.series.program_id, 30))
    await both(work)
    assert await reminders(postgresql, outcome.added[0].id) == [30]


async def test_a_date_that_is_added_is_too(postgresql: Database) -> None:
    outcome = await made(postgresql)
    async with postgresql.write() as tx:
        longer = SeriesChange(rule=replace(BIWEEKLY, count=7))
        changed = await series_commands.change_series(tx, outcome.series.id, longer, scope="all", **OURS)
        work = await begun(remind_at(postgresql, outcome.series.program_id, 30))
    await both(work)
    assert await reminders(postgresql, changed.added[0].id) == [30]


async def test_two_processes_have_an_old_session_finalised_once(postgresql: Database) -> None:
    outcome = await made(postgresql)
    session_id = outcome.added[0].id
    async with postgresql.write() as tx:
        await commands.close_session(tx, session_id, **AT_ONCE)
        await tx.execute(delete(DueWorkRow).where(DueWorkRow.session_id == session_id))
    year = timedelta(days=365)

    async def keep_up_too() -> None:
        await keep_up(postgresql, Kept(events=year, mails=year, imports=year), **AT_ONCE)

    async with postgresql.write() as tx:
        await plan_work(tx, to_session(await lock_session(tx, session_id)), **AT_ONCE)
        work = await begun(keep_up_too())
    await both(work)
    async with postgresql.read() as tx:
        asked = select(DueWorkRow.action).where(DueWorkRow.session_id == session_id)
        assert sorted(await tx.scalars(asked)) == ["finalise", "offer_credit"]
