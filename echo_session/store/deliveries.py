"""The delivery side of the outbox: what waits for whom, and what came of it.

`store.events` puts deliveries in, in the transaction that writes the event; everything here is the relay's.
Claims are conditional updates, so several relays may race over one database, SQLite or PostgreSQL.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, and_, delete, func, select, update

from echo_session.domain.deliveries import (
    AT_ONCE,
    Attempt,
    Backlog,
    ClaimedDelivery,
    DeliveryState,
    EndpointStatus,
    Head,
    Ruling,
)
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Database, Tx
from echo_session.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, WebhookEndpointRow

__all__ = ["KEPT_ATTEMPTS", "Deliveries"]

KEPT_ATTEMPTS = 100
"""The log keeps at least so many of a delivery's latest attempts, and at most half as many more."""

Found = tuple[DeliveryRow, EventRow, WebhookEndpointRow]


class Deliveries:
    """The adapter of `echo_session.webhooks.ports.DeliveryStore`; each method is one transaction."""

    def __init__(self, database: Database, *, random: RandomBytes = secrets.token_bytes) -> None:
        self._database = database
        self._random = random

    async def backlogs(self) -> list[Backlog]:
        """The heads of every stream of every enabled endpoint that waits for anything."""
        async with self._database.read() as tx:
            return _backlogs(await tx.execute(_heads()))

    async def backlog(self, endpoint_id: str) -> Backlog | None:
        """The heads of one endpoint's streams; none if it waits for nothing, is disabled or gone."""
        async with self._database.read() as tx:
            found = _backlogs(await tx.execute(_heads(endpoint_id)))
        return found[0] if found else None

    async def claim(self, head: Head, now: datetime, lease_until: datetime) -> ClaimedDelivery | None:
        """Take the head if nobody has since it was read and its endpoint is still enabled."""
        async with self._database.write() as tx:
            taken = await tx.execute(
                update(DeliveryRow)
                .where(
                    DeliveryRow.id == head.delivery_id,
                    DeliveryRow.state == DeliveryState.PENDING,
                    DeliveryRow.lease_epoch == head.epoch,
                )
                .values(lease_until=lease_until, lease_epoch=head.epoch + 1)
                .returning(DeliveryRow.id)
            )
            if taken.first() is None:
                return None
            found = (await tx.execute(_whole(head.delivery_id))).first()
            if found is None:
                return None
            return _claimed((found[0], found[1], found[2]), now, lease_until)

    async def record(self, claim: ClaimedDelivery, attempt: Attempt, ruling: Ruling) -> bool:
        """Log the attempt and apply the ruling; false if the claim had been lost (logged all the same).

        That the receiver accepted is true whoever holds the claim, so it is recorded even then.
        """
        async with self._database.write() as tx:
            # Always the endpoint's row before the delivery's, so that two relays cannot lock each other out.
            endpoint = await tx.get(WebhookEndpointRow, claim.endpoint_id, with_for_update=True)
            row = await tx.get(DeliveryRow, claim.id, with_for_update=True)
            if endpoint is None or row is None:
                return False
            await self._log(tx, claim, attempt)
            accepted = ruling.state is DeliveryState.DELIVERED
            if row.state != DeliveryState.PENDING or not (accepted or row.lease_epoch == claim.epoch):
                return False
            row.state = ruling.state
            row.attempts = ruling.attempts
            if ruling.next_attempt_at > AT_ONCE:
                row.next_attempt_at = ruling.next_attempt_at
            row.lease_until = None
            row.delivered_at = attempt.at if accepted else None
            await _apply_to_endpoint(tx, endpoint, attempt, ruling)
            return True

    async def _log(self, tx: Tx, claim: ClaimedDelivery, attempt: Attempt) -> None:
        tx.add(
            DeliveryAttemptRow(
                id=new_id(Prefix.DELIVERY_ATTEMPT, self._random),
                delivery_id=claim.id,
                at=attempt.at,
                status=attempt.status,
                error=attempt.error,
                duration_ms=attempt.duration_ms,
                request={},
                response_headers={},
                response_excerpt=attempt.response_excerpt,
            )
        )
        if claim.epoch % (KEPT_ATTEMPTS // 2) == 0:
            await _prune(tx, claim.id)


def _head_seqs() -> Any:
    """The lowest undelivered number of every stream."""
    return (
        select(
            DeliveryRow.endpoint_id.label("endpoint_id"),
            DeliveryRow.stream.label("stream"),
            func.min(EventRow.seq).label("seq"),
        )
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.state == DeliveryState.PENDING)
        .group_by(DeliveryRow.endpoint_id, DeliveryRow.stream)
    )


