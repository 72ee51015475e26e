"""All events in one order, for receivers that ask instead of being told, or were away.

An event gets its number in a transaction of its own, after that in which it happened. So a number is there
only when all below it are, and whoever has read up to one never misses an event that commits late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from echo_session.domain.webhook_endpoints import FeedPage, Told
from echo_session.store.engine import Database, Tx
from echo_session.store.tables import EventRow, EventStreamRow

__all__ = ["ALL_EVENTS", "number_events", "read_feed"]

ALL_EVENTS = "*"
"""Key of the row that counts all events; whoever gives numbers holds it."""
AT_A_TIME = 500
"""Events that get their numbers in one transaction."""


@dataclass(frozen=True, slots=True)
class _Unnumbered:
    id: str
    stream: str
    seq: int


async def number_events(database: Database) -> int:
    """Gives every event that has none its number; how many it were. Any number of processes may do so."""
    total = 0
    while True:
        async with database.read() as tx:
            if await tx.scalar(select(EventRow.id).where(EventRow.number.is_(None)).limit(1)) is None:
                return total
        async with database.write() as tx:
            total += await _number_some(tx)


async def _number_some(tx: Tx) -> int:
    last = await _hold_the_count(tx)
    events = in_order(await _unnumbered(tx))
    if not events:
        return 0
    given = [{"id": event.id, "number": number} for number, event in enumerate(events, start=last + 1)]
    await tx.execute(update(EventRow), given)
    counted = update(EventStreamRow).where(EventStreamRow.stream == ALL_EVENTS)
    await tx.execute(counted.values(seq=last + len(events)).execution_options(synchronize_session=False))
    return len(events)


async def _hold_the_count(tx: Tx) -> int:
    """The last number that was given; nobody else gives any until the unit of work ends."""
    dialect = (await tx.connection()).dialect.name
    upsert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    held = (
        upsert(EventStreamRow)
        .values(stream=ALL_EVENTS, seq=0)
        .on_conflict_do_update(index_elements=["stream"], set_={"seq": EventStreamRow.seq})
        .returning(EventStreamRow.seq)
        .execution_options(populate_existing=True)
    )
    return (await tx.execute(held)).scalar_one()


async def _unnumbered(tx: Tx) -> list[_Unnumbered]:
    """Some of them by time, and of their streams all that come before, whatever the clock said.

    Which they are is up to the database, so that it need not sort a hundred thousand for each few hundred; it
    takes them about in the order in which they were written.
    """
    columns = (EventRow.id, EventRow.stream, EventRow.seq)
    some = select(*columns[1:]).where(EventRow.number.is_(None)).limit(AT_A_TIME).subquery()
    ends = select(some.c.stream, func.max(some.c.seq).label("seq")).group_by(some.c.stream).subquery()
    query = (
        select(*columns)
        .join(ends, (ends.c.stream == EventRow.stream) & (EventRow.seq <= ends.c.seq))
        .where(EventRow.number.is_(None))
        .order_by(EventRow.created_at, EventRow.id)
    )
    return [_Unnumbered(*row) for row in await tx.execute(query)]


def in_order(events: Iterable[_Unnumbered]) -> list[_Unnumbered]:
    """By time, save that those of one stream stay in the order of that: clocks are set back at times."""
    by_time = list(events)
    streams: dict[str, list[_Unnumbered]] = {}
    for event in by_time:
        streams.setdefault(event.stream, []).append(event)
    turns = {stream: iter(sorted(each, key=lambda event: event.seq)) for stream, each in streams.items()}
    return [next(turns[event.stream]) for event in by_time]


async def read_feed(
    tx: Tx, *, after: int, limit: int, event_type: str | None = None, session_id: str | None = None
) -> FeedPage:
    """The events with the next higher numbers."""
    query = select(EventRow).where(EventRow.number > after).order_by(EventRow.number).limit(limit + 1)
    if event_type is not None:
        query = query.where(EventRow.type == event_type)
    if session_id is not None:
        query = query.where(EventRow.session_id == session_id)
    found = list(await tx.scalars(query))
    events = tuple(_told(row) for row in found[:limit])
    return FeedPage(
        events=events,
        next=events[-1].number if events else after,
        more=len(found) > limit,
        oldest=await tx.scalar(select(func.min(EventRow.number))),
    )


def _told(row: EventRow) -> Told:
    assert row.number is not None, "the feed holds what has a number"
    return Told(
        number=row.number,
        id=row.id,
        stream=row.stream,
        session_id=row.session_id,
        seq=row.seq,
        body=row.payload,
    )
