"""A name server that hangs holds up its own hosts only."""

from __future__ import annotations

import asyncio
import socket
from threading import Event

import pytest
from aiohttp.abc import ResolveResult

from echo_session.domain.webhook_endpoints import MAX_ENDPOINTS
from echo_session.webhooks.resolver import SystemResolver

PUBLIC = "93.184.216.34"


async def test_hosts_that_hang_take_one_look_up_each_and_leave_the_others_alone() -> None:
    released, asked = Event(), list[str]()

    def look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        asked.append(host)
        if host.startswith("slow"):
            released.wait(30)
        if host.startswith("no"):
            raise OSError("no such host")
        return [ResolveResult(hostname=host, host=PUBLIC, port=port, family=family, proto=0, flags=0)]

    resolver = SystemResolver(look_up)
    slow = [f"slow{number}.example" for number in range(MAX_ENDPOINTS - 1)]
    waiting = [asyncio.create_task(resolver.resolve(host)) for host in slow for _ in range(8)]
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolver.resolve(slow[0])
        async with asyncio.timeout(10):
            assert (await resolver.resolve("quick.example"))[0]["host"] == PUBLIC
            with pytest.raises(OSError, match="no such host"):
                await resolver.resolve("nowhere.example")
        assert sorted(asked) == sorted([*slow, "quick.example", "nowhere.example"])
    finally:
        released.set()
        answers = await asyncio.gather(*waiting)
        await resolver.close()
    assert len(answers) == 8 * len(slow)
    assert all(answer[0]["host"] == PUBLIC for answer in answers)
