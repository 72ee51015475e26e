"""Sends all that is due at one endpoint: several streams at a time, each in its order.

What has ended is recorded and what comes next is claimed in one transaction, however many it is of either, so
that a hundred thousand deliveries take the records as little time as they can.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from echo_session.beat import REST_AFTER_ERROR
from echo_session.domain.deliveries import Attempt, ClaimedDelivery, Head, Landing, Outcome
from echo_session.webhooks.ports import Answer, DeliveryStore, Sender
from echo_session.webhooks.queue import Queue
from echo_session.webhooks.redact import shown_request
from echo_session.webhooks.schedule import RetryPolicy, accepted, in_doubt, rule
from echo_session.webhooks.signing import encode_body, signed_headers

__all__ = ["Terms", "Worker"]

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0
"""What is in memory is read anew after so long, since other streams may have begun to wait, ..."""
LOOKS = 10
"""... but at most one part in so many of the time goes into reading."""
GATHER_SECONDS = 0.01
"""What has ended waits so long for others that are about to, to be recorded together."""
TRIES = 5
"""So often a turn is tried before its outcomes are given up; what they claimed is then sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all workers of a relay have in common."""

    store: DeliveryStore
    sender: Sender
    policy: RetryPolicy
    lease: timedelta
    parallel: int
    """Streams of one endpoint that are under way at a time, while it is up."""
    clock: Callable[[], datetime]
    jitter: Callable[[], float]


@dataclass(frozen=True, slots=True, eq=False)
class _Flight:
    """A request under way."""

    claim: ClaimedDelivery
    opinion: bool
    successes: int
    """What the endpoint had accepted from this worker when it began."""


class Worker:
    """Serves one endpoint until nothing is due there. `run` it once."""

    def __init__(self, endpoint_id: str, queue: Queue, terms: Terms) -> None:
        self._endpoint_id = endpoint_id
        self._queue = queue
        self._terms = terms
        self._flights: dict[_Flight, asyncio.Task[None]] = {}
        self._landed: list[tuple[_Flight, Attempt]] = []
        self._news = asyncio.Event()
        self._successes = 0
        self._open = True
        self._stale = False
        self._read_again_at = 0.0
        self._opinions: set[str] = set()
        """Deliveries that are claimed to hear a second opinion."""
        self._read(0.0)

    def poke(self) -> None:
        """There may be something new."""
        self._stale = True
        self._news.set()

    def finish(self) -> None:
        """Begin nothing more."""
        self._open = False
        self._news.set()

    async def run(self) -> None:
        """Until nothing is due, or after `finish` nothing under way. A failure is logged."""
        try:
            await self._serve()
        except Exception:
            log.exception("webhook endpoint %s rests for a moment", self._endpoint_id)
            await asyncio.sleep(REST_AFTER_ERROR)
        finally:
            flights = list(self._flights.values())
            for flight in flights:
                flight.cancel()
            await asyncio.gather(*flights, return_exceptions=True)

    async def _serve(self) -> None:
        while True:
            if self._open and self._stale and self._time() >= self._read_again_at:
                await self._look_again()
            if self._landed:
                await self._gather()
                await self._patiently()
            elif self._due():
                await self._patiently()
            elif self._flights:
                await self._wait()
            elif not self._open or not await self._look_again():
                return

    def _time(self) -> float:
        return asyncio.get_running_loop().time()

    def _due(self) -> bool:
        """Whether a turn would send something."""
        if not self._open or len(self._flights) >= self._terms.parallel:
            return False
        if self._queue.standing.failures and self._flights:
            return False
        at = self._queue.wake_at()
        return at is not None and at <= self._terms.clock()

    async def _gather(self) -> None:
        """Until all that is under way has ended, or for a moment."""
        until = self._time() + GATHER_SECONDS
        while self._flights and (seconds := until - self._time()) > 0:
            await self._sleep(seconds)

    async def _wait(self) -> None:
        """Until something lands, comes or falls due."""
        seconds = max(self._read_again_at - self._time(), 0.01)
        if self._open and len(self._flights) < self._terms.parallel and (at := self._queue.wake_at()):
            seconds = min(seconds, max((at - self._terms.clock()).total_seconds(), 0.01))
        await self._sleep(seconds)
        if self._time() >= self._read_again_at:
            self._stale = True

    async def _sleep(self, seconds: float) -> None:
        """So long, or until there is news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    async def _look_again(self) -> bool:
        """Read what waits; false where nothing of it is due."""
        begun = self._time()
        backlog = await self._terms.store.backlog(self._endpoint_id, self._terms.clock())
        self._read(self._time() - begun)
        if backlog is None:
            return False
        self._queue = Queue(backlog, [flight.claim.stream for flight in self._flights])
        return self._due()

    def _read(self, took: float) -> None:
        self._stale = False
        self._read_again_at = self._time() + max(FRESH_SECONDS, LOOKS * took)

    async def _patiently(self) -> None:
        """A turn; where the records cannot be written, what has ended is not forgotten at once."""
        landed, self._landed = self._landed, []
        for number in range(1, TRIES + 1):
            try:
                await self._turn(landed)
                return
            except Exception:
                if number == TRIES:
                    raise
                log.exception("webhook endpoint %s: not recorded yet", self._endpoint_id)
                await asyncio.sleep(REST_AFTER_ERROR)
                with suppress(Exception):  # the next try says what is wrong
                    await self._look_again()

    async def _turn(self, landed: list[tuple[_Flight, Attempt]]) -> None:
        """Record what has ended, claim what is next, and send it."""
        terms, now = self._terms, self._terms.clock()
        outcomes = [self._judge(flight, attempt) for flight, attempt in landed]
        back = any(outcome.ruling.releases_backlog for outcome in outcomes)
        self._opinions.clear()

        def pick(landing: Landing) -> list[Head]:
            return self._pick(outcomes, landing, now)

        turn = await terms.store.turn(
            self._endpoint_id,
            outcomes,
            pick,
            now=now,
            lease_until=now + terms.lease,
            release=self._queue.tried() if back else [],
        )
        self._open = self._open and turn.open
        self._stale = self._stale or back
        for outcome, held in zip(outcomes, turn.held, strict=False):
            _tell(outcome, held=held)
        for head in turn.lost:
            self._queue.drop(head)
            self._stale = True
        for claim in turn.claims:
            self._send(claim)

    def _judge(self, flight: _Flight, attempt: Attempt) -> Outcome:
        ruling = rule(
            flight.claim,
            attempt,
            self._terms.policy,
            self._terms.jitter,
            opinion=flight.opinion,
            contradicted=self._successes > flight.successes,
        )
        return Outcome(flight.claim, attempt, ruling)

    def _pick(self, outcomes: list[Outcome], landing: Landing, now: datetime) -> list[Head]:
        queue = self._queue
        queue.standing = landing.standing
        for stream, head in landing.heads.items():
            queue.land(stream, head)
        if not self._open:
            return []
        if landing.standing.failures and not self._flights and outcomes:
            last = outcomes[-1]
            if last.ruling.endpoint_up is False and in_doubt(last.attempt):
                other = queue.another(last.claim.stream, now)
                if other is not None:
                    self._opinions.add(other.delivery_id)
                    return [other]
        return queue.pick(now, self._terms.parallel - len(self._flights))

    def _send(self, claim: ClaimedDelivery) -> None:
        flight = _Flight(claim, claim.id in self._opinions, self._successes)
        self._flights[flight] = asyncio.create_task(self._fly(flight), name=f"webhook-{claim.id}")

    async def _fly(self, flight: _Flight) -> None:
        try:
            attempt = await self._attempt(flight.claim)
            self._successes += accepted(attempt)
            self._landed.append((flight, attempt))
        finally:
            del self._flights[flight]
            self._news.set()

    async def _attempt(self, claim: ClaimedDelivery) -> Attempt:
        at, begun = self._terms.clock(), self._time()
        headers: dict[str, str] = {}
        try:
            body = encode_body(claim.payload)
            headers = signed_headers(claim.event_id, body, claim.secrets, at)
            answer = await self._terms.sender.send(claim.url, body, headers)
        except Exception as error:
            log.exception("webhook %s could not be sent", claim.event_id)
            answer = Answer(None, f"the request could not be made: {error!r}")
        if answer.refused:
            log.warning("webhook endpoint %s leads to an address that is refused", claim.endpoint_id)
        return Attempt(
            at=at,
            status=answer.status,
            error=answer.error,
            duration_ms=round((self._time() - begun) * 1000),
            response_excerpt=answer.excerpt,
            retry_after=answer.retry_after,
            request=shown_request(claim.url, answer.sent or headers),
            response_headers=answer.headers,
        )


def _tell(outcome: Outcome, *, held: bool) -> None:
    """For the log: no addresses and nothing that a receiver said."""
    claim, attempt = outcome.claim, outcome.attempt
    log.log(
        logging.INFO if accepted(attempt) else logging.WARNING,
        "webhook %s to %s: %s, %s%s",
        claim.event_id,
        claim.endpoint_id,
        attempt.status or "no answer",
        outcome.ruling.state,
        "" if held else " (somebody else's by now)",
    )
