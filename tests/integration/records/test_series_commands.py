"""Series in the records, with their sessions, due work, words and mail."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import func, select

from echo_session.domain.errors import InvalidFields
from echo_session.domain.programs import ProgramDraft
from echo_session.domain.rules import Rule
from echo_session.domain.series import SeriesDraft
from echo_session.domain.series_change import SeriesChange
from echo_session.domain.series_outcome import Outcome
from echo_session.domain.sessions import Change, Session, Status
from echo_session.store import commands, series_commands
from echo_session.store.engine import Database
from echo_session.store.errors import Conflict
from echo_session.store.programs import create_program
from echo_session.store.series import SeriesFilter, list_series, parts_of, spans, whole_series
from echo_session.store.sessions import Filter, list_sessions
from echo_session.store.tables import DueWorkRow, MailingRow, SessionRow
from scheduler.recurrence import expand

NOW = datetime(2026, 8, 1, tzinfo=UTC)
BIWEEKLY = Rule(freq="weekly", interval=2, weekdays=(3,), count=6)
random = secrets.token_bytes
OURS: dict[str, Any] = {"expand": expand, "now": NOW, "random": random}


async def made(database: Database, **changes: Any) -> Outcome:
    async with database.write() as tx:
        program = await create_program(
            tx, ProgramDraft(name="Autism", zone="America/Denver"), now=NOW, random=random
        )
        draft = SeriesDraft(
            program_id=program.id,
            title="Autism ECHO",
            zone="America/Denver",
            starts_local=datetime.fromisoformat("2026-09-10T12:00"),
            duration_minutes=60,
            rule=BIWEEKLY,
        )
        return await series_commands.create_series(tx, replace(draft, **changes), **OURS)


async def to_come(database: Database, series_id: str) -> list[Session]:
    async with database.read() as tx:
        page, _ = await list_sessions(
            tx, Filter(series_id=series_id, status=Status.SCHEDULED), limit=400, order="asc"
        )
        return page


async def test_a_series_is_kept_with_all_that_belongs_to_it(database: Database) -> None:
    outcome = await made(database)
    async with database.read() as tx:
        whole = await whole_series(tx, outcome.series.id)
        page, more = await list_series(tx, SeriesFilter(search="auti"), limit=10)
        span = (await spans(tx, [outcome.series.id], NOW))[outcome.series.id]
        parts = await parts_of(tx, [outcome.series.id])
        found, _ = await list_sessions(tx, Filter(search="autism"), limit=10)
        due = await tx.scalar(select(func.count()).select_from(DueWorkRow))
    assert whole.series == outcome.series == page[0]
    assert more is None
    assert parts == {outcome.series.id: list(whole.parts)}
    assert {s.id for s in whole.sessions} == {s.id for s in outcome.added} == {s.id for s in found}
    assert sorted(whole.sessions, key=lambda s: s.starts_at) == list(outcome.added)
    assert (span.sessions, span.next_session_id) == (6, outcome.added[0].id)
    assert (span.first_at, span.last_at) == (outcome.added[0].starts_at, outcome.added[-1].starts_at)
    assert due is not None
    assert due >= 6 * 3


async def test_two_series_of_one_name_have_pages_of_their_own(database: Database) -> None:
    one = await made(database)
    two = await made(database)
    assert (one.series.slug, two.series.slug) == ("autism-echo", "autism-echo-2")


async def test_a_series_belongs_to_a_program_that_is_there(database: Database) -> None:
    with pytest.raises(InvalidFields, match="program_id"):
        await made(database, program_id="prg_none")


async def test_changes_move_sessions_and_their_work_and_tell_people(database: Database) -> None:
    outcome = await made(database)
    fourth = outcome.added[3]
    async with database.write() as tx:
        await series_commands.change_series(
            tx,
            outcome.series.id,
            SeriesChange(starts_local=datetime.fromisoformat("2026-10-22T15:00"), title="Autism, part 2"),
            scope="following",
            from_session_id=fourth.id,
            **OURS,
        )
    sessions = await to_come(database, outcome.series.id)
    assert [s.starts_local.hour for s in sessions] == [12, 12, 12, 15, 15, 15]
    assert [s.id for s in sessions] == [s.id for s in outcome.added]
    async with database.read() as tx:
        opens = await tx.scalar(
            select(DueWorkRow.due_at).where(
                DueWorkRow.session_id == fourth.id, DueWorkRow.action == "open_room"
            )
        )
        found, _ = await list_sessions(tx, Filter(search="part"), limit=10)
        [mailing] = (await tx.scalars(select(MailingRow))).all()
        whole = await whole_series(tx, outcome.series.id)
    assert opens == sessions[3].opens_at
    assert {s.id for s in found} == {s.id for s in sessions[3:]}
    assert (mailing.kind, mailing.series_id) == ("update", outcome.series.id)
    assert mailing.content["part_ids"] == [part.id for part in whole.parts]
    assert mailing.content["what"][0] == "It is now called Autism, part 2."


async def test_parts_keep_their_order_when_one_is_cut(database: Database) -> None:
    outcome = await made(database)
    for number, hour in ((4, 15), (2, 9), (1, 10)):
        async with database.write() as tx:
            wanted = SeriesChange(
                starts_local=outcome.added[number].starts_local.replace(hour=hour), duration_minutes=30 + hour
            )
            await series_commands.change_series(
                tx,
                outcome.series.id,
                wanted,
                scope="following",
                from_session_id=outcome.added[number].id,
                **OURS,
            )
    async with database.read() as tx:
        whole = await whole_series(tx, outcome.series.id)
    assert [part.position for part in whole.parts] == [1, 2, 3, 4]
    assert [part.starts_local for part in whole.parts] == sorted(part.starts_local for part in whole.parts)


async def test_the_second_of_two_who_change_is_told(database: Database) -> None:
    outcome = await made(database)
    wanted = SeriesChange(title="One")
    async with database.write() as tx:
        await series_commands.change_series(tx, outcome.series.id, wanted, scope="all", revision=1, **OURS)
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await series_commands.change_series(
                tx, outcome.series.id, SeriesChange(title="Two"), scope="all", revision=1, **OURS
            )


async def test_cancelled_and_restored(database: Database) -> None:
    outcome = await made(database)
    async with database.write() as tx:
        await commands.cancel_session(tx, outcome.added[0].id, reason="Snow", now=NOW, random=random)
        await series_commands.cancel_series(tx, outcome.series.id, scope="all", reason="No grant", **OURS)
    assert await to_come(database, outcome.series.id) == []
    async with database.read() as tx:
        due = select(func.count()).select_from(DueWorkRow).where(DueWorkRow.state == "due")
        assert await tx.scalar(due) == 0
    async with database.write() as tx:
        await series_commands.restore_series(tx, outcome.series.id, now=NOW, random=random)
    assert len(await to_come(database, outcome.series.id)) == 5
    async with database.read() as tx:
        kinds = set(await tx.scalars(select(MailingRow.kind)))
    assert kinds == {"cancellation", "restored"}


async def test_an_exception_is_never_older_than_its_event(database: Database) -> None:
    outcome = await made(database)
    for title in ("One", "Two", "Three"):
        async with database.write() as tx:
            await series_commands.change_series(
                tx, outcome.series.id, SeriesChange(title=title), scope="all", **OURS
            )
    async with database.write() as tx:
        session = await commands.change_session(
            tx, outcome.added[1].id, Change(duration_minutes=90), notify=True, now=NOW, random=random
        )
    assert session.sequence == 4
    assert session.changed_by_hand == ("duration_minutes",)


async def test_the_longest_series_is_made_and_changed_well_within_a_second(database: Database) -> None:
    """On a machine that tests share; the bound is what a running session's ledger might wait."""
    daily = Rule(freq="weekly", weekdays=tuple(range(7)), count=366)
    began = monotonic()
    outcome = await made(database, rule=daily)
    creating = monotonic() - began
    assert len(outcome.added) == 366
    began = monotonic()
    async with database.write() as tx:
        await series_commands.change_series(
            tx,
            outcome.series.id,
            SeriesChange(zone="America/Phoenix", title="Daily"),
            scope="all",
            **OURS,
        )
    changing = monotonic() - began
    print(f"366 sessions made in {creating:.2f} s, changed in {changing:.2f} s")  # noqa: T201
    assert creating < 2
    assert changing < 2
    async with database.read() as tx:
        rows = (await tx.scalars(select(SessionRow.zone).distinct())).all()
    assert rows == ["America/Phoenix"]


async def test_a_date_that_is_dropped_can_come_back(database: Database) -> None:
    outcome = await made(database)
    out = replace(BIWEEKLY, exclude=(date(2026, 9, 24),))
    for rule in (out, BIWEEKLY, out, BIWEEKLY):
        async with database.write() as tx:
            await series_commands.change_series(
                tx, outcome.series.id, SeriesChange(rule=rule), scope="all", **OURS
            )
    assert len(await to_come(database, outcome.series.id)) == 6
    assert NOW + timedelta(days=1) < outcome.added[0].starts_at
