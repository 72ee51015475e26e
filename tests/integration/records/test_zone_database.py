"""A country changes its clocks: sessions keep the wall time at their hub, and everybody is told."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import zoneinfo
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from echo_session.domain.series_change import SeriesChange
from echo_session.domain.sessions import Change, Draft
from echo_session.domain.times import to_utc
from echo_session.store import commands, series_commands
from echo_session.store.engine import Database
from echo_session.store.notices import list_notices
from echo_session.store.series import whole_series
from echo_session.store.sessions import get_session
from echo_session.store.tables import DueWorkRow, FactRow, MailingRow
from echo_session.store.zone_database import present, rederive
from tests.integration.records.test_series_commands import BIWEEKLY, NOW, OURS, made

random = secrets.token_bytes


@pytest.fixture
def clocks(tmp_path: Path) -> Iterator[Path]:
    """A folder of zones that comes before all others; empty at first."""
    before = zoneinfo.TZPATH
    yield tmp_path
    zoneinfo.reset_tzpath(before)
    ZoneInfo.clear_cache()


def denver_stays_on_winter_time(clocks: Path) -> None:
    """As Phoenix has it."""
    (clocks / "America").mkdir()
    phoenix = resources.files("tzdata") / "zoneinfo" / "America" / "Phoenix"
    with resources.as_file(phoenix) as file:
        shutil.copy(file, clocks / "America" / "Denver")
    zoneinfo.reset_tzpath([str(clocks), *zoneinfo.TZPATH])
    ZoneInfo.clear_cache()


async def derive(database: Database) -> int:
    return await rederive(database, now=NOW, random=random)


async def test_sessions_keep_the_wall_time_at_their_hub(database: Database, clocks: Path) -> None:
    outcome = await made(database)
    assert await derive(database) == 0
    async with database.write() as tx:
        by_hand = await commands.change_session(
            tx,
            outcome.added[1].id,
            Change(starts_local=datetime.fromisoformat("2026-09-25T08:00")),
            now=NOW,
            random=random,
        )
        start = datetime.fromisoformat("2026-08-20T10:00")
        draft = Draft(title="Single", zone="America/Denver", starts_local=start, duration_minutes=60)
        single = await commands.create_session(tx, draft, now=NOW, random=random)
        elsewhere = await commands.create_session(tx, replace(draft, zone="UTC"), now=NOW, random=random)
    before = present()
    denver_stays_on_winter_time(clocks)
    assert present() != before
    assert await derive(database) == 4 + 1
    async with database.read() as tx:
        whole = await whole_series(tx, outcome.series.id)
        notices = await list_notices(tx)
        kinds = [(row.kind, row.series_id) for row in await tx.scalars(select(MailingRow))]
        opens = await tx.scalar(
            select(DueWorkRow.due_at).where(
                DueWorkRow.session_id == single.id, DueWorkRow.action == "open_room"
            )
        )
        assert await get_session(tx, elsewhere.id) == elsewhere
        now_single = await get_session(tx, single.id)
    sessions = sorted(whole.sessions, key=lambda s: s.starts_at)
    assert {s.starts_local.hour for s in sessions if s.id != by_hand.id} == {12}
    assert sessions[0].starts_at == datetime(2026, 9, 10, 19, tzinfo=UTC)
    assert sessions[1].starts_at == datetime(2026, 9, 25, 15, tzinfo=UTC)
    assert sessions[5] == outcome.added[5], "in winter nothing is different"
    assert (now_single.starts_at.hour, opens) == (17, now_single.opens_at)
    assert whole.parts[0].sequence == 2, "the change by hand counts too"
    assert kinds == [("update", outcome.series.id)]
    assert {notice.series_id for notice in notices} == {outcome.series.id, None}
    assert any(
        "Thursday 10 September 2026, Friday 25 September 2026, Thursday 8 October 2026 and 1 more" in n.text
        for n in notices
    )
    assert await derive(database) == 0
    async with database.read() as tx:
        fact = await tx.get_one(FactRow, "zone_database")
        assert (fact.value, fact.at) == (present(), NOW)


async def test_a_gap_that_is_no_more_gives_the_time_back(database: Database, clocks: Path) -> None:
    rule = replace(BIWEEKLY, interval=1, weekdays=(6,), count=3)
    outcome = await made(database, rule=rule, starts_local=datetime.fromisoformat("2027-03-07T02:30"))
    assert outcome.added[1].moved_forward
    await derive(database)
    denver_stays_on_winter_time(clocks)
    assert await derive(database) == 2
    async with database.read() as tx:
        session = await get_session(tx, outcome.added[1].id)
    assert (session.starts_local, session.moved_forward) == (
        datetime.fromisoformat("2027-03-14T02:30"),
        False,
    )


async def test_what_was_moved_into_a_gap_by_hand_stays_where_it_was_put(
    database: Database, clocks: Path
) -> None:
    rule = replace(BIWEEKLY, interval=1, weekdays=(6,), count=3)
    outcome = await made(database, rule=rule, starts_local=datetime.fromisoformat("2027-03-07T12:00"))
    await derive(database)
    async with database.write() as tx:
        change = Change(starts_local=datetime.fromisoformat("2027-03-14T02:30"))
        moved = await commands.change_session(tx, outcome.added[1].id, change, now=NOW, random=random)
    assert (moved.moved_forward, moved.starts_local.hour) == (True, 3)
    denver_stays_on_winter_time(clocks)
    await derive(database)
    async with database.read() as tx:
        session = await get_session(tx, moved.id)
    assert session.starts_local == datetime.fromisoformat("2027-03-14T03:30"), "not back at noon"


async def test_what_is_restored_later_has_its_wall_time_too(database: Database, clocks: Path) -> None:
    outcome = await made(database)
    await derive(database)
    async with database.write() as tx:
        alone = await commands.cancel_session(tx, outcome.added[0].id, now=NOW, random=random)
    async with database.write() as tx:
        await series_commands.cancel_series(tx, outcome.series.id, scope="all", notify=False, **OURS)
    denver_stays_on_winter_time(clocks)
    assert await derive(database) == 0, "nobody is told of what does not take place"
    async with database.write() as tx:
        await series_commands.restore_series(tx, outcome.series.id, now=NOW, random=random)
        await commands.restore_session(tx, alone.id, now=NOW, random=random)
        whole = await whole_series(tx, outcome.series.id)
    for session in whole.sessions:
        assert to_utc(session.starts_local, session.zone) == session.starts_at
        assert session.starts_local.hour == 12


async def test_the_second_of_two_equal_wall_times_is_left_alone(database: Database) -> None:
    second = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    draft = Draft(title="Night", zone="America/Denver", starts_at=second, duration_minutes=60)
    async with database.write() as tx:
        await commands.create_session(tx, draft, now=NOW, random=random)
    assert await derive(database) == 0


async def test_processes_that_start_at_once_tell_it_once(database: Database, clocks: Path) -> None:
    outcome = await made(database)
    await derive(database)
    denver_stays_on_winter_time(clocks)
    assert sorted(await asyncio.gather(*(derive(database) for _ in range(4)))) == [0, 0, 0, 4]
    async with database.read() as tx:
        assert len(await list_notices(tx)) == 1
    later = replace(BIWEEKLY, count=7)
    async with database.write() as tx:
        wanted = SeriesChange(rule=later)
        changed = await series_commands.change_series(tx, outcome.series.id, wanted, scope="all", **OURS)
    assert changed.added[0].starts_local.date() == date(2026, 12, 3)
