"""The log of deliveries, for people: what an endpoint was told, what was sent and what came back."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import ColumnElement, and_, func, or_, select

from echo_session.domain.deliveries import DeliveryState
from echo_session.domain.webhook_endpoints import AttemptRecord, DeliveryDetail, DeliveryRecord
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow

__all__ = ["SHOWN_ATTEMPTS", "SHOWN_IN_DETAIL", "list_deliveries", "read_delivery"]

SHOWN_ATTEMPTS = 10
"""So many of each delivery's latest tries are read with a page of them."""
SHOWN_IN_DETAIL = 100
"""So many where there is only one to be read."""


async def list_deliveries(
    tx: Tx, endpoint_id: str, *, state: DeliveryState | None, limit: int, after: str = ""
) -> tuple[list[DeliveryRecord], str | None]:
    """A page of what the endpoint was told or is to be, latest first, and the id that the next begins after.

    Raises:
        NotFound: the endpoint has no delivery `after`.
    """
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
        before = await _place(tx, endpoint_id, after)
        query = query.where(before)
    found = [(delivery, event) for delivery, event in await tx.execute(query)]
    page = found[:limit]
    log = await _log(tx, [delivery.id for delivery, _ in page], SHOWN_ATTEMPTS)
    records = [_record(delivery, event, log[delivery.id]) for delivery, event in page]
    return records, records[-1].id if len(found) > limit else None


async def read_delivery(tx: Tx, delivery_id: str) -> DeliveryDetail:
    """One delivery, with its body and more of its tries. Raises NotFound."""
    query = (
        select(DeliveryRow, EventRow)
        .join(EventRow, EventRow.id == DeliveryRow.event_id)
        .where(DeliveryRow.id == delivery_id)
        .execution_options(populate_existing=True)
    )
    found = (await tx.execute(query)).first()
    if found is None:
        raise NotFound(f"no delivery {delivery_id}")
    log = await _log(tx, [delivery_id], SHOWN_IN_DETAIL)
    return DeliveryDetail(record=_record(found[0], found[1], log[delivery_id]), body=found[1].payload)


async def _place(tx: Tx, endpoint_id: str, delivery_id: str) -> ColumnElement[bool]:
    at = await tx.scalar(
        select(EventRow.created_at)
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(DeliveryRow.id == delivery_id, DeliveryRow.endpoint_id == endpoint_id)
    )
    if at is None:
        raise NotFound(f"{endpoint_id} has no delivery {delivery_id}")
    return or_(EventRow.created_at < at, and_(EventRow.created_at == at, DeliveryRow.id < delivery_id))


async def _log(tx: Tx, delivery_ids: list[str], latest: int) -> dict[str, list[AttemptRecord]]:
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
        .where(numbered.c.number <= latest)
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
                request=row.request,
                response_headers=row.response_headers,
                response_excerpt=row.response_excerpt,
            )
        )
    return found


def _record(delivery: DeliveryRow, event: EventRow, log: list[AttemptRecord]) -> DeliveryRecord:
    pending = delivery.state == DeliveryState.PENDING
    return DeliveryRecord(
        id=delivery.id,
        event_id=event.id,
        endpoint_id=delivery.endpoint_id,
        event_type=event.type,
        session_id=event.session_id,
        stream=event.stream,
        seq=event.seq,
        state=DeliveryState(delivery.state),
        created_at=event.created_at,
        delivered_at=delivery.delivered_at,
        next_attempt_at=delivery.next_attempt_at if pending else None,
        counted_attempts=delivery.attempts,
        replays=delivery.replays,
        attempts=tuple(log),
    )
