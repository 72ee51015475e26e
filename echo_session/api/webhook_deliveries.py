"""What endpoints were told, sending it once more, and a test."""

from __future__ import annotations

from dataclasses import asdict

from echo_session.api import webhook_models as models
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.problems import invalid
from echo_session.domain.deliveries import DeliveryState
from echo_session.domain.errors import FieldProblem
from echo_session.domain.webhook_endpoints import DeliveryDetail, Which
from echo_session.store import audit, replays
from echo_session.store.delivery_log import list_deliveries, read_delivery
from echo_session.store.errors import NotFound
from echo_session.store.webhook_endpoints import get_endpoint

TAG = "Webhooks"
ONE = "/webhook-endpoints/{endpoint_id}"
DELIVERY = "/deliveries/{delivery_id}"


async def index(call: Call[Nothing, models.DeliveryQuery]) -> Answer:
    """The log of one endpoint."""
    state = None if call.query.state is None else DeliveryState(call.query.state)
    endpoint = await get_endpoint(call.tx, call.path["endpoint_id"])
    try:
        page, more = await list_deliveries(
            call.tx, endpoint.id, state=state, limit=call.query.limit, after=call.query.cursor
        )
    except NotFound as error:
        wrong = FieldProblem("cursor", "is not a cursor of ours", "`next` of the page before")
        raise invalid([wrong]) from error
    items = [models.DeliveryOut.model_validate(delivery) for delivery in page]
    return Answer(body=models.DeliveryPage(items=items, next=more))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One delivery with its body, which may tell of people."""
    found = await read_delivery(call.tx, call.path["delivery_id"])
    await audit.note(
        call.tx,
        call.actor.id,
        audit.READ_EVENTS,
        found.record.session_id or found.record.stream,
        now=call.now,
        random=call.ports.random,
    )
    return Answer(body=_detail(found))


async def retry(call: Call[Nothing, Nothing]) -> Answer:
    """Sends one delivery now, or once more."""
    delivery_id = call.path["delivery_id"]
    await replays.retry_delivery(call.tx, delivery_id, now=call.now)
    return Answer(body=_detail(await read_delivery(call.tx, delivery_id)))


async def test(call: Call[Nothing, Nothing]) -> Answer:
    """Sends an event that means nothing."""
    delivery_id = await replays.send_test(
        call.tx, call.path["endpoint_id"], now=call.now, random=call.ports.random
    )
    location = {"Location": f"/api/v1/deliveries/{delivery_id}"}
    return Answer(body=_detail(await read_delivery(call.tx, delivery_id)), headers=location)


async def replay(call: Call[models.Replay, Nothing]) -> Answer:
    """Sends events once more."""
    which = Which(
        event_ids=tuple(dict.fromkeys(call.body.event_ids)),
        since=call.body.from_,
        until=call.body.until,
        after=call.body.after,
        up_to=call.body.up_to,
    )
    done = await replays.replay(
        call.ports.database, call.path["endpoint_id"], which, now=call.now, random=call.ports.random
    )
    return Answer(body=models.ReplayedOut(queued=done.queued, waiting=done.waiting))


def _detail(found: DeliveryDetail) -> models.DeliveryDetailOut:
    return models.DeliveryDetailOut.model_validate(asdict(found.record) | {"body": found.body})


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path=f"{ONE}/deliveries",
        name="listWebhookDeliveries",
        summary="List what an endpoint was told, latest first, with the latest tries of each",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=models.DeliveryQuery,
        answer=models.DeliveryPage,
        problems=(404,),
    ),
    Operation(
        method="GET",
        path=DELIVERY,
        name="readWebhookDelivery",
        summary="Read a delivery: the body, each request and each response",
        tag=TAG,
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.DeliveryDetailOut,
        unit="write",
        problems=(404,),
    ),
    Operation(
        method="POST",
        path=f"{DELIVERY}/retry",
        name="retryWebhookDelivery",
        summary="Send a delivery now, or once more where it was delivered or has failed",
        tag=TAG,
        handler=retry,
        body=Nothing,
        query=Nothing,
        answer=models.DeliveryDetailOut,
        unit="write",
        problems=(404, 409),
    ),
    Operation(
        method="POST",
        path=f"{ONE}/test",
        name="testWebhookEndpoint",
        summary="Send an event that means nothing; its delivery says what came of it",
        tag=TAG,
        handler=test,
        body=Nothing,
        query=Nothing,
        answer=models.DeliveryDetailOut,
        status=201,
        unit="write",
        problems=(404, 409),
    ),
    Operation(
        method="POST",
        path=f"{ONE}/replay",
        name="replayWebhookEvents",
        summary="Send events once more, by their ids, by time or by their numbers in the feed",
        tag=TAG,
        handler=replay,
        body=models.Replay,
        query=Nothing,
        answer=models.ReplayedOut,
        unit="none",
        problems=(404, 409),
    ),
)
