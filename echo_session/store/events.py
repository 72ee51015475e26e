"""The writing side of the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from echo_session.domain.events import Data, envelope
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.sessions import lock_session, lock_sessions
from echo_session.store.tables import DeliveryRow, EventRow, EventStreamRow, SessionRow, WebhookEndpointRow

__all__ = ["Happening", "append_event", "append_events"]

AT_A_TIME = 400
"""Sessions that are locked, and rows that are written, by one statement."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell of."""

    stream: str
    """What is told of in order: the id of the session; where there is none, of the series or program."""
    type: str
    data: Data


async def append_event(
    tx: Tx, stream: str, event_type: str, data: Data, at: datetime, *, random: RandomBytes
) -> str:
    """Puts an event in the outbox, and on its way to every endpoint that wants it; gives its id.

    Part of the transaction that made it happen: either both are durable or neither.
    """
    [event_id] = await append_events(tx, [Happening(stream, event_type, data)], at, random=random)
    return event_id


async def append_events(
    tx: Tx, happenings: Sequence[Happening], at: datetime, *, random: RandomBytes
) -> list[str]:
    """The same for many, in this order, by a few statements; gives their ids."""
    if not happenings:
        return []
    last = await _count(tx, Counter(happening.stream for happening in happenings))
    events = [_event(happening, last, at, random) for happening in happenings]
    await _insert(tx, EventRow, events)
    wanting = select(WebhookEndpointRow.id, WebhookEndpointRow.event_types).where(
        WebhookEndpointRow.status != "disabled"
    )
    deliveries = [
        _delivery(event, endpoint_id, at, random)
        for endpoint_id, types in (await tx.execute(wanting)).all()
        for event in events
        if not types or event["type"] in types
    ]
    await _insert(tx, DeliveryRow, deliveries)
    touch(tx, Topic.OUTBOX)
    return [event["id"] for event in events]


async def _count(tx: Tx, wanted: Counter[str]) -> dict[str, int]:
    """Counts each stream on by so many; gives for each the number before its first new one.

    Nobody else writes to any of them until the unit of work ends.
    """
    before: dict[str, int] = {}
    session_ids = [stream for stream in wanted if stream.startswith(f"{Prefix.SESSION.value}_")]
    for session in await _lock(tx, session_ids):
        before[session.id] = session.event_seq
        session.event_seq += wanted[session.id]
    await tx.flush()
    dialect = (await tx.connection()).dialect.name
    upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    for stream in sorted(set(wanted) - set(session_ids)):
        count = wanted[stream]
        counted = (
            upsert(EventStreamRow)
            .values(stream=stream, seq=count)
            .on_conflict_do_update(index_elements=["stream"], set_={"seq": EventStreamRow.seq + count})
            .returning(EventStreamRow.seq)
            .execution_options(populate_existing=True)
        )
        before[stream] = (await tx.execute(counted)).scalar_one() - count
    return before


async def _lock(tx: Tx, session_ids: Sequence[str]) -> list[SessionRow]:
    if len(session_ids) == 1:
        return [await lock_session(tx, session_ids[0])]
    locked: list[SessionRow] = []
    for some in _chunks(sorted(session_ids)):
        locked += await lock_sessions(tx, SessionRow.id.in_(some))
    return locked


def _event(happening: Happening, last: dict[str, int], at: datetime, random: RandomBytes) -> dict[str, Any]:
    stream = happening.stream
    last[stream] += 1
    of_session = stream.startswith(f"{Prefix.SESSION.value}_")
    return {
        "id": new_id(Prefix.EVENT, random),
        "number": None,
        "stream": stream,
        "session_id": stream if of_session else None,
        "seq": last[stream],
        "type": happening.type,
        "payload": envelope(happening.type, at, stream, last[stream], happening.data),
        "created_at": at,
    }


def _delivery(event: dict[str, Any], endpoint_id: str, at: datetime, random: RandomBytes) -> dict[str, Any]:
    return {
        "id": new_id(Prefix.DELIVERY, random),
        "event_id": event["id"],
        "endpoint_id": endpoint_id,
        "stream": event["stream"],
        "seq": event["seq"],
        "state": "pending",
        "attempts": 0,
        "replays": 0,
        "next_attempt_at": at,
        "lease_until": None,
        "lease_epoch": 0,
        "delivered_at": None,
    }


async def _insert(tx: Tx, table: type[EventRow | DeliveryRow], rows: Sequence[dict[str, Any]]) -> None:
    for some in _chunks(rows):
        await tx.execute(insert(table), some)


def _chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), AT_A_TIME):
        yield list(items[start : start + AT_A_TIME])
