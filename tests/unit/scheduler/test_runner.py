"""The runner, over a table in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.due import Action, Claim, State
from scheduler.errors import ClaimLost, SchedulerError
from scheduler.ports import Handler
from scheduler.runner import Runner

from .fakes import MemoryTable, Recorder, row


def handlers(handler: Handler) -> dict[Action, Handler]:
    return dict.fromkeys(Action, handler)


@asynccontextmanager
async def running(
    table: MemoryTable,
    handler: Handler,
    *,
    poll: float = 60.0,
    lease: float = 30.0,
    stop: float = 5.0,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AsyncIterator[Runner]:
    runner = Runner(
        table,
        handlers(handler),
        poll_seconds=poll,
        lease_seconds=lease,
        stop_seconds=stop,
        clock=clock,
    )
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


async def finished(table: MemoryTable) -> None:
    async with asyncio.timeout(10):
        await table.all_finished()


async def test_work_that_fell_due_while_nobody_ran_is_done_at_the_start() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM, -30)])
    recorder = Recorder()
    async with running(table, recorder):
        await finished(table)
    assert [claim.id for claim in recorder.seen] == ["s-open_room"]
    assert (table.rows[0].state, table.rows[0].outcome) == (State.DONE, "done by the recorder")


async def test_the_alarm_wakes_at_the_instant_and_not_at_the_poll() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM, 0.3)])
    recorder = Recorder()
    async with running(table, recorder, poll=60):
        await finished(table)
    late = datetime.now(UTC) - table.rows[0].claim.due_at
    assert timedelta() <= late < timedelta(seconds=2)


async def test_a_poke_makes_it_look_at_new_rows() -> None:
    table = MemoryTable([])
    async with running(table, Recorder()) as runner:
        table.rows.append(row("s", Action.CLOSE_ROOM))
        runner.poke()
        await finished(table)


async def test_the_slow_poll_finds_rows_that_nobody_told_of() -> None:
    table = MemoryTable([])
    async with running(table, Recorder(), poll=0.05):
        table.rows.append(row("s", Action.CLOSE_ROOM))
        await finished(table)


async def test_work_too_late_to_make_sense_is_recorded_as_missed() -> None:
    table = MemoryTable(
        [
            row("s", Action.OPEN_ROOM, -90, ends_in=-20, closes_in=-10),
            row("s", Action.WARN_ENDING, -60, ends_in=-20, closes_in=-10),
            row("s", Action.CLOSE_ROOM, -10, ends_in=-20, closes_in=-10),
        ]
    )
    recorder = Recorder()
    async with running(table, recorder):
        await finished(table)
    assert [r.state for r in table.rows] == [State.MISSED, State.MISSED, State.DONE]
    assert [claim.action for claim in recorder.seen] == [Action.CLOSE_ROOM]
    assert "ended" in table.rows[1].outcome


async def test_many_racing_runners_do_each_row_once() -> None:
    table = MemoryTable([row(f"s{n}", action) for n in range(40) for action in Action])
    recorder = Recorder()
    async with AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(running(table, recorder))
        await finished(table)
    ids = [claim.id for claim in recorder.seen]
    assert sorted(ids) == sorted({r.claim.id for r in table.rows})


async def test_a_failing_handler_is_tried_again() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)])
    recorder = Recorder(failures=1)
    async with running(table, recorder):
        await finished(table)
    assert len(recorder.seen) == 2
    assert table.rows[0].state is State.DONE


async def test_a_table_that_cannot_be_read_does_not_end_the_runner() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)], broken=1)
    async with running(table, Recorder()):
        await finished(table)


async def test_a_claim_lost_inside_the_handler_is_left_to_its_new_owner() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)])
    seen = asyncio.Event()

    async def lose(claim: Claim) -> str:
        seen.set()
        raise ClaimLost(claim.id, claim.epoch)

    async with running(table, lose), asyncio.timeout(10):
        await seen.wait()
    assert table.rows[0].state is State.CLAIMED
    assert table.rows[0].outcome == ""


async def test_a_runner_that_dies_after_its_claim_is_followed_by_another_when_the_lease_ends() -> None:
    due = row("s", Action.OPEN_ROOM)
    table = MemoryTable([due])
    now = datetime.now(UTC)
    dead = await table.claim(now, now + timedelta(seconds=0.3))
    recorder = Recorder()
    async with running(table, recorder):
        await finished(table)
    assert [claim.epoch for claim in recorder.seen] == [2]
    assert dead is not None
    assert not await table.finish(dead, State.DONE, "too late", now)


async def test_a_handler_that_hangs_is_stopped_before_its_lease_ends() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)])
    calls = 0

    async def hang_once(claim: Claim) -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            await asyncio.Event().wait()
        return "done"

    async with running(table, hang_once, lease=0.2):
        await finished(table)
    assert calls == 2


async def test_stopping_cuts_work_short_and_leaves_the_row_to_the_next() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)])
    begun = asyncio.Event()

    async def hang(claim: Claim) -> str:
        begun.set()
        await asyncio.Event().wait()
        return "never"

    async with running(table, hang, stop=0.01), asyncio.timeout(10):
        await begun.wait()
    assert table.rows[0].state is State.CLAIMED


async def test_stopping_lets_work_under_way_come_to_its_end() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM)])
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def work(claim: Claim) -> str:
        begun.set()
        await may_end.wait()
        return "in time"

    async with running(table, work) as runner, asyncio.timeout(10):
        await begun.wait()
        stopping = asyncio.create_task(runner.stop())
        may_end.set()
        await stopping
    assert (table.rows[0].state, table.rows[0].outcome) == (State.DONE, "in time")


async def test_a_wall_clock_that_jumps_is_followed_by_the_poll() -> None:
    table = MemoryTable([row("s", Action.OPEN_ROOM, 3600, ends_in=7200, closes_in=7300)])
    ahead = timedelta()

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    recorder = Recorder()
    async with running(table, recorder, poll=0.05, clock=clock):
        ahead = timedelta(hours=1)
        await finished(table)
    assert len(recorder.seen) == 1


def test_a_runner_needs_a_handler_for_every_action() -> None:
    with pytest.raises(SchedulerError, match="close_room"):
        Runner(MemoryTable([]), {Action.OPEN_ROOM: Recorder(), Action.WARN_ENDING: Recorder()})
