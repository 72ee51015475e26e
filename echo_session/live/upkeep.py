"""Keeps the records in order while the service runs: every few hours, and soon after the start."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from echo_session.domain.erasing import Retention
from echo_session.domain.ids import RandomBytes
from echo_session.store.engine import Database
from echo_session.store.retention import retain
from echo_session.store.upkeep import Kept, keep_up

__all__ = ["Upkeep"]

log = logging.getLogger(__name__)


class Upkeep:
    """One task, from `start` to `stop`. Any number of control processes may do it beside each other."""

    def __init__(
        self,
        database: Database,
        kept: Kept,
        retention: Retention,
        *,
        now: Callable[[], datetime],
        random: RandomBytes,
        every_seconds: float,
        first_seconds: float = 60.0,
    ) -> None:
        """``first_seconds`` after the start, when the rooms are back, it is done for the first time."""
        self._database = database
        self._kept = kept
        self._retention = retention
        self._now = now
        self._random = random
        self._every_seconds = every_seconds
        self._first_seconds = first_seconds
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; idempotent."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End; idempotent. What is under way is rolled back."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        await asyncio.sleep(self._first_seconds)
        while True:
            try:
                done = await keep_up(self._database, self._kept, now=self._now(), random=self._random)
                done |= await retain(self._database, self._retention, now=self._now(), random=self._random)
                if any(done.values()):
                    log.info(
                        "Upkeep: %s", ", ".join(f"{count} {what}" for what, count in done.items() if count)
                    )
            except Exception:
                log.exception("upkeep failed; it is tried again in %s s", self._every_seconds)
            await asyncio.sleep(self._every_seconds)
