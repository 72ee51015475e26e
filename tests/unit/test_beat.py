"""A beat ends between two looks; what hangs is ended in the middle."""

from __future__ import annotations

import asyncio

import pytest

from echo_session import beat
from echo_session.beat import Beat


async def test_work_that_is_under_way_is_finished_before_the_end() -> None:
    begun, may_end, looks = asyncio.Event(), asyncio.Event(), []

    async def work() -> float:
        begun.set()
        await may_end.wait()
        looks.append("done")
        return 60.0

    one = Beat(work, name="test", poll_seconds=60)
    one.start()
    await begun.wait()
    ending = asyncio.create_task(one.stop())
    await asyncio.sleep(0)
    assert not ending.done()
    may_end.set()
    await ending
    assert looks == ["done"]
    assert not one.running


async def test_work_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beat, "STOP_SECONDS", 0.01)
    begun, ended = asyncio.Event(), []

    async def work() -> float:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")
        return 60.0

    one = Beat(work, name="test", poll_seconds=60)
    one.start()
    await begun.wait()
    await one.stop()
    assert ended == ["cancelled"]
