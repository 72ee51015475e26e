"""Wakes one task at an instant. APScheduler sleeps for us; what is due is somebody else's knowledge.

The instant is one of wall time, so a clock that is set during the sleep would wake us late: whoever waits
gives a longest sleep, measured on the monotonic clock, as the backstop.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

__all__ = ["Alarm"]

JOB = "next-due"


class Alarm:
    """One alarm clock with one hand. Belongs to the running event loop from `start` to `stop`."""

    def __init__(self) -> None:
        self._rings = asyncio.Event()
        self._scheduler: AsyncIOScheduler | None = None

    def start(self) -> None:
        """Start the clock; idempotent."""
        if self._scheduler is None:
            self._scheduler = AsyncIOScheduler(timezone=UTC, jobstores={"default": MemoryJobStore()})
            self._scheduler.start()

    async def stop(self) -> None:
        """Stop the clock; idempotent."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # APScheduler shuts down in the loop's next turn

    def ring(self) -> None:
        """Wake whoever sleeps, or will sleep next, at once."""
        self._rings.set()

    async def sleep(self, until: datetime | None, longest: float) -> None:
        """Return at `until`, when somebody rings, or after `longest` seconds, whichever comes first."""
        self._set(until)
        try:
            async with asyncio.timeout(longest):
                await self._rings.wait()
        except TimeoutError:
            pass
        finally:
            self._rings.clear()

    def _set(self, until: datetime | None) -> None:
        if self._scheduler is None:
            raise RuntimeError("the alarm has not been started")
        if until is None:
            if self._scheduler.get_job(JOB) is not None:
                self._scheduler.remove_job(JOB)
            return
        self._scheduler.add_job(
            self._fire,
            DateTrigger(run_date=until),
            id=JOB,
            replace_existing=True,
            misfire_grace_time=None,
        )

    async def _fire(self) -> None:
        """A coroutine function, since APScheduler would run a plain one in a thread."""
        self._rings.set()
