"""A task that looks when it is poked, and at the latest when it said it would; two relays live on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

__all__ = ["REST_AFTER_ERROR", "Beat"]

log = logging.getLogger(__name__)

SHORTEST_SLEEP = 0.05
"""Seconds between two looks, however much seems due: another process may be at it."""

REST_AFTER_ERROR = 1.0
"""Seconds to rest where the records cannot be read or written; twice as many each time."""


STOP_SECONDS = 3.0
"""Patience with work under way at the end: what was sent is to be recorded as sent."""


class Beat:
    """Calls `work`, which says in how many seconds there is more to do, again and again."""

    def __init__(self, work: Callable[[], Awaitable[float]], *, name: str, poll_seconds: float) -> None:
        self._work = work
        self._name = name
        self._poll_seconds = poll_seconds
        self._poked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ending = False

    @property
    def running(self) -> bool:
        """Between start and stop."""
        return self._task is not None

    def start(self) -> None:
        """Begin; idempotent."""
        if self._task is None:
            self._ending = False
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """End, after a moment in the middle of work if need be; idempotent."""
        task, self._task = self._task, None
        if task is not None:
            self._ending = True
            self._poked.set()
            await asyncio.wait({task}, timeout=STOP_SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def poke(self) -> None:
        """Look now."""
        self._poked.set()

    async def _run(self) -> None:
        failures = 0
        while not self._ending:
            try:
                seconds = await self._work()
                failures = 0
            except Exception:
                log.exception("%s: the records cannot be read; looking again soon", self._name)
                seconds = REST_AFTER_ERROR * 2 ** min(failures, 10)
                failures += 1
            if self._ending:
                return
            await self._sleep(min(max(seconds, SHORTEST_SLEEP), self._poll_seconds))

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
        except TimeoutError:
            pass
        finally:
            self._poked.clear()
