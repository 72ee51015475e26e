"""JSON Schema of the wire; ``python -m signaling.schema`` prints it for the types of the web build."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from signaling.messages import ClientMessage, ServerMessage

_DISCRIMINATORS = ("type", "op")


def wire_schema() -> dict[str, Any]:
    """One schema whose root is any message and whose ``$defs`` name each shape.

    What a client may leave out is optional; what the server sends is always complete; a discriminator is
    never optional.
    """
    client: TypeAdapter[Any] = TypeAdapter(ClientMessage)
    server: TypeAdapter[Any] = TypeAdapter(ServerMessage)
    roots, shared = TypeAdapter.json_schemas(
        [("client", "validation", client), ("server", "serialization", server)],
    )
    definitions: dict[str, Any] = dict(shared["$defs"])
    for shape in definitions.values():
        _tidy(shape)
    definitions["ClientMessage"] = _union(roots["client", "validation"], "Any message from a client.")
    definitions["ServerMessage"] = _union(roots["server", "serialization"], "Any message from the server.")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "WireMessage",
        "description": "Any message of the signaling WebSocket.",
        "anyOf": [{"$ref": "#/$defs/ClientMessage"}, {"$ref": "#/$defs/ServerMessage"}],
        "$defs": dict(sorted(definitions.items())),
    }


def _union(root: Any, description: str) -> dict[str, Any]:
    return {"description": description, "anyOf": root["oneOf"]}


def _tidy(shape: dict[str, Any]) -> None:
    """Requires discriminators, and drops the titles that would become needless type aliases."""
    properties: dict[str, Any] = shape.get("properties", {})
    for field in properties.values():
        field.pop("title", None)
    wanted = [name for name in _DISCRIMINATORS if "const" in properties.get(name, {})]
    if wanted:
        required = shape.setdefault("required", [])
        shape["required"] = [*(name for name in wanted if name not in required), *required]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(wire_schema(), indent=2) + "\n")
