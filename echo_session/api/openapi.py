"""The OpenAPI 3.1 document, made from the operations and the models that they check with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from echo_session.api.auth import COOKIE
from echo_session.api.operation import AnyOperation, Nothing, has_etag
from echo_session.api.problems import CONTENT_TYPE, ProblemBody

Json = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"
_NAME = re.compile(r"\{(\w+)\}")
ALWAYS = (413, 415, 422, 500)
"""Problems that an operation with a body may answer; 401 and 403 go with signing in."""


def document(operations: Iterable[AnyOperation]) -> bytes:
    """The document, as JSON."""
    known = list(operations)
    references, schemas = _schemas(known)
    paths: dict[str, Json] = {}
    for operation in known:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, references)
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "echo-session",
            "version": _version(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"console": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token: est_..."},
                "console": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=1).encode()


References = Mapping[Any, Json]
"""Where a model is described, by model and direction."""


def _version() -> str:
    try:
        return version("echo-session")
    except PackageNotFoundError:
        return "0"


def _schemas(operations: list[AnyOperation]) -> tuple[References, Json]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(ProblemBody, "serialization"): None}
    for operation in operations:
        for model in (operation.body, operation.query):
            if model is not Nothing:
                wanted[(model, "validation")] = None
        if operation.answer is not None:
            wanted[(operation.answer, "serialization")] = None
    references, described = models_json_schema(list(wanted), ref_template=_REFERENCE)
    schemas: Json = described.get("$defs", {})
    return references, schemas


def _operation(operation: AnyOperation, references: References) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": _responses(operation, references),
    }
    parameters = _parameters(operation)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not Nothing:
        schema = references[(operation.body, "validation")]
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if operation.upload:
        described["requestBody"] = {"required": True, "content": _binary(operation.upload)}
    if operation.public:
        described["security"] = []
    return described


def _parameters(operation: AnyOperation) -> list[Json]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _NAME.findall(operation.path)
    ]
    schema = operation.query.model_json_schema(ref_template=_REFERENCE)
    for name, described in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        found.append({"name": name, "in": "query", "required": required, "schema": described})
    if operation.if_match:
        found.append(_header("If-Match", "Change only the state that this ETag names; else 412"))
    if operation.idempotent:
        found.append(
            _header("Idempotency-Key", "The same key gives the same answer for a day, and one effect")
        )
    return found


def _binary(media_types: Iterable[str]) -> Json:
    return {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}


def _header(name: str, description: str) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string"},
    }


def _responses(operation: AnyOperation, references: References) -> Json:
    good: Json = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None:
        schema = references[(operation.answer, "serialization")]
        good["content"] = {"application/json": {"schema": schema}}
    if operation.downloads:
        good["content"] = _binary(operation.downloads)
    if has_etag(operation):
        words = "Names the state that the answer shows; If-Match takes it"
        good["headers"] = {"ETag": {"description": words, "schema": {"type": "string"}}}
    responses: Json = {str(operation.status): good}
    problem = references[(ProblemBody, "serialization")]
    signing_in = () if operation.public else ((401,) if operation.method == "GET" else (401, 403))
    for status in sorted({*operation.problems, *ALWAYS, *signing_in}):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {CONTENT_TYPE: {"schema": problem}},
        }
    return responses
