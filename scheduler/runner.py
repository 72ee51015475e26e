"""Does due work when it is due: claims rows, runs their handlers, records what came of it.

Any number of runners may share one table. A runner that dies leaves claims whose leases run out; whoever
claims them next does the work late, or records why it was missed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from scheduler.alarm import Alarm
from scheduler.due import ON_TIME, Action, Claim, Missed, State, decide, retry_delay
from scheduler.errors import ClaimLost, SchedulerError
from scheduler.ports import DueWorkStore, Handler

__all__ = ["Runner"]

log = logging.getLogger(__name__)

LEASE_SHARE = 0.8
"""A handler is stopped after this share of its lease, so that it never runs beside the next claim's."""

SHORTEST_SLEEP = timedelta(milliseconds=50)
"""Between two looks at the table, however much seems due: another runner may be at it."""


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class Runner:
    """One runner of one process. `start` it, `poke` it when rows change, `stop` it."""

    def __init__(
        self,
        store: DueWorkStore,
        handlers: Mapping[Action, Handler],
        *,
        poll_seconds: float = 30.0,
        lease_seconds: float = 60.0,
        stop_seconds: float = 3.0,
        concurrency: int = 8,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        missing = set(Action) - set(handlers)
        if missing:
            raise SchedulerError(f"no handler for {', '.join(sorted(missing))}; every action needs one")
        self._store = store
        self._handlers = dict(handlers)
        self._poll_seconds = poll_seconds
        self._lease = timedelta(seconds=lease_seconds)
        self._stop_seconds = stop_seconds
        self._concurrency = concurrency
        self._clock = clock
        self._alarm = Alarm()
        self._loop: asyncio.Task[None] | None = None
        self._working: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin; idempotent. What fell due while nobody ran is claimed at once."""
        if self._loop is None:
            self._alarm.start()
            self._loop = asyncio.create_task(self._run(), name="scheduler-runner")

    async def stop(self) -> None:
        """End; idempotent. Work under way gets `stop_seconds`; what is cut short waits for its lease."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        loop.cancel()
        working = list(self._working)
        if working:
            await asyncio.wait(working, timeout=self._stop_seconds)
        for task in working:
            task.cancel()
        await asyncio.gather(loop, *working, return_exceptions=True)
        await self._alarm.stop()

    def poke(self) -> None:
        """Look at the table now: rows have been added or moved."""
        self._alarm.ring()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                await self._claim_all()
                until = await self._store.next_due() if self._has_room() else None
                failures = 0
            except Exception:
                failures += 1
                wait = retry_delay(failures)
                log.exception("the table of due work cannot be read; looking again in %s", wait)
                until = self._clock() + wait
            if until is not None:
                until = max(until, self._clock() + SHORTEST_SLEEP)
            await self._alarm.sleep(until, self._poll_seconds)

    def _has_room(self) -> bool:
        return len(self._working) < self._concurrency

    async def _claim_all(self) -> None:
        while self._has_room():
            now = self._clock()
            claim = await self._store.claim(now, now + self._lease)
            if claim is None:
                return
            task = asyncio.create_task(self._work(claim), name=f"scheduler-{claim.action}-{claim.id}")
            self._working.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._alarm.ring()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("due work could not be recorded; its lease will run out: %r", error, exc_info=error)

    async def _work(self, claim: Claim) -> None:
        """Do one claim to its end. Raises only if the table cannot be written."""
        verdict = decide(claim, self._clock())
        if isinstance(verdict, Missed):
            log.warning("%s of %s missed: %s", claim.action, claim.session_id, verdict.reason)
            await self._store.finish(claim, State.MISSED, verdict.reason, self._clock())
            return
        if verdict.late > ON_TIME:
            log.warning("%s of %s runs %s late", claim.action, claim.session_id, verdict.late)
        try:
            async with asyncio.timeout(self._lease.total_seconds() * LEASE_SHARE):
                outcome = await self._handlers[claim.action](claim)
        except ClaimLost as lost:
            log.info("%s of %s: %s", claim.action, claim.session_id, lost)
        except Exception as error:
            await self._try_later(claim, error)
        else:
            await self._store.finish(claim, State.DONE, outcome, self._clock())

    async def _try_later(self, claim: Claim, error: Exception) -> None:
        now = self._clock()
        retry_at = now + retry_delay(claim.epoch)
        if claim.closes_at > now:
            retry_at = min(retry_at, claim.closes_at)  # never hold up the closing of the room
        log.error("%s of %s failed, next try at %s", claim.action, claim.session_id, retry_at, exc_info=error)
        await self._store.release(claim, retry_at, f"failed: {error!r}"[:500])
