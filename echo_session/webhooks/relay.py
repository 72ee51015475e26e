"""Carries events from the outbox to their receivers, at least once, whatever dies.

One task for each endpoint that has something due, so that one which hangs delays no other; a delivery is
claimed with a lease, sent, and only then recorded. Whoever dies in between leaves a lease that runs out,
and the event is sent again under the same id.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from echo_session.beat import REST_AFTER_ERROR, Beat
from echo_session.domain.deliveries import Attempt, ClaimedDelivery, Head
from echo_session.webhooks.ports import Answer, DeliveryStore, Sender
from echo_session.webhooks.schedule import (
    DEFAULT_POLICY,
    RetryPolicy,
    accepted,
    choose,
    rule,
    second_opinion,
    wake_at,
)
from echo_session.webhooks.signing import encode_body, signed_headers

__all__ = ["Relay"]

log = logging.getLogger(__name__)


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
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._sender = sender
        self._policy = policy
        self._poll_seconds = poll_seconds
        self._lease = timedelta(seconds=lease_seconds)
        self._stop_seconds = stop_seconds
        self._max_endpoints = max_endpoints
        self._clock = clock
        self._jitter = jitter
        self._stopping = False
        self._beat = Beat(self._send_out, name="webhook-relay", poll_seconds=poll_seconds)
        self._workers: dict[str, asyncio.Task[None]] = {}

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
        workers = list(self._workers.values())
        if workers:
            await asyncio.wait(workers, timeout=self._stop_seconds)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    def poke(self) -> None:
        """Look at the records now: there are new events, or an endpoint has changed."""
        self._beat.poke()

    async def _send_out(self) -> float:
        """Give every endpoint with something due a task; returns the seconds until another has."""
        waiting = self._poll_seconds
        for backlog in await self._store.backlogs():
            if backlog.endpoint_id in self._workers:
                continue
            seconds = (wake_at(backlog) - self._clock()).total_seconds()
            if seconds > 0:
                waiting = min(waiting, seconds)
            elif len(self._workers) < self._max_endpoints:
                self._begin(backlog.endpoint_id)
        return waiting

    def _begin(self, endpoint_id: str) -> None:
        worker = asyncio.create_task(self._serve(endpoint_id), name=f"webhook-{endpoint_id}")
        self._workers[endpoint_id] = worker

        def done(_: asyncio.Task[None]) -> None:
            del self._workers[endpoint_id]
            self._beat.poke()

        worker.add_done_callback(done)

    async def _serve(self, endpoint_id: str) -> None:
        """Send all that is due at one endpoint, one after the other."""
        try:
            while not self._stopping and await self._send_next(endpoint_id):
                pass
        except Exception:
            log.exception("webhook endpoint %s rests for a moment", endpoint_id)
            await asyncio.sleep(REST_AFTER_ERROR)

    async def _send_next(self, endpoint_id: str) -> bool:
        """Send one event, and for a second opinion another; false if nothing is due."""
        backlog = await self._store.backlog(endpoint_id)
        head = choose(backlog, self._clock()) if backlog else None
        if backlog is None or head is None:
            return False
        attempt = await self._try(head)
        if attempt is not None and not accepted(attempt):
            other = second_opinion(backlog, head.stream, attempt, self._clock())
            if other is not None and not self._stopping:
                await self._try(other, opinion=True)
        return True

    async def _try(self, head: Head, *, opinion: bool = False) -> Attempt | None:
        """Claim, send, record; none if somebody else was quicker."""
        now = self._clock()
        claim = await self._store.claim(head, now, now + self._lease)
        if claim is None:
            return None
        attempt = await self._attempt(claim, now)
        ruling = rule(claim, attempt, self._policy, self._jitter, opinion=opinion)
        held = await self._store.record(claim, attempt, ruling)
        log.log(
            logging.INFO if accepted(attempt) else logging.WARNING,
            "webhook %s to %s: %s, %s%s",
            claim.event_id,
            claim.endpoint_id,
            attempt.error or attempt.status,
            ruling.state,
            "" if held else " (somebody else's by now)",
        )
        return attempt

    async def _attempt(self, claim: ClaimedDelivery, at: datetime) -> Attempt:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            body = encode_body(claim.payload)
            headers = signed_headers(claim.event_id, body, claim.secrets, at)
            answer = await self._sender.send(claim.url, body, headers)
        except Exception as error:
            log.exception("webhook %s could not be sent", claim.event_id)
            answer = Answer(None, f"the request could not be made: {error!r}")
        return Attempt(
            at=at,
            status=answer.status,
            error=answer.error,
            duration_ms=round((loop.time() - begun) * 1000),
            response_excerpt=answer.excerpt,
            retry_after=answer.retry_after,
        )
