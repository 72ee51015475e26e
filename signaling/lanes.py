"""Work in order within a key and at once across keys, with an owner for every task."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None]]

log = logging.getLogger(__name__)


class Lanes:
    """A queue a key. A lane's task lives only while there is work in it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queues: dict[str, deque[tuple[Work, asyncio.Future[None]]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def submit(self, key: str, work: Work) -> asyncio.Future[None]:
        """Queues ``work``; the future is done when it is. Work deals with its own errors; others are
        logged."""
        done = asyncio.get_running_loop().create_future()
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = deque()
            queue.append((work, done))
            self._tasks[key] = asyncio.create_task(self._run(key, queue), name=f"{self._name}:{key}")
        else:
            queue.append((work, done))
        return done

    def last(self, key: str) -> asyncio.Future[None] | None:
        """Done when all that is queued now is; None where nothing is."""
        queue = self._queues.get(key)
        return queue[-1][1] if queue else None

    async def idle(self) -> None:
        """Waits until nothing is queued any more."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def close(self, patience: float) -> None:
        """Lets the work go on for at most ``patience`` seconds, then ends it."""
        try:
            async with asyncio.timeout(patience):
                await self.idle()
        except TimeoutError:
            log.error("%s: gave up %d unfinished lanes", self._name, len(self._tasks))
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: str, queue: deque[tuple[Work, asyncio.Future[None]]]) -> None:
        try:
            while queue:
                work, done = queue[0]
                try:
                    await work()
                except Exception:
                    log.exception("%s: work failed", self._name)
                queue.popleft()
                if not done.done():
                    done.set_result(None)
        finally:
            for _, left in queue:
                left.cancel()
            del self._queues[key], self._tasks[key]
