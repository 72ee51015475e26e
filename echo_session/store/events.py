"""The writing side of the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from echo_session.domain.events import Data, envelope
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.sessions import lock_session
from echo_session.store.tables import DeliveryRow, EventRow, WebhookEndpointRow


async def append_event(
    tx: Tx, session_id: str, event_type: str, data: Data, at: datetime, *, random: RandomBytes
) -> str:
    """Puts an event in the outbox, and on its way to every endpoint that wants it; gives its id.

    Part of the transaction that made it happen: either both are durable or neither.
    """
    session = await lock_session(tx, session_id)
    session.event_seq += 1
    event = EventRow(
        id=new_id(Prefix.EVENT, random),
        stream=session_id,
        session_id=session_id,
        seq=session.event_seq,
        type=event_type,
        payload=envelope(event_type, at, session.event_seq, data),
        created_at=at,
    )
    tx.add(event)
    await tx.flush()
    enabled = select(WebhookEndpointRow).where(WebhookEndpointRow.status == "enabled")
    for endpoint in await tx.scalars(enabled):
        if not endpoint.event_types or event_type in endpoint.event_types:
            tx.add(_delivery(event, endpoint.id, at, random))
    await tx.flush()
    touch(tx, Topic.OUTBOX)
    return event.id


def _delivery(event: EventRow, endpoint_id: str, at: datetime, random: RandomBytes) -> DeliveryRow:
    return DeliveryRow(
        id=new_id(Prefix.DELIVERY, random),
        event_id=event.id,
        endpoint_id=endpoint_id,
        stream=event.stream,
        seq=event.seq,
        state="pending",
        attempts=0,
        replays=0,
        next_attempt_at=at,
        lease_until=None,
        lease_epoch=0,
        delivered_at=None,
    )
