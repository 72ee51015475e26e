"""Sending once more: one delivery, chosen events, a range; and an event that only tests an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from echo_session.domain.deliveries import DeliveryState, EndpointStatus
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.event_types import ENDPOINT_TEST
from echo_session.domain.events import envelope
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.webhook_endpoints import MAX_REPLAYED, Replayed, Which
from echo_session.store.engine import Database, Topic, Tx, touch
from echo_session.store.errors import NotFound
from echo_session.store.event_feed import number_events
from echo_session.store.tables import DeliveryRow, EventRow, EventStreamRow, WebhookEndpointRow

__all__ = ["replay", "retry_delivery", "send_test"]

AT_A_TIME = 400
"""Events in one transaction, so that no session's ledger waits for a replay."""


async def replay(
    database: Database, endpoint_id: str, which: Which, *, now: datetime, random: RandomBytes
) -> Replayed:
    """Sends these events to the endpoint, whether it had them or not. Of a range, those that it wants.

    In their order, a few hundred in one transaction. Done twice it changes nothing for what is still waiting.

    Raises:
        NotFound, InvalidFields: no such endpoint, no such events.
        NotPossible: the endpoint is disabled, or the range too long.
    """
    await number_events(database)
    async with database.read() as tx:
        endpoint = await _usable(tx, endpoint_id)
        wanted = _of_ids(which.event_ids) if which.event_ids else await _of_range(tx, which, endpoint)
        await _check_size(tx, wanted, which)
    queued = waiting = after = 0
    while True:
        async with database.write() as tx:
            await _usable(tx, endpoint_id, lock=True)
            page = wanted.where(EventRow.number > after).order_by(EventRow.number).limit(AT_A_TIME)
            events = list((await tx.execute(page)).all())
            if not events:
                return Replayed(queued=queued, waiting=waiting)
            after = events[-1].number
            count = await _queue(tx, endpoint_id, events, now, random)
            queued, waiting = queued + count, waiting + len(events) - count
            touch(tx, Topic.OUTBOX)


async def retry_delivery(tx: Tx, delivery_id: str, *, now: datetime) -> None:
    """Sends it now, or where it had ended once more. In its order; an endpoint that is down is probed now.

    Raises:
        NotFound: there is no such delivery.
        NotPossible: its endpoint is disabled.
    """
    endpoint_id = await tx.scalar(select(DeliveryRow.endpoint_id).where(DeliveryRow.id == delivery_id))
    if endpoint_id is None:
        raise NotFound(f"no delivery {delivery_id}")
    endpoint = await _usable(tx, endpoint_id, lock=True)
    delivery = await tx.get_one(DeliveryRow, delivery_id, with_for_update=True, populate_existing=True)
    if delivery.state == DeliveryState.PENDING:
        delivery.next_attempt_at = now
    else:
        await _send_again(tx, [delivery_id], now)
    _probe(endpoint, now)
    await tx.flush()
    touch(tx, Topic.OUTBOX)


async def send_test(tx: Tx, endpoint_id: str, *, now: datetime, random: RandomBytes) -> str:
    """Has an event sent that means nothing, to this endpoint only; gives the delivery's id.

    Raises:
        NotFound: no such endpoint.
        NotPossible: it is disabled.
    """
    endpoint = await _usable(tx, endpoint_id, lock=True)
    data = {"endpoint": {"id": endpoint.id, "url": endpoint.url, "description": endpoint.description}}
    seq = await _next_of(tx, endpoint_id)
    event_id = new_id(Prefix.EVENT, random)
    event = {
        "id": event_id,
        "number": None,
        "stream": endpoint_id,
        "session_id": None,
        "seq": seq,
        "type": ENDPOINT_TEST,
        "payload": envelope(ENDPOINT_TEST, now, endpoint_id, seq, data),
        "created_at": now,
    }
    await tx.execute(insert(EventRow), [event])
    delivery = _delivery(endpoint_id, event_id, endpoint_id, seq, now, random)
    await tx.execute(insert(DeliveryRow), [delivery])
    _probe(endpoint, now)
    await tx.flush()
    touch(tx, Topic.OUTBOX)
    return str(delivery["id"])


async def _usable(tx: Tx, endpoint_id: str, *, lock: bool = False) -> WebhookEndpointRow:
    row = await tx.get(WebhookEndpointRow, endpoint_id, with_for_update={"key_share": True} if lock else None)
    if row is None:
        raise NotFound(f"no webhook endpoint {endpoint_id}")
    if row.status == EndpointStatus.DISABLED:
        raise NotPossible("This endpoint is disabled. Enable it first, or nothing is sent to it.")
    return row


