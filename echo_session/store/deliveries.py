"""The delivery side of the outbox: what waits for whom, and what came of it.

`store.events` puts deliveries in, in the transaction that writes the event; everything here is the relay's.
Claims are conditional updates, so several relays may race over one database, SQLite or PostgreSQL. Whoever
changes deliveries holds their endpoint's row first, so that two never wait for each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, insert, select, tuple_, update

from echo_session.domain.deliveries import (
    AT_ONCE,
    Backlog,
    ClaimedDelivery,
    DeliveryState,
    EndpointStatus,
    Head,
    Landing,
    Outcome,
    Pick,
    Standing,
    Turn,
)
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.among import among
from echo_session.store.delivery_heads import due_at, head_of, heads_of, waiting
from echo_session.store.engine import Database, Tx
from echo_session.store.event_feed import number_events
from echo_session.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, WebhookEndpointRow

__all__ = ["KEPT_ATTEMPTS", "Deliveries"]

KEPT_ATTEMPTS = 100
"""The log keeps at least so many of a delivery's latest attempts, and at most half as many more."""
_QUIET = {"synchronize_session": False}


class Deliveries:
    """The adapter of `echo_session.webhooks.ports.DeliveryStore`; each method is one transaction."""

    def __init__(self, database: Database, *, random: RandomBytes = secrets.token_bytes) -> None:
        self._database = database
        self._random = random

    async def number_events(self) -> None:
        """Have what was committed counted for the feed."""
        await number_events(self._database)

    async def standings(self) -> list[Standing]:
        """Every enabled endpoint that waits for anything."""
        waits = exists().where(
            DeliveryRow.endpoint_id == WebhookEndpointRow.id, DeliveryRow.state == DeliveryState.PENDING
        )
        query = _standing().where(WebhookEndpointRow.status == EndpointStatus.ENABLED, waits)
        async with self._database.read() as tx:
            return [Standing(*row[:3]) for row in await tx.execute(query)]

    async def backlog(self, endpoint_id: str, now: datetime) -> Backlog | None:
        """The heads of its streams, if there are very many those that are due first; none if it waits for
        nothing, is not enabled or is gone."""
        async with self._database.read() as tx:
            found = (await tx.execute(_standing().where(WebhookEndpointRow.id == endpoint_id))).first()
            if found is None or found.status != EndpointStatus.ENABLED:
                return None
            heads = await tx.execute(waiting(endpoint_id, now, down=bool(found.failures)))
            return Backlog(Standing(*found[:3]), tuple(map(head_of, heads)))

    async def turn(
        self,
        endpoint_id: str,
        outcomes: Sequence[Outcome],
        pick: Pick,
        *,
        now: datetime,
        lease_until: datetime,
        release: Sequence[str],
    ) -> Turn:
        """Log the attempts, apply the rulings, and claim what `pick` wants next.

        That a receiver accepted is true whoever holds the claim, so it is recorded even where that was lost.
        """
        async with self._database.write() as tx:
            endpoint = await tx.get(WebhookEndpointRow, endpoint_id, with_for_update={"key_share": True})
            if endpoint is None:
                return Turn(open=False, held=(False,) * len(outcomes))
            held = await self._record(tx, outcomes)
            for outcome, counts in zip(outcomes, held, strict=True):
                if counts:
                    _apply(endpoint, outcome)
                    if outcome.ruling.releases_backlog:
                        await _release(tx, release, outcome.attempt.at)
            await tx.flush()
            if endpoint.status != EndpointStatus.ENABLED:
                return Turn(open=False, held=held)
            heads: dict[str, Head | None] = dict.fromkeys(outcome.claim.stream for outcome in outcomes)
            if heads:
                query, values = heads_of(endpoint_id, list(heads))
                heads |= {row.stream: head_of(row) for row in await tx.execute(query, values)}
            standing = Standing(endpoint_id, endpoint.failures, endpoint.next_attempt_at)
            wanted = pick(Landing(standing, heads))
            claims = await _claim(tx, endpoint, wanted, now, lease_until) if wanted else ()
            taken = {claim.id for claim in claims}
            lost = tuple(head for head in wanted if head.delivery_id not in taken)
            return Turn(open=True, held=held, claims=claims, lost=lost)

    async def _record(self, tx: Tx, outcomes: Sequence[Outcome]) -> tuple[bool, ...]:
        """Logs the attempts and applies the rulings to their deliveries; for each, whether its claim held.

        Whoever changes a delivery holds its endpoint's row, as we do, so what is read here stays so.
        """
        if not outcomes:
            return ()
        row = DeliveryRow
        known = select(row.id, row.state, row.lease_epoch).where(
            row.id.in_([outcome.claim.id for outcome in outcomes])
        )
        found = {each.id: each for each in await tx.execute(known)}
        lines = [self._line(outcome) for outcome in outcomes if outcome.claim.id in found]
        if lines:
            await tx.execute(insert(DeliveryAttemptRow), lines)
        held = tuple(_counts(outcome, found.get(outcome.claim.id)) for outcome in outcomes)
        changes = [_change(outcome) for outcome, counts in zip(outcomes, held, strict=True) if counts]
        if changes:
            await tx.execute(update(row), changes)
        for outcome in outcomes:
            if outcome.claim.epoch % (KEPT_ATTEMPTS // 2) == 0:
                await _prune(tx, outcome.claim.id)
        return held

    def _line(self, outcome: Outcome) -> dict[str, Any]:
        attempt = outcome.attempt
        return {
            "id": new_id(Prefix.DELIVERY_ATTEMPT, self._random),
            "delivery_id": outcome.claim.id,
            "at": attempt.at,
            "status": attempt.status,
            "error": attempt.error,
            "duration_ms": attempt.duration_ms,
            "request": dict(attempt.request),
            "response_headers": dict(attempt.response_headers),
            "response_excerpt": attempt.response_excerpt,
        }


def _standing() -> Select[str, int, datetime | None, str]:
    row = WebhookEndpointRow
    return select(row.id, row.failures, row.next_attempt_at, row.status).order_by(row.id)


def _counts(outcome: Outcome, row: Any) -> bool:
    """Whether the delivery, as it is, still waits for this outcome."""
    if row is None or row.state != DeliveryState.PENDING:
        return False
    return outcome.ruling.state is DeliveryState.DELIVERED or bool(row.lease_epoch == outcome.claim.epoch)


def _change(outcome: Outcome) -> dict[str, Any]:
    """What the ruling makes of the delivery; its next try stays where the ruling has no time for it."""
    ruling, claim = outcome.ruling, outcome.claim
    accepted = ruling.state is DeliveryState.DELIVERED
    never = ruling.next_attempt_at <= AT_ONCE
    return {
        "id": claim.id,
        "state": ruling.state,
        "attempts": ruling.attempts,
        "lease_until": None,
        "delivered_at": outcome.attempt.at if accepted else None,
        "next_attempt_at": outcome.attempt.at if never else ruling.next_attempt_at,
    }


def _apply(endpoint: WebhookEndpointRow, outcome: Outcome) -> None:
    ruling, attempt = outcome.ruling, outcome.attempt
    if ruling.endpoint_up is True:
        endpoint.failures = 0
        endpoint.failing_since = None
        endpoint.next_attempt_at = None
    elif ruling.endpoint_up is False:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or attempt.at
        endpoint.next_attempt_at = ruling.endpoint_next_attempt_at
    if ruling.disables:
        endpoint.status = EndpointStatus.DISABLED
        endpoint.disabled_reason = ruling.disables


async def _release(tx: Tx, delivery_ids: Sequence[str], at: datetime) -> None:
    if delivery_ids:
        row = DeliveryRow
        waits = (row.state == DeliveryState.PENDING, row.next_attempt_at > at)
        statement = update(row).where(among(tx, row.id, delivery_ids), *waits)
        await tx.execute(statement.values(next_attempt_at=at).execution_options(**_QUIET))


async def _claim(
    tx: Tx, endpoint: WebhookEndpointRow, heads: Sequence[Head], now: datetime, lease_until: datetime
) -> tuple[ClaimedDelivery, ...]:
    """Those of the heads that nobody has taken since they were read."""
    row = DeliveryRow
    wanted = [(head.delivery_id, head.epoch) for head in heads]
    taken = await tx.scalars(
        update(row)
        .where(
            row.id.in_([head.delivery_id for head in heads]),
            tuple_(row.id, row.lease_epoch).in_(wanted),
            row.state == DeliveryState.PENDING,
        )
        .values(lease_until=lease_until, lease_epoch=row.lease_epoch + 1)
        .returning(row.id)
        .execution_options(**_QUIET)
    )
    ids = set(taken)
    columns = (row.id, row.stream, row.attempts, row.next_attempt_at, row.lease_epoch, row.event_id)
    whole = select(*columns, EventRow.payload).join(EventRow, EventRow.id == row.event_id)
    found = {each.id: each for each in await tx.execute(whole.where(row.id.in_(ids)))} if ids else {}
    return tuple(
        ClaimedDelivery(
            id=each.id,
            endpoint_id=endpoint.id,
            event_id=each.event_id,
            stream=each.stream,
            payload=each.payload,
            url=endpoint.url,
            secrets=_signing(endpoint, now),
            attempts=each.attempts,
            next_attempt_at=due_at(each.attempts, each.next_attempt_at),
            endpoint_failures=endpoint.failures,
            epoch=each.lease_epoch,
            lease_until=lease_until,
        )
        for head in heads
        if (each := found.get(head.delivery_id)) is not None
    )


def _signing(endpoint: WebhookEndpointRow, now: datetime) -> tuple[str, ...]:
    until = endpoint.previous_secret_until
    if endpoint.previous_secret and (until is None or now < until):
        return endpoint.secret, endpoint.previous_secret
    return (endpoint.secret,)


async def _prune(tx: Tx, delivery_id: str) -> None:
    """Forget all but the latest attempts, so that an endpoint that is down for weeks fills no disk."""
    log = DeliveryAttemptRow
    latest = select(log.id).where(log.delivery_id == delivery_id).order_by(log.at.desc()).limit(KEPT_ATTEMPTS)
    await tx.execute(
        delete(log).where(log.delivery_id == delivery_id, log.id.not_in(latest)).execution_options(**_QUIET)
    )
