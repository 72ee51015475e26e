"""The endpoints of webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from echo_session.domain.deliveries import DeliveryState, EndpointStatus
from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.webhook_endpoints import (
    MAX_ENDPOINTS,
    Endpoint,
    EndpointChange,
)
from echo_session.store.engine import Database, Topic, Tx, touch
from echo_session.store.errors import NotFound
from echo_session.store.tables import DeliveryRow, WebhookEndpointRow

__all__ = [
    "add_endpoint",
    "change_endpoint",
    "change_secret",
    "get_endpoint",
    "list_endpoints",
    "remove_endpoint",
]

AT_A_TIME = 1000
"""Deliveries that are forgotten in one transaction."""

_QUIET = {"synchronize_session": False}

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
        row.disabled_reason = BY_HAND if change.status is EndpointStatus.DISABLED else ""
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


async def remove_endpoint(database: Database, endpoint_id: str) -> None:
    """Forgets the endpoint, what was on its way to it and the log: a little in each transaction, since no
    session's ledger should wait for it. Nothing is sent from the first one on. Raises NotFound."""
    async with database.write() as tx:
        await change_endpoint(tx, endpoint_id, EndpointChange(status=EndpointStatus.DISABLED))
    some = select(DeliveryRow.id).where(DeliveryRow.endpoint_id == endpoint_id).limit(AT_A_TIME)
    while True:
        async with database.write() as tx:
            await tx.get(WebhookEndpointRow, endpoint_id, with_for_update={"key_share": True})
            ids = list(await tx.scalars(some))
            await tx.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(ids)).execution_options(**_QUIET))
            if len(ids) < AT_A_TIME:
                one = delete(WebhookEndpointRow).where(WebhookEndpointRow.id == endpoint_id)
                await tx.execute(one.execution_options(**_QUIET))
                return


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
