"""What other systems may be told of is listed with its schema, which anybody may read."""

from __future__ import annotations

import json
from pathlib import Path

from echo_session.domain.event_types import CATALOGUE, EVENT_TYPES
from tests.integration.api.service import Service

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


async def test_each_event_is_listed_with_the_schema_that_is_published(service: Service) -> None:
    listed = (await service.ask("GET", "/event-types")).json["items"]
    assert [(one["type"], one["when"]) for one in listed] == [(kind.name, kind.when) for kind in CATALOGUE]
    for one in listed:
        assert one["json_schema"] == json.loads(
            (SCHEMAS / f"{one['type']}.v{one['version']}.json").read_text()
        )
    path = listed[0]["schema_url"].removeprefix("/api/v1")
    for same in (path, path.replace(".v1", "")):
        found = await service.ask("GET", same, headers={})
        assert (found.status, found.json) == (200, listed[0]["json_schema"])
    for none in (path.replace("v1", "v7"), "/schemas/events/session.exploded.json"):
        assert (await service.ask("GET", none, headers={})).status == 404
    assert tuple(one["type"] for one in listed) == EVENT_TYPES
