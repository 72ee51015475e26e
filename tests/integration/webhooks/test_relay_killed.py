"""kill -9 of the relay at each step: nothing is lost, nothing is accepted out of order."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from echo_session.domain.deliveries import DeliveryState
from echo_session.store.engine import Database

from .receiver import Receiver
from .samples import happen, listening, log_of, relaying, sessions

EVENTS = 6


@asynccontextmanager
async def relay_process(address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.webhooks.relay_process", address
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def kill_when_the_receiver(
    step: str, receiver: Receiver, process: asyncio.subprocess.Process, number: int
) -> None:
    """Ends the process at the n-th event: while it waits for the answer, or as it gets it."""
    if step == "holds":
        hold = receiver.hold = asyncio.Event()
        receiver.hold_from = number
        await receiver.until(lambda: len(receiver.came) >= number)
        process.kill()
        receiver.hold = None
        hold.set()
    else:
        await receiver.until(lambda: len(set(receiver.accepted)) >= number)
        process.kill()
    await process.wait()


@pytest.mark.parametrize("step", ["holds", "answers"])
async def test_a_relay_killed_twice_still_delivers_everything_in_order(
    database: Database, database_address: str, step: str
) -> None:
    one, two = await sessions(database, 2)
    async with listening(database) as (receiver, known):
        made = [*await happen(database, one, EVENTS // 2), *await happen(database, two, EVENTS // 2)]
        for number in (1, 3):
            async with relay_process(database_address) as process:
                await kill_when_the_receiver(step, receiver, process, number)
        async with relaying(database):
            await receiver.until(lambda: len(set(receiver.accepted)) == EVENTS)
        log = await log_of(database, known)
    assert set(receiver.accepted) == set(made)
    assert receiver.order(one) == receiver.order(two) == [1, 2, 3]
    assert receiver.unverified == 0
    assert len(receiver.accepted) <= EVENTS + 2 * 2, "only what was under way when it died is sent again"
    assert {record.state for record in log} <= {DeliveryState.DELIVERED, DeliveryState.PENDING}
