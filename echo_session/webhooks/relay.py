"""Carries events from the outbox to their receivers, at least once, whatever dies.

One worker for each endpoint that has something due, so that one which hangs delays no other. A delivery is
claimed with a lease, sent, and only then recorded. Whoever dies in between leaves a lease that runs out, and
the event is sent again under the same id.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from echo_session.beat import Beat
from echo_session.webhooks.ports import DeliveryStore, Sender
from echo_session.webhooks.queue import Queue
from echo_session.webhooks.schedule import DEFAULT_POLICY, RetryPolicy
from echo_session.webhooks.worker import Terms, Worker

__all__ = ["Relay"]

log = logging.getLogger(__name__)

LOOKS = 4
"""At most one part in so many of the time is spent looking for what is due."""


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class Relay:
    """One relay of one process; several may share the records. `poke` it when there are new events."""

    def __init__(
        self,
        store: DeliveryStore,
        sender: Sender,
        *,
        policy: RetryPolicy = DEFAULT_POLICY,
        poll_seconds: float = 10.0,
        lease_seconds: float = 30.0,
        stop_seconds: float = 3.0,
        max_endpoints: int = 64,
        parallel: int = 4,
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._terms = Terms(
            store=store,
            sender=sender,
            policy=policy,
            lease=timedelta(seconds=lease_seconds),
            parallel=parallel,
            clock=clock,
            jitter=jitter,
        )
        self._poll_seconds = poll_seconds
        self._stop_seconds = stop_seconds
        self._max_endpoints = max_endpoints
        self._stopping = False
        self._beat = Beat(self._send_out, name="webhook-relay", poll_seconds=poll_seconds)
        self._workers: dict[str, tuple[Worker, asyncio.Task[None]]] = {}
        self._count_at = 0.0

    async def start(self) -> None:
        """Begin; idempotent. What has gathered while nobody ran goes at once."""
        self._stopping = False
        self._beat.start()

    async def stop(self) -> None:
        """End; idempotent. Requests under way get `stop_seconds` to be answered and recorded."""
        if not self._beat.running:
            return
        self._stopping = True
        await self._beat.stop()
        for worker, _ in self._workers.values():
            worker.finish()
        tasks = [task for _, task in self._workers.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=self._stop_seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def poke(self) -> None:
        """Look at the records now: there are new events, or an endpoint has changed."""
        for worker, _ in self._workers.values():
            worker.poke()
        self._beat.poke()

    async def _send_out(self) -> float:
        """Give every endpoint with something due a worker; returns the seconds until another has."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        waiting = await self._hire()
        if begun >= self._count_at:
            await self._store.number_events()
            self._count_at = begun + self._poll_seconds
        await asyncio.sleep((LOOKS - 1) * min(loop.time() - begun, 1.0))
        return waiting

    async def _hire(self) -> float:
        waiting = self._poll_seconds
        for standing in await self._store.standings():
            endpoint_id, now = standing.endpoint_id, self._terms.clock()
            if endpoint_id in self._workers:
                continue
            at = standing.next_attempt_at if standing.failures else None
            if at is None or at <= now:
                backlog = await self._store.backlog(endpoint_id, now)
                queue = Queue(backlog) if backlog else None
                at = queue.wake_at() if queue else None
                if queue is None or at is None:
                    continue
                if at <= now and len(self._workers) < self._max_endpoints:
                    self._begin(endpoint_id, queue)
                    continue
            waiting = min(waiting, (at - now).total_seconds())
        return waiting

    def _begin(self, endpoint_id: str, queue: Queue) -> None:
        if self._stopping:
            return
        worker = Worker(endpoint_id, queue, self._terms)
        task = asyncio.create_task(worker.run(), name=f"webhook-{endpoint_id}")
        self._workers[endpoint_id] = (worker, task)

        def done(_: asyncio.Task[None]) -> None:
            del self._workers[endpoint_id]
            self._beat.poke()

        task.add_done_callback(done)
