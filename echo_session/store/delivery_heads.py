"""Which deliveries are next at an endpoint: the head of each of its streams, whatever waits behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from echo_session.domain.deliveries import AT_ONCE, DeliveryState, Head
from echo_session.store.tables import DeliveryRow, EventRow

__all__ = ["MOST_HEADS", "due_at", "head_of", "heads_of", "waiting"]

MOST_HEADS = 5000
"""Streams of one endpoint that are looked at together; the others come when these are through."""


def _columns() -> Select[Any]:
    """What makes a head; a test is in a stream that has the endpoint's own id."""
    row = DeliveryRow
    columns: tuple[Any, ...] = (
        row.id,
        row.stream,
        EventRow.created_at,
        row.attempts,
        row.next_attempt_at,
        row.lease_until,
        row.lease_epoch,
        (row.stream == row.endpoint_id).label("asked"),
    )
    return select(*columns).join(EventRow, EventRow.id == row.event_id)


def _pending(endpoint_id: Any, row: type[DeliveryRow] = DeliveryRow) -> tuple[Any, ...]:
    return row.endpoint_id == endpoint_id, row.state == DeliveryState.PENDING


def _first(endpoint_id: Any, stream: Any) -> Any:
    """The id of the stream's head: one look into the index, however long the stream is."""
    row = aliased(DeliveryRow)
    in_order = select(row.id).where(*_pending(endpoint_id, row), row.stream == stream).order_by(row.seq)
    return in_order.limit(1).scalar_subquery()


def waiting(endpoint_id: str, now: datetime, *, down: bool) -> Select[Any]:
    """The head of every stream, at the cost of a look into the index for each stream and not for each
    delivery: a database does not skip from stream to stream by itself, so a recursion does."""
    first = select(func.min(DeliveryRow.stream).label("stream")).where(*_pending(endpoint_id))
    streams = first.cte("streams", recursive=True)
    beyond = aliased(DeliveryRow)
    following = select(func.min(beyond.stream)).where(
        *_pending(endpoint_id, beyond), beyond.stream > streams.c.stream
    )
    streams = streams.union_all(select(following.scalar_subquery()).where(streams.c.stream.is_not(None)))
    heads = select(_first(endpoint_id, streams.c.stream).label("id")).select_from(streams).cte("heads")
    row = DeliveryRow
    later = or_((row.attempts > 0) & (row.next_attempt_at > now), row.lease_until > now)
    asked = row.stream == row.endpoint_id
    order = [EventRow.created_at] if down else [case((later, 1), else_=0), EventRow.created_at]
    return _columns().join(heads, heads.c.id == row.id).order_by(asked.desc(), *order).limit(MOST_HEADS)


def heads_of(endpoint_id: str, streams: Sequence[str]) -> tuple[Select[Any], dict[str, str]]:
    """The heads of these few streams: a query and its values."""
    values = {f"stream_{number}": stream for number, stream in enumerate(streams)}
    return _heads_of_so_many(len(streams)), {"endpoint": endpoint_id, **values}


@cache
def _heads_of_so_many(count: int) -> Select[Any]:
    """Kept, since putting it together takes longer than the answer does."""
    firsts = [_first(bindparam("endpoint"), bindparam(f"stream_{number}")) for number in range(count)]
    return _columns().where(DeliveryRow.id.in_(firsts))


def head_of(row: Row[Any]) -> Head:
    """From a row of such a query."""
    return Head(
        delivery_id=row.id,
        stream=row.stream,
        created_at=row.created_at,
        attempts=row.attempts,
        next_attempt_at=due_at(row.attempts, row.next_attempt_at),
        lease_until=row.lease_until,
        epoch=row.lease_epoch,
        asked=bool(row.asked),
    )


def due_at(attempts: int, next_attempt_at: datetime | None) -> datetime:
    """When the schedule asks for a delivery's next try."""
    return (next_attempt_at if attempts else None) or AT_ONCE
