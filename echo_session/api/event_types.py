"""/event-types: what other systems may be told of, with its schema."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web
from pydantic import ConfigDict, Field

from echo_session.api.event_names import EventName
from echo_session.api.event_schemas import as_text, file_name, schema_of
from echo_session.api.models import Out
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.domain.event_types import CATALOGUE
from echo_session.store.errors import NotFound

TAG = "Webhooks"
SCHEMAS = r"/schemas/events/{name:[a-z_.]+(\.v\d+)?}.json"
"""Relative to the API; open to all, since it says nothing of anybody."""

_VERSION = re.compile(r"\.v\d+$")


class EventTypeOut(Out):
    """One kind of event."""

    model_config = ConfigDict(json_schema_extra={"title": "EventType"})

    type: EventName
    when: str
    version: int = Field(description="Of its schema; `version` of the events")
    schema_url: str
    json_schema: dict[str, Any] = Field(description="JSON Schema 2020-12 of the whole body")


class EventTypes(Out):
    """Every kind, in the order of a session's life."""

    items: list[EventTypeOut]


async def index(_call: Call[Nothing, Nothing]) -> Answer:
    """The catalogue."""
    items = [
        EventTypeOut(
            type=kind.name,
            when=kind.when,
            version=kind.version,
            schema_url=f"/api/v1/schemas/events/{file_name(kind.name)}.json",
            json_schema=schema_of(kind.name),
        )
        for kind in CATALOGUE
    ]
    return Answer(body=EventTypes(items=items))


async def schema(request: web.Request) -> web.Response:
    """The schema of one type, with or without its version in the name."""
    asked = request.match_info["name"]
    name = _VERSION.sub("", asked)
    if name not in {kind.name for kind in CATALOGUE} or asked not in (name, file_name(name)):
        raise NotFound(f"no schema {asked}")
    return web.Response(text=as_text(schema_of(name)), content_type="application/schema+json")


OPERATIONS: tuple[AnyOperation, ...] = (
    Operation(
        method="GET",
        path="/event-types",
        name="listEventTypes",
        summary="List what endpoints may be told of, each with the schema of its body",
        tag=TAG,
        handler=index,
        body=Nothing,
        query=Nothing,
        answer=EventTypes,
        unit="none",
    ),
)
