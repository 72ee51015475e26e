"""The endpoints of webhooks, and the log of their deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select

from echo_session.domain.deliveries import DeliveryState, EndpointStatus
from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.webhook_endpoints import (
    MAX_ENDPOINTS,
    AttemptRecord,
    DeliveryRecord,
    Endpoint,
    EndpointChange,
)
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.errors import NotFound
from echo_session.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, WebhookEndpointRow

__all__ = [
    "SHOWN_ATTEMPTS",
    "add_endpoint",
    "change_endpoint",
    "change_secret",
    "get_endpoint",
    "list_deliveries",
    "list_endpoints",
    "remove_endpoint",
]

SHOWN_ATTEMPTS = 10
"""So many of each delivery's latest tries are read with it."""

BY_HAND = "Disabled over the API or the console."


async def add_endpoint(
    tx: Tx,
    *,
    url: str,
    description: str,
    event_types: Sequence[str],
    secret: str,
    now: datetime,
    random: RandomBytes,
) -> Endpoint:
    """A new endpoint, enabled; it is told of what happens from now on. Raises NotPossible."""
    count = await tx.scalar(select(func.count()).select_from(WebhookEndpointRow))
    if (count or 0) >= MAX_ENDPOINTS:
        raise NotPossible(f"There are {count} webhook endpoints already, the most allowed; delete one first.")
    row = WebhookEndpointRow(
        id=new_id(Prefix.WEBHOOK_ENDPOINT, random),
        url=url,
        description=description,
        event_types=list(event_types),
        secret=secret,
        previous_secret=None,
        previous_secret_until=None,
        status=EndpointStatus.ENABLED,
        disabled_reason="",
        created_at=now,
        failing_since=None,
        next_attempt_at=None,
        failures=0,
    )
    tx.add(row)
    await tx.flush()
    return _endpoint(row, pending=0)


async def list_endpoints(tx: Tx) -> list[Endpoint]:
    """All of them, oldest first."""
    rows = await tx.scalars(
        select(WebhookEndpointRow).order_by(WebhookEndpointRow.created_at, WebhookEndpointRow.id)
    )
    waiting = (
        select(DeliveryRow.endpoint_id, func.count())
        .where(DeliveryRow.state == DeliveryState.PENDING)
        .group_by(DeliveryRow.endpoint_id)
    )
    pending = {row[0]: row[1] for row in await tx.execute(waiting)}
    return [_endpoint(row, pending.get(row.id, 0)) for row in rows]


async def get_endpoint(tx: Tx, endpoint_id: str) -> Endpoint:
    """Raises NotFound."""
    return await _with_pending(tx, await _row(tx, endpoint_id))


async def change_endpoint(tx: Tx, endpoint_id: str, change: EndpointChange) -> Endpoint:
    """The changed endpoint. Enabling it, or giving it another URL, has it tried at once. Raises NotFound."""
    row = await _row(tx, endpoint_id)
    if change.description is not None:
        row.description = change.description
    if change.event_types is not None:
        row.event_types = list(change.event_types)
    moved = change.url is not None and change.url != row.url
    if change.url is not None:
        row.url = change.url
    enabled = change.status is EndpointStatus.ENABLED and row.status != EndpointStatus.ENABLED
    if change.status is not None and change.status != row.status:
        row.status = change.status
        row.disabled_reason = "" if enabled else BY_HAND
    if moved or enabled:
        row.failures = 0
        row.failing_since = None
        row.next_attempt_at = None
        touch(tx, Topic.OUTBOX)
    await tx.flush()
    return await _with_pending(tx, row)


async def change_secret(
    tx: Tx, endpoint_id: str, secret: str, *, keep_previous: timedelta, now: datetime
) -> Endpoint:
    """Gives the endpoint another secret; the previous one signs too for `keep_previous`. Raises NotFound."""
    row = await _row(tx, endpoint_id)
    row.previous_secret = row.secret if keep_previous else None
    row.previous_secret_until = now + keep_previous if keep_previous else None
    row.secret = secret
    await tx.flush()
    return await _with_pending(tx, row)


async def remove_endpoint(tx: Tx, endpoint_id: str) -> None:
    """Forgets the endpoint, what was on its way to it and the log. Raises NotFound."""
    row = await _row(tx, endpoint_id)
    await tx.execute(delete(WebhookEndpointRow).where(WebhookEndpointRow.id == row.id))