def _probe(endpoint: WebhookEndpointRow, now: datetime) -> None:
    """Somebody waits for it, so one that is down is tried now rather than in its time."""
    if endpoint.failures:
        endpoint.next_attempt_at = now


def _events() -> Select[str, str, int, int | None]:
    return select(EventRow.id, EventRow.stream, EventRow.seq, EventRow.number)


def _of_ids(event_ids: Sequence[str]) -> Select[str, str, int, int | None]:
    return _events().where(EventRow.id.in_(event_ids))


async def _of_range(tx: Tx, which: Which, endpoint: WebhookEndpointRow) -> Select[str, str, int, int | None]:
    """Tests are no part of a range."""
    found = _events().where(EventRow.type != ENDPOINT_TEST)
    if endpoint.event_types:
        found = found.where(EventRow.type.in_(endpoint.event_types))
    if which.after is not None:
        found = found.where(EventRow.number > which.after)
    if which.up_to is not None:
        found = found.where(EventRow.number <= which.up_to)
    if which.since is not None:
        found = found.where(EventRow.created_at >= which.since)
    if which.until is not None:
        found = found.where(EventRow.created_at < which.until)
    return found.where(EventRow.number <= (await tx.scalar(select(func.max(EventRow.number))) or 0))


async def _check_size(tx: Tx, wanted: Select[str, str, int, int | None], which: Which) -> None:
    if which.event_ids:
        known = {row.id for row in await tx.execute(wanted)}
        problems = [
            FieldProblem(f"event_ids.{place}", "is no event that is still kept", "the id of an event")
            for place, event_id in enumerate(which.event_ids)
            if event_id not in known
        ]
        if problems:
            raise InvalidFields(problems)
    count = await tx.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    if count > MAX_REPLAYED:
        raise NotPossible(
            f"There are {count:,} events in this range, and one replay takes at most {MAX_REPLAYED:,};"
            " ask for a part of them."
        )


async def _queue(tx: Tx, endpoint_id: str, events: Sequence[Any], now: datetime, random: RandomBytes) -> int:
    """How many were not on their way already."""
    known = select(DeliveryRow.event_id, DeliveryRow.id, DeliveryRow.state).where(
        DeliveryRow.endpoint_id == endpoint_id, DeliveryRow.event_id.in_([event.id for event in events])
    )
    states = {row.event_id: (row.id, row.state) for row in await tx.execute(known)}
    again = [key for key, state in states.values() if state != DeliveryState.PENDING]
    await _send_again(tx, again, now)
    new = [
        _delivery(endpoint_id, event.id, event.stream, event.seq, now, random)
        for event in events
        if event.id not in states
    ]
    if new:
        await tx.execute(insert(DeliveryRow), new)
    return len(again) + len(new)


async def _send_again(tx: Tx, delivery_ids: Sequence[str], now: datetime) -> None:
    """Whatever still holds a claim of it loses that."""
    await tx.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(delivery_ids))
        .values(
            state=DeliveryState.PENDING,
            attempts=0,
            replays=DeliveryRow.replays + 1,
            next_attempt_at=now,
            lease_until=None,
            lease_epoch=DeliveryRow.lease_epoch + 1,
            delivered_at=None,
        )
        .execution_options(synchronize_session=False)
    )


async def _next_of(tx: Tx, stream: str) -> int:
    dialect = (await tx.connection()).dialect.name
    upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    counted = (
        upsert(EventStreamRow)
        .values(stream=stream, seq=1)
        .on_conflict_do_update(index_elements=["stream"], set_={"seq": EventStreamRow.seq + 1})
        .returning(EventStreamRow.seq)
        .execution_options(populate_existing=True)
    )
    return (await tx.execute(counted)).scalar_one()


def _delivery(
    endpoint_id: str, event_id: str, stream: str, seq: int, now: datetime, random: RandomBytes
) -> dict[str, Any]:
    return {
        "id": new_id(Prefix.DELIVERY, random),
        "event_id": event_id,
        "endpoint_id": endpoint_id,
        "stream": stream,
        "seq": seq,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "replays": 0,
        "next_attempt_at": now,
        "lease_until": None,
        "lease_epoch": 0,
        "delivered_at": None,
    }
