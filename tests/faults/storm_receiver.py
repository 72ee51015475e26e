"""A receiver in bad weather: it fails, hangs, is away for a while, and keeps book of what it accepted."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from aiohttp import web
from standardwebhooks import Webhook

FAILURES = (400, 404, 429, 500, 502, 503, 302)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad it is."""

    fails: float = 0.30
    """Share of requests that are answered, but not with success."""
    hangs: float = 0.05
    """Share of requests that are never answered."""
    in_a_row: int = 5
    """So often at most to the same event: a receiver that goes on refuses it, which is another test."""


@dataclass
class StormReceiver:
    """Several endpoints of one server. Knows ids, as the guide asks a receiver to."""

    secrets: list[str]
    weather: Weather
    dice: random.Random
    port: int = 0
    requests: int = 0
    answered: Counter[int] = field(default_factory=Counter)
    """Requests by the status that was answered; 0 for none."""
    unverified: int = 0
    effects: set[tuple[int, str]] = field(default_factory=set)
    """What took effect, by endpoint and id of the event."""
    repeats: int = 0
    """Accepted events that came again, and were known."""
    order: defaultdict[tuple[int, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """Numbers of a stream's events as they took effect, by endpoint and stream."""
    _refused: Counter[tuple[int, str]] = field(default_factory=Counter)
    _runner: web.AppRunner | None = None
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    def url(self, endpoint: int) -> str:
        """Of one of its endpoints."""
        return f"http://127.0.0.1:{self.port}/{endpoint}"

    async def open(self) -> None:
        """Listens; the second time where it listened before."""
        app = web.Application()
        app.router.add_post("/{endpoint}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Nobody answers any more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, accepted: int) -> None:
        """Until so many events took effect."""
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.effects) >= accepted)

    async def _handle(self, request: web.Request) -> web.Response:
        self.requests += 1
        endpoint = int(request.match_info["endpoint"])
        body = await request.read()
        try:
            Webhook(self.secrets[endpoint]).verify(body, dict(request.headers))
        except Exception:
            self.unverified += 1
            raise
        key = endpoint, request.headers["webhook-id"]
        status = self._status(key)
        self.answered[status] += 1
        if status == 0:
            await asyncio.Event().wait()
        if status == 204:
            await self._accept(key, json.loads(body)["data"])
        return web.Response(status=status)

    def _status(self, key: tuple[int, str]) -> int:
        chance = self.dice.random()
        bad = self.weather.fails + self.weather.hangs
        if chance >= bad or self._refused[key] >= self.weather.in_a_row:
            del self._refused[key]
            return 204
        self._refused[key] += 1
        return 0 if chance < self.weather.hangs else self.dice.choice(FAILURES)

    async def _accept(self, key: tuple[int, str], data: dict[str, object]) -> None:
        """In one go, as a transaction of the receiver's would be."""
        if key in self.effects:
            self.repeats += 1
            return
        self.effects.add(key)
        self.order[key[0], str(data["stream"])].append(int(str(data["seq"])))
        async with self._progress:
            self._progress.notify_all()