async def list_deliveries(
    tx: Tx, endpoint_id: str, *, state: DeliveryState | None, limit: int, after: str = ""
) -> tuple[list[DeliveryRecord], str | None]:
    """A page of what the endpoint was told or is to be, latest first, and the id that the next begins after.

    Raises:
        NotFound: no such endpoint, or it has no delivery `after`.
    """
    await get_endpoint(tx, endpoint_id)
    query = (
        select(DeliveryRow, EventRow)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.endpoint_id == endpoint_id)
        .order_by(EventRow.created_at.desc(), DeliveryRow.id.desc())
        .limit(limit + 1)
    )
    if state is not None:
        query = query.where(DeliveryRow.state == state)
    if after:
        at = await _happened_at(tx, endpoint_id, after)
        query = query.where(
            or_(EventRow.created_at < at, and_(EventRow.created_at == at, DeliveryRow.id < after))
        )
    found = [(delivery, event) for delivery, event in await tx.execute(query)]
    page = found[:limit]
    log = await _log(tx, [delivery.id for delivery, _ in page])
    records = [_delivery(delivery, event, log[delivery.id]) for delivery, event in page]
    return records, records[-1].id if len(found) > limit else None


async def _happened_at(tx: Tx, endpoint_id: str, delivery_id: str) -> datetime:
    at = await tx.scalar(
        select(EventRow.created_at)
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.endpoint_id == endpoint_id)
    )
    if at is None:
        raise NotFound(f"{endpoint_id} has no delivery {delivery_id}")
    return at


async def _log(tx: Tx, delivery_ids: list[str]) -> dict[str, list[AttemptRecord]]:
    """The latest tries of each of these."""
    number = (
        func.row_number()
        .over(partition_by=DeliveryAttemptRow.delivery_id, order_by=DeliveryAttemptRow.at.desc())
        .label("number")
    )
    numbered = (
        select(DeliveryAttemptRow.id, number)
        .where(DeliveryAttemptRow.delivery_id.in_(delivery_ids))
        .subquery()
    )
    rows = await tx.scalars(
        select(DeliveryAttemptRow)
        .join(numbered, numbered.c.id == DeliveryAttemptRow.id)
        .where(numbered.c.number <= SHOWN_ATTEMPTS)
        .order_by(DeliveryAttemptRow.at.desc(), DeliveryAttemptRow.id)
    )
    found: dict[str, list[AttemptRecord]] = defaultdict(list)
    for row in rows:
        found[row.delivery_id].append(
            AttemptRecord(
                at=row.at,
                status=row.status,
                error=row.error,
                duration_ms=row.duration_ms,
                response_excerpt=row.response_excerpt,
            )
        )
    return found


async def _row(tx: Tx, endpoint_id: str) -> WebhookEndpointRow:
    row = await tx.get(WebhookEndpointRow, endpoint_id)
    if row is None:
        raise NotFound(f"no webhook endpoint {endpoint_id}")
    return row


async def _with_pending(tx: Tx, row: WebhookEndpointRow) -> Endpoint:
    query = (
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.endpoint_id == row.id, DeliveryRow.state == DeliveryState.PENDING)
    )
    return _endpoint(row, await tx.scalar(query) or 0)


def _endpoint(row: WebhookEndpointRow, pending: int) -> Endpoint:
    return Endpoint(
        id=row.id,
        url=row.url,
        description=row.description,
        event_types=tuple(row.event_types),
        status=EndpointStatus(row.status),
        disabled_reason=row.disabled_reason,
        created_at=row.created_at,
        previous_secret_until=row.previous_secret_until,
        failing_since=row.failing_since,
        failures=row.failures,
        next_attempt_at=row.next_attempt_at,
        pending=pending,
    )


def _delivery(delivery: DeliveryRow, event: EventRow, log: list[AttemptRecord]) -> DeliveryRecord:
    pending = delivery.state == DeliveryState.PENDING
    return DeliveryRecord(
        id=delivery.id,
        event_id=event.id,
        event_type=event.type,
        session_id=event.session_id,
        seq=event.seq,
        state=DeliveryState(delivery.state),
        created_at=event.created_at,
        delivered_at=delivery.delivered_at,
        next_attempt_at=delivery.next_attempt_at if pending else None,
        counted_attempts=delivery.attempts,
        attempts=tuple(log),
    )
