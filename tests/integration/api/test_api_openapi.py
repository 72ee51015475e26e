"""The OpenAPI document says what the API does."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.integration.api.service import GOOD, Service


def references(node: Any) -> set[str]:
    """Every $ref below."""
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values())) if node else own
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


async def test_the_document_is_for_everybody_and_complete_in_itself(service: Service) -> None:
    reply = await service.ask("GET", "/openapi.json", headers={})
    assert (reply.status, reply.json["openapi"]) == (200, "3.1.0")
    known = {f"#/components/schemas/{name}" for name in reply.json["components"]["schemas"]}
    assert references(reply.json) <= known


async def test_every_operation_is_named_once_and_tells_its_problems(service: Service) -> None:
    document = (await service.ask("GET", "/openapi.json", headers={})).json
    operations = [(path, verb, op) for path, verbs in document["paths"].items() for verb, op in verbs.items()]
    names = [op["operationId"] for _, _, op in operations]
    assert len(names) == len(set(names)) >= 19
    for path, _, op in operations:
        declared = {p["name"] for p in op.get("parameters", ()) if p["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path))
        assert "application/problem+json" in op["responses"]["422"]["content"]
        assert op.get("security") == [] or "401" in op["responses"]


async def test_every_described_operation_is_served(service: Service) -> None:
    document = (await service.ask("GET", "/openapi.json", headers={})).json
    for path, verbs in document["paths"].items():
        for verb, op in verbs.items():
            reply = await service.ask(verb.upper(), re.sub(r"\{\w+\}", "x_absent", path), headers={})
            allowed = {"401"} if op.get("security") is None else set(op["responses"]) | {"415"}
            assert str(reply.status) in allowed, (verb, path, reply.json)


async def test_an_answer_with_a_state_declares_its_etag(service: Service) -> None:
    paths = (await service.ask("GET", "/openapi.json", headers={})).json["paths"]
    session = (await service.ask("POST", "/sessions", GOOD)).json
    for path, status in (("/sessions", "201"), ("/sessions/{session_id}", "200")):
        verb = "post" if status == "201" else "get"
        assert "ETag" in paths[path][verb]["responses"][status]["headers"]
    assert (await service.ask("GET", f"/sessions/{session['id']}")).headers["Etag"] == '"1"'
    assert "headers" not in paths["/sessions"]["get"]["responses"]["200"]


async def test_a_session_has_exactly_the_described_fields(service: Service) -> None:
    document = (await service.ask("GET", "/openapi.json", headers={})).json
    described = document["components"]["schemas"]["SessionOut"]
    session = (await service.ask("POST", "/sessions", GOOD)).json
    assert set(session) == set(described["properties"]) == set(described["required"])
    assert json.loads(json.dumps(session)) == session
