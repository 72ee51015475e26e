"""The bounded queue of one socket, and work in lanes."""

from __future__ import annotations

import asyncio
import logging

import pytest

from signaling.errors import CloseCode
from signaling.lanes import Lanes
from signaling.outbound import Outbound
from signaling.settings import Settings


class FakeSocket:
    """Takes frames while it is let."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.code: int | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = asyncio.Event()
        self.aborted = False
        self.fails = False

    async def send_str(self, data: str) -> None:
        self.waiting.set()
        await self.open.wait()
        if self.fails:
            raise ConnectionResetError
        self.taken.append(data)

    async def close(self, *, code: int, message: bytes = b"") -> bool:
        await self.open.wait()
        self.code = code
        return True

    def abort(self) -> None:
        self.aborted = True


def queue(socket: FakeSocket, **limits: int) -> Outbound:
    return Outbound(socket, socket.abort, Settings(close_timeout=0.05, **limits))  # type: ignore[arg-type]


async def test_everything_queued_before_the_close_is_written() -> None:
    socket = FakeSocket()
    outbound = queue(socket)
    for text in "abc":
        outbound.send(text)
    outbound.finish(CloseCode.ENDED)
    outbound.send("too late")
    await outbound.run()
    assert socket.taken == ["a", "b", "c"]
    assert socket.code == CloseCode.ENDED


async def test_of_messages_with_one_key_only_the_newest_waits() -> None:
    socket = FakeSocket()
    outbound = queue(socket)
    outbound.send("slots 1", "slots")
    outbound.send("delta")
    outbound.send("slots 2", "slots")
    outbound.finish(CloseCode.NORMAL)
    await outbound.run()
    assert socket.taken == ["delta", "slots 2"]


@pytest.mark.parametrize("limits", [{"outbound_messages": 3}, {"outbound_bytes": 30}])
async def test_an_overflow_closes_with_slow_reader_though_a_write_hangs(limits: dict[str, int]) -> None:
    socket = FakeSocket()
    socket.open.clear()
    outbound = queue(socket, **limits)
    running = asyncio.create_task(outbound.run())
    outbound.send("x" * 10)
    await socket.waiting.wait()
    for _ in range(5):
        outbound.send("x" * 10)
    await running
    assert outbound.closed_with is CloseCode.SLOW_READER
    assert socket.aborted, "a peer that takes nothing does not take the close either"
    assert socket.taken == []


async def test_a_peer_that_is_gone_ends_the_writer() -> None:
    socket = FakeSocket()
    socket.fails = True
    outbound = queue(socket)
    outbound.send("a")
    await outbound.run()
    assert socket.aborted


# --- lanes ------------------------------------------------------------------------------------------------


async def test_work_of_one_lane_happens_in_order_and_lanes_do_not_wait_for_each_other() -> None:
    lanes, done = Lanes("test"), list[str]()
    gate = asyncio.Event()

    async def slow() -> None:
        await gate.wait()
        done.append("slow")

    async def quick() -> None:
        done.append("quick")

    first = lanes.submit("a", slow)
    second = lanes.submit("a", quick)
    await lanes.submit("b", quick)
    assert done == ["quick"]
    gate.set()
    await asyncio.wait((first, second))
    assert done == ["quick", "slow", "quick"]
    await lanes.idle()


async def test_work_that_fails_is_logged_and_does_not_stop_its_lane(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lanes, done = Lanes("test"), list[str]()

    async def broken() -> None:
        raise RuntimeError("broken work")

    async def fine() -> None:
        done.append("fine")

    with caplog.at_level(logging.ERROR):
        lanes.submit("a", broken)
        await lanes.submit("a", fine)
    assert done == ["fine"]
    assert "broken work" in caplog.text


async def test_closing_gives_up_what_hangs(caplog: pytest.LogCaptureFixture) -> None:
    lanes = Lanes("test")

    async def hang() -> None:
        await asyncio.Event().wait()

    hanging = lanes.submit("a", hang)
    behind = lanes.submit("a", hang)
    await lanes.close(0.01)
    assert hanging.cancelled()
    assert behind.cancelled()
    assert "gave up" in caplog.text
