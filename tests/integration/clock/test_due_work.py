"""Due work over a real database: each row takes effect once, whoever races and dies."""

from __future__ import annotations

import asyncio
import secrets
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from echo_session.store.commands import extend_session, open_session
from echo_session.store.due_work import DueWork, finish_within
from echo_session.store.engine import Database
from scheduler.due import Action, State
from scheduler.errors import ClaimLost
from scheduler.runner import Runner

from .samples import FINAL, Effect, effects, rows, session_due

LEASE = timedelta(seconds=30)


async def run_until(database: Database, effect: Effect, count: int, *, runners: int = 1) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(runners):
            runner = Runner(DueWork(database), effect.handlers(), poll_seconds=0.5)
            stack.push_async_callback(runner.stop)
            await runner.start()
        await effect.wait_for(count)


async def test_a_session_opens_by_itself_and_the_rest_waits(database: Database) -> None:
    session = await session_due(database)
    await run_until(database, Effect(database), 1)
    assert await effects(database) == [(session.id, "open_room")]
    assert [row.state for row in await rows(database)] == ["done", "due", "due"]
    next_due = await DueWork(database).next_due()
    assert next_due == session.ends_at - timedelta(minutes=5)


async def test_after_a_long_downtime_the_room_is_closed_and_the_rest_is_missed(database: Database) -> None:
    session = await session_due(database, started_ago=timedelta(hours=5))
    await run_until(database, Effect(database), 1)
    assert await effects(database) == [(session.id, "close_room")]
    table = {row.action: row for row in await rows(database)}
    assert table["open_room"].state == table["warn_ending"].state == "missed"
    assert "would have closed" in table["open_room"].outcome
    assert "had ended" in table["warn_ending"].outcome


async def test_a_room_that_should_be_open_is_opened_late(database: Database) -> None:
    session = await session_due(database, started_ago=timedelta(minutes=58))
    await run_until(database, Effect(database), 2)
    assert await effects(database) == [(session.id, "open_room"), (session.id, "warn_ending")]


async def test_racing_runners_of_two_processes_do_each_row_once(
    database: Database, database_address: str
) -> None:
    other = Database(database_address)
    sessions = [await session_due(database, started_ago=timedelta(minutes=58)) for _ in range(8)]
    effect = Effect(database)
    others = Effect(other, happened=effect.happened)
    runners = [
        Runner(DueWork(each.database), each.handlers(), poll_seconds=0.2) for each in (effect, others) * 2
    ]
    for runner in runners:
        await runner.start()
    async with asyncio.timeout(30), effect.happened:
        await effect.happened.wait_for(lambda: effect.count + others.count >= 2 * len(sessions))
    for runner in runners:
        await runner.stop()
    await other.close()
    found = await effects(database)
    assert len(found) == len(set(found)) == 2 * len(sessions)
    for session in sessions:
        mine = [action for session_id, action in found if session_id == session.id]
        assert mine == ["open_room", "warn_ending"]


async def test_a_runner_that_dies_after_its_claim_is_followed_when_the_lease_ends(database: Database) -> None:
    await session_due(database)
    store = DueWork(database)
    now = datetime.now(UTC)
    dead = await store.claim(now, now + timedelta(seconds=0.5))
    assert dead is not None
    assert await store.claim(now, now + LEASE) is None
    await run_until(database, Effect(database), 1)
    with pytest.raises(ClaimLost):
        async with database.write() as tx:
            await finish_within(tx, dead, "too late", datetime.now(UTC))
    assert not await store.finish(dead, State.DONE, "too late", datetime.now(UTC))
    assert len(await effects(database)) == 1


async def test_an_effect_whose_claim_was_lost_is_rolled_back(database: Database) -> None:
    session = await session_due(database)
    store = DueWork(database)
    now = datetime.now(UTC)
    slow = await store.claim(now, now)
    quick = await store.claim(now, now + LEASE)
    assert slow is not None
    assert quick is not None
    with pytest.raises(ClaimLost):
        await Effect(database)(slow)
    await Effect(database)(quick)
    assert await effects(database) == [(session.id, "open_room")]


async def test_an_extension_takes_the_close_out_of_the_hands_of_whoever_had_claimed_it(
    database: Database,
) -> None:
    session = await session_due(database, started_ago=timedelta(minutes=1), minutes=1)
    async with database.write() as tx:
        await open_session(tx, session.id, now=datetime.now(UTC), random=secrets.token_bytes)
    store = DueWork(database)
    now = datetime.now(UTC)
    claims = [await store.claim(now, now), await store.claim(now, now)]
    for claim in claims:
        if claim is not None and claim.action is Action.WARN_ENDING:
            await store.finish(claim, State.MISSED, "", now)
    closing = await store.claim(now, now + LEASE)
    assert closing is not None
    assert closing.action is Action.CLOSE_ROOM
    async with database.write() as tx:
        await extend_session(tx, session.id, 10, now=datetime.now(UTC), random=secrets.token_bytes)
    with pytest.raises(ClaimLost):
        await Effect(database)(closing)
    table = [
        (row.action, row.occurrence, row.state) for row in await rows(database) if row.state not in FINAL
    ]
    assert table == [("warn_ending", 2, "due"), ("close_room", 1, "due")]


async def test_work_of_one_session_is_handed_out_in_its_order(database: Database) -> None:
    await session_due(database, started_ago=timedelta(hours=5))
    store = DueWork(database)
    now = datetime.now(UTC)
    opening = await store.claim(now, now + LEASE)
    assert opening is not None
    assert opening.action is Action.OPEN_ROOM
    assert await store.claim(now, now + LEASE) is None
    assert await store.next_due() == opening.lease_until
    await store.finish(opening, State.DONE, "", now)
    warning = await store.claim(now, now + LEASE)
    assert warning is not None
    assert warning.action is Action.WARN_ENDING


async def test_released_work_is_claimed_again_from_the_instant_that_was_given(database: Database) -> None:
    await session_due(database)
    store = DueWork(database)
    now = datetime.now(UTC)
    claim = await store.claim(now, now + LEASE)
    assert claim is not None
    later = now + timedelta(seconds=5)
    assert await store.release(claim, later, "failed: no node")
    assert await store.claim(later - timedelta(seconds=1), later + LEASE) is None
    again = await store.claim(later, later + LEASE)
    assert again is not None
    assert again.epoch == claim.epoch + 1
    assert not await store.release(claim, later, "an old hand")


async def test_a_process_killed_in_its_handler_is_followed_by_another(
    database: Database, database_address: str
) -> None:
    session = await session_due(database)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.clock.runner_process",
        database_address,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        claimed = (await process.stdout.readline()).decode().strip()
    assert claimed == (await rows(database))[0].id
    process.kill()
    await process.wait()
    assert await effects(database) == []
    await run_until(database, Effect(database), 1, runners=2)
    assert await effects(database) == [(session.id, "open_room")]
    assert (await rows(database))[0].lease_epoch == 2
