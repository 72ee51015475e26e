"""A receiver as a scheduling system would write it: verifies with the standard's own package, knows ids."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

Answer = Callable[[str, int], int]
"""From an event's id, and how often it has come, to the HTTP status to answer."""


def always(status: int) -> Answer:
    return lambda _event, _time: status


def third_time_lucky(_event: str, time: int) -> int:
    return 500 if time <= 2 else 200


@dataclass
class Receiver:
    """What came, and what was accepted."""

    secret: str
    answer: Answer = field(default_factory=lambda: always(204))
    port: int = 0
    came: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    """Ids, each time one was accepted."""
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    """What happened, by the event's id."""
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    unverified: int = 0
    hold: asyncio.Event | None = None
    """Requests are not answered before this is set, ..."""
    hold_from: int = 1
    """... from the one with the so-manieth new event on."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def order(self, session_id: str) -> list[int]:
        """Numbers of the session's events, in the order in which each was first accepted."""
        first = dict.fromkeys(self.accepted)
        mine = [self.bodies[event] for event in first if self.bodies[event]["session"] == session_id]
        return [body["seq"] for body in mine]

    async def until(self, done: Callable[[], bool]) -> None:
        """Until what came makes `done` true."""
        async with asyncio.timeout(60), self.news:
            await self.news.wait_for(done)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        event = request.headers["webhook-id"]
        try:
            Webhook(self.secret).verify(body, dict(request.headers))
        except Exception:
            self.unverified += 1
            raise
        self.came[event] += 1
        time = self.came[event]
        async with self.news:
            self.bodies[event] = json.loads(body)["data"]
            self.types[event] = json.loads(body)["type"]
            self.news.notify_all()
        if self.hold is not None and len(self.came) >= self.hold_from:
            await self.hold.wait()
        status = self.answer(event, time)
        if 200 <= status < 300:
            self.accepted.append(event)
        async with self.news:
            self.news.notify_all()
        return web.Response(status=status)


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """Listening on loopback."""
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
