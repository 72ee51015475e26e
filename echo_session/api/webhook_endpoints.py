"""/webhook-endpoints: who is told of events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any

import structlog

from echo_session.api import webhook_models as models
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.problems import invalid
from echo_session.domain.deliveries import EndpointStatus
from echo_session.domain.errors import FieldProblem, NotPossible
from echo_session.domain.events import EVENT_TYPES
from echo_session.domain.webhook_endpoints import Endpoint, EndpointChange
from echo_session.store import audit
from echo_session.store import webhook_endpoints as store

log = structlog.stdlib.get_logger(__name__)

TAG = "Webhooks"
ALLOWED_URL = "an https:// URL whose host is on the public internet, or in one of webhooks.allowed_networks"
ONE = "/webhook-endpoints/{endpoint_id}"

WhyNot = Callable[[str], Awaitable[str]]
"""Says what is wrong with a URL, empty if nothing is. May ask the name servers."""


def operations(why_not: WhyNot, new_secret: Callable[[], str]) -> tuple[AnyOperation, ...]:
    """The operations; the composition root hands in what judges URLs and makes secrets."""

    async def check(call: Call[Any, Nothing], url: str) -> None:
        if problem := await why_not(url):
            log.warning("a webhook URL was refused", by=call.actor.id)
            async with call.ports.database.write() as tx:
                actor, random = call.actor.id, call.ports.random
                await audit.note(
                    tx, actor, audit.REFUSED_URL, "", now=call.now, random=random, detail=problem
                )
            raise invalid([FieldProblem("url", problem, ALLOWED_URL)])

    async def create(call: Call[models.NewEndpoint, Nothing]) -> Answer:
        await check(call, call.body.url)
        secret = new_secret()
        async with call.ports.database.write() as tx:
            endpoint = await store.add_endpoint(
                tx,
                url=call.body.url,
                description=call.body.description,
                event_types=_in_order(call.body.event_types),
                secret=secret,
                now=call.now,
                random=call.ports.random,
            )
        location = {"Location": f"/api/v1/webhook-endpoints/{endpoint.id}"}
        return Answer(body=_with_secret(endpoint, secret), headers=location)

    async def change(call: Call[models.EndpointChanges, Nothing]) -> Answer:
        if call.body.url is not None:
            await check(call, call.body.url)
        types, status = call.body.event_types, call.body.status
        wanted = EndpointChange(
            url=call.body.url,
            description=call.body.description,
            event_types=None if types is None else _in_order(types),
            status=None if status is None else EndpointStatus(status),
        )
        async with call.ports.database.write() as tx:
            endpoint = await store.change_endpoint(tx, call.path["endpoint_id"], wanted)
        return Answer(body=_out(endpoint))

    async def renew_secret(call: Call[models.SecretChange, Nothing]) -> Answer:
        secret = new_secret()
        endpoint = await store.change_secret(
            call.tx,
            call.path["endpoint_id"],
            secret,
            keep_previous=timedelta(hours=call.body.keep_previous_hours),
            now=call.now,
        )
        return Answer(body=_with_secret(endpoint, secret))

    return (
        Operation(
            method="POST",
            path="/webhook-endpoints",
            name="createWebhookEndpoint",
            summary="Have events sent to a URL; the answer is the only one that shows the secret",
            tag=TAG,
            handler=create,
            body=models.NewEndpoint,
            query=Nothing,
            answer=models.EndpointWithSecret,
            status=201,
            unit="none",
            problems=(409,),
        ),
        Operation(
            method="PATCH",
            path=ONE,
            name="changeWebhookEndpoint",
            summary="Change an endpoint; pause, disable or enable it",
            tag=TAG,
            handler=change,
            body=models.EndpointChanges,
            query=Nothing,
            answer=models.EndpointOut,
            unit="none",
            problems=(404,),
        ),
        Operation(
            method="POST",
            path=f"{ONE}/secret",
            name="renewWebhookSecret",
            summary="Make a new secret; the one before signs too for a while",
            tag=TAG,
            handler=renew_secret,
            body=models.SecretChange,
            query=Nothing,
            answer=models.EndpointWithSecret,
            unit="write",
            problems=(404,),
        ),
        *OPERATIONS,
    )


async def index(call: Call[Nothing, Nothing]) -> Answer:
    """All endpoints."""
    return Answer(body=models.Endpoints(items=[_out(each) for each in await store.list_endpoints(call.tx)]))


async def read(call: Call[Nothing, Nothing]) -> Answer:
    """One endpoint."""
    return Answer(body=_out(await store.get_endpoint(call.tx, call.path["endpoint_id"])))


async def remove(call: Call[Nothing, Nothing]) -> Answer:
    """Forgets an endpoint."""
    await store.remove_endpoint(call.ports.database, call.path["endpoint_id"])
    return Answer()


async def pause(call: Call[Nothing, Nothing]) -> Answer:
    """Holds back what is on its way, and what comes."""
    return await _turn(call, EndpointStatus.PAUSED)


async def resume(call: Call[Nothing, Nothing]) -> Answer:
    """Lets it go."""
    return await _turn(call, EndpointStatus.ENABLED)


async def _turn(call: Call[Nothing, Nothing], status: EndpointStatus) -> Answer:
    endpoint_id = call.path["endpoint_id"]
    before = await store.get_endpoint(call.tx, endpoint_id)
    if before.status is EndpointStatus.DISABLED:
        raise NotPossible("This endpoint is disabled: what happens is not kept for it. Enable it first.")
    return Answer(body=_out(await store.change_endpoint(call.tx, endpoint_id, EndpointChange(status=status))))


def _out(endpoint: Endpoint) -> models.EndpointOut:
    return models.EndpointOut.model_validate(endpoint)


def _with_secret(endpoint: Endpoint, secret: str) -> models.EndpointWithSecret:
    return models.EndpointWithSecret(**_out(endpoint).model_dump(), secret=secret)


def _in_order(types: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order of a session's life."""
    wanted = set(types)
    return tuple(each for each in EVENT_TYPES if each in wanted)


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/webhook-endpoints",
        name="listWebhookEndpoints",
        summary="List the endpoints",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=Nothing,
        answer=models.Endpoints,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="readWebhookEndpoint",
        summary="Read an endpoint and how it is doing",
        tag=TAG,
        handler=read,
        body=Nothing,
        query=Nothing,
        answer=models.EndpointOut,
        problems=(404,),
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="deleteWebhookEndpoint",
        summary="Forget an endpoint, what was on its way to it and its log",
        tag=TAG,
        handler=remove,
        body=Nothing,
        query=Nothing,
        status=204,
        unit="none",
        problems=(404,),
    ),
    *[
        Operation(
            method="POST",
            path=f"{ONE}/{deed}",
            name=f"{deed}WebhookEndpoint",
            summary=summary,
            tag=TAG,
            handler=handler,
            body=Nothing,
            query=Nothing,
            answer=models.EndpointOut,
            unit="write",
            problems=(404, 409),
        )
        for deed, summary, handler in (
            ("pause", "Send nothing for a while; what happens is kept for the endpoint", pause),
            ("resume", "Send again, beginning with what has gathered", resume),
        )
    ],
)