def _heads(endpoint_id: str | None = None) -> Select[DeliveryRow, EventRow, WebhookEndpointRow]:
    """Head of every stream of the enabled endpoints, or of one of them; oldest first within an endpoint."""
    lowest = _head_seqs()
    if endpoint_id is not None:
        lowest = lowest.where(DeliveryRow.endpoint_id == endpoint_id)
    first = lowest.subquery()
    return (
        select(DeliveryRow, EventRow, WebhookEndpointRow)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(WebhookEndpointRow, WebhookEndpointRow.id == DeliveryRow.endpoint_id)
        .join(
            first,
            and_(
                first.c.endpoint_id == DeliveryRow.endpoint_id,
                first.c.stream == DeliveryRow.stream,
                first.c.seq == EventRow.seq,
            ),
        )
        .where(WebhookEndpointRow.status == EndpointStatus.ENABLED)
        .order_by(DeliveryRow.endpoint_id, EventRow.created_at, EventRow.id)
    )


def _whole(delivery_id: str) -> Select[DeliveryRow, EventRow, WebhookEndpointRow]:
    return (
        select(DeliveryRow, EventRow, WebhookEndpointRow)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .join(WebhookEndpointRow, WebhookEndpointRow.id == DeliveryRow.endpoint_id)
        .where(DeliveryRow.id == delivery_id, WebhookEndpointRow.status == EndpointStatus.ENABLED)
    )


def _backlogs(rows: Iterable[Row[DeliveryRow, EventRow, WebhookEndpointRow]]) -> list[Backlog]:
    found: list[Found] = [(row[0], row[1], row[2]) for row in rows]
    backlogs = []
    for endpoint_id, group in groupby(found, key=lambda row: row[2].id):
        members = list(group)
        endpoint = members[0][2]
        heads = tuple(_head(delivery, event) for delivery, event, _ in members)
        backlogs.append(Backlog(endpoint_id, endpoint.failures, endpoint.next_attempt_at, heads))
    return backlogs


def _head(delivery: DeliveryRow, event: EventRow) -> Head:
    return Head(
        delivery_id=delivery.id,
        stream=event.stream,
        created_at=event.created_at,
        attempts=delivery.attempts,
        next_attempt_at=_due_at(delivery),
        lease_until=delivery.lease_until,
        epoch=delivery.lease_epoch,
    )


def _due_at(delivery: DeliveryRow) -> datetime:
    return (delivery.next_attempt_at if delivery.attempts else None) or AT_ONCE


def _claimed(found: Found, now: datetime, lease_until: datetime) -> ClaimedDelivery:
    delivery, event, endpoint = found
    signing = [endpoint.secret]
    until = endpoint.previous_secret_until
    if endpoint.previous_secret and (until is None or now < until):
        signing.append(endpoint.previous_secret)
    return ClaimedDelivery(
        id=delivery.id,
        endpoint_id=endpoint.id,
        event_id=event.id,
        stream=event.stream,
        payload=event.payload,
        url=endpoint.url,
        secrets=tuple(signing),
        attempts=delivery.attempts,
        next_attempt_at=_due_at(delivery),
        endpoint_failures=endpoint.failures,
        epoch=delivery.lease_epoch,
        lease_until=lease_until,
    )


async def _apply_to_endpoint(tx: Tx, endpoint: WebhookEndpointRow, attempt: Attempt, ruling: Ruling) -> None:
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
    if ruling.releases_backlog:
        await tx.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.endpoint_id == endpoint.id,
                DeliveryRow.state == DeliveryState.PENDING,
                DeliveryRow.next_attempt_at > attempt.at,
            )
            .values(next_attempt_at=attempt.at)
            .execution_options(synchronize_session=False)
        )


async def _prune(tx: Tx, delivery_id: str) -> None:
    """Forget all but the latest attempts, so that an endpoint that is down for weeks fills no disk."""
    log = DeliveryAttemptRow
    latest = select(log.id).where(log.delivery_id == delivery_id).order_by(log.at.desc()).limit(KEPT_ATTEMPTS)
    await tx.execute(
        delete(log)
        .where(log.delivery_id == delivery_id, log.id.not_in(latest))
        .execution_options(synchronize_session=False)
    )
