"""The API as an aiohttp application, to be mounted at /api/v1."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aiohttp import web

from echo_session.api import (
    attendance,
    calendar,
    certificates,
    claims,
    console,
    credit,
    credit_notice,
    event_types,
    events,
    gatherings,
    here,
    imports,
    learner,
    matching,
    merges,
    people,
    practice,
    programs,
    public,
    registration_steps,
    registrations,
    reports,
    series,
    sessions,
    shared_camera,
    sites,
    webhook_deliveries,
)
from echo_session.api.openapi import document
from echo_session.api.operation import AnyOperation
from echo_session.api.ports import Ports
from echo_session.api.run import handler_of, problems

PREFIX = "/api/v1"
_NAME = re.compile(r"\{(\w+)\}")
_ID = r"[A-Za-z0-9_-]{1,80}"


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """What this package offers."""
    return (
        *sessions.OPERATIONS,
        *registrations.OPERATIONS,
        *registration_steps.OPERATIONS,
        *programs.OPERATIONS,
        *imports.OPERATIONS,
        *people.OPERATIONS,
        *merges.OPERATIONS,
        *sites.OPERATIONS,
        *series.OPERATIONS,
        *calendar.OPERATIONS,
        *attendance.OPERATIONS,
        *credit.OPERATIONS,
        *claims.OPERATIONS,
        *certificates.OPERATIONS,
        *reports.OPERATIONS,
        *gatherings.OPERATIONS,
        *matching.OPERATIONS,
        *events.OPERATIONS,
        *event_types.OPERATIONS,
        *webhook_deliveries.OPERATIONS,
        *console.operations(ports),
        *practice.operations(ports),
        *public.operations(ports),
        *learner.operations(ports),
        *credit_notice.operations(ports),
        *certificates.operations(ports),
        *shared_camera.operations(ports),
        *here.operations(ports),
    )


def create_api(ports: Ports, more: Sequence[AnyOperation] = ()) -> web.Application:
    """The application; mount it with ``app.add_subapp(PREFIX, api)``.

    Args:
        more: operations that are made elsewhere, such as those of the webhook endpoints.
    """
    everything = (*operations(ports), *more)
    app = web.Application(middlewares=[problems])
    for operation in everything:
        path = _NAME.sub(rf"{{\1:{_ID}}}", operation.path)
        app.router.add_route(operation.method, path, handler_of(operation, ports))
    described = document(everything)

    async def openapi(_request: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json")

    app.router.add_get("/openapi.json", openapi)
    app.router.add_get(event_types.SCHEMAS, event_types.schema)
    return app
