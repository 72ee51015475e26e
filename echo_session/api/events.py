"""/events: everything that happened, in one order, for whoever asks rather than being told."""

from __future__ import annotations

from echo_session.api import webhook_models as models
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.domain.webhook_endpoints import Told
from echo_session.store import audit
from echo_session.store.event_feed import number_events, read_feed

TAG = "Webhooks"


async def feed(call: Call[Nothing, models.FeedQuery]) -> Answer:
    """The next events after a number. They tell of people, so it is kept who read them."""
    database, query = call.ports.database, call.query
    await number_events(database)
    async with database.read() as tx:
        page = await read_feed(
            tx, after=query.after, limit=query.limit, event_type=query.type, session_id=query.session_id
        )
    if page.events:
        async with database.write() as tx:
            await audit.note(
                tx,
                call.actor.id,
                audit.READ_EVENTS,
                query.session_id or "",
                now=call.now,
                random=call.ports.random,
            )
    items = [_event(each) for each in page.events]
    return Answer(body=models.EventFeed(items=items, next=page.next, more=page.more, oldest=page.oldest))


def _event(told: Told) -> models.EventOut:
    body = {"version": 1} | dict(told.body)  # what was written before there were versions is of the first
    return models.EventOut(
        number=told.number,
        id=told.id,
        stream=told.stream,
        session_id=told.session_id,
        seq=told.seq,
        **body,
    )


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/events",
        name="listEvents",
        summary="Read what happened after a number: all of it, in one order, without gaps",
        tag=TAG,
        handler=feed,
        body=Nothing,
        query=models.FeedQuery,
        answer=models.EventFeed,
        unit="none",
    ),
)
