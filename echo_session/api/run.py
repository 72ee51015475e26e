"""From a request to an answer: who asks, what goes in, one unit of work, what comes out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TypeVar

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import BaseModel

from echo_session.api.auth import COOKIE, authenticate
from echo_session.api.files import check_upload, send_file, too_large
from echo_session.api.operation import ANYBODY, KIB, Answer, AnyCall, AnyOperation, Call, Nothing, has_etag
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem, problem_of
from echo_session.domain.accounts import CONSOLE_LIFE, Actor
from echo_session.domain.errors import FieldProblem
from echo_session.store import idempotency
from echo_session.store.engine import Tx, collided

log = structlog.stdlib.get_logger(__name__)

JSON = "application/json"
IDEMPOTENCY_KEY = "Idempotency-Key"
MAX_KEY = 200
TRIES = 5
"""Of a unit of work, so many times; what it does besides follows once it is kept."""

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers whatever goes wrong as problem details; what is our fault is logged, never shown."""
    try:
        return await handler(request)
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            log.exception("request failed", method=request.method, route=_route(request))
            problem = Problem(500, "Something went wrong on our side; nothing was changed. Try again later.")
        return problem.response()


def handler_of(operation: AnyOperation, ports: Ports) -> Handler:
    """The aiohttp handler of an operation."""

    async def handle(request: web.Request) -> web.StreamResponse:
        actor = ANYBODY if operation.public else await authenticate(request, ports)
        if operation.upload:
            check_upload(request, operation)
        raw = b"" if operation.upload else await _read(request, operation.max_body)
        call: AnyCall = Call(
            ports=ports,
            actor=actor,
            path=request.match_info,
            body=parse_body(operation.body, raw, request.content_type),
            query=parse_query(operation.query, request),
            now=ports.now(),
            request=request,
            unit_of_work=None,
        )
        if operation.admit is not None:
            operation.admit(call)
        key = request.headers.get(IDEMPOTENCY_KEY)
        if operation.idempotent and key is not None:
            return await _once(operation, call, _checked_key(key), raw)
        return await _finish(operation, call, await _work(operation, call))

    return handle


async def _work(operation: AnyOperation, call: AnyCall) -> Answer:
    match operation.unit:
        case "read":
            async with call.ports.database.read() as tx:
                return await operation.handler(replace(call, unit_of_work=tx))
        case "write":

            async def work() -> Answer:
                async with call.ports.database.write() as tx:
                    return await operation.handler(replace(call, unit_of_work=tx))

            return await _patiently(work)
        case _:
            return await operation.handler(call)


async def _patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Does it again where it and another waited for each other, and the database has let the other go on."""
    for _ in range(TRIES - 1):
        try:
            return await work()
        except Exception as error:
            if not collided(error):
                raise
            log.warning("a request collided with another and begins again")
    return await work()


async def _once(operation: AnyOperation, call: AnyCall, key: str, raw: bytes) -> web.StreamResponse:
    """The answer to the first request with this key, whether this one is it or not."""
    mark = sha256(f"{call.request.method} {call.request.path}\n".encode() + raw).hexdigest()

    async def work() -> Answer | idempotency.Kept:
        async with call.ports.database.write() as tx:
            kept = await idempotency.claim(tx, call.actor.id, key, mark, now=call.now)
            if kept is not None:
                return kept
            answer = await operation.handler(replace(call, unit_of_work=tx))
            await _keep(tx, call.actor, key, operation, answer)
            return answer

    kept = await _patiently(work)
    if isinstance(kept, Answer):
        return await _finish(operation, call, kept)
    if kept.fingerprint != mark:
        problem = FieldProblem(IDEMPOTENCY_KEY, "was used for another request", "a new key for each request")
        raise Problem(422, "This Idempotency-Key belongs to another request; nothing was changed.", [problem])
    headers = {"Idempotent-Replayed": "true"} | ({"Location": kept.location} if kept.location else {})
    if has_etag(operation):
        headers |= etag(json.loads(kept.body)["revision"])
    return web.Response(status=kept.status, text=kept.body, content_type=JSON, headers=headers)


async def _keep(tx: Tx, actor: Actor, key: str, operation: AnyOperation, answer: Answer) -> None:
    await idempotency.keep(
        tx,
        actor.id,
        key,
        status=operation.status,
        location=answer.headers.get("Location", ""),
        body=answer.body.model_dump_json() if answer.body else "",
    )


async def _finish(operation: AnyOperation, call: AnyCall, answer: Answer) -> web.StreamResponse:
    if answer.then is not None:
        await answer.then()
    if answer.download is not None:
        return await send_file(call.request, answer.download)
    body = None if answer.body is None else answer.body.model_dump_json().encode()
    state = etag(getattr(answer.body, "revision")) if has_etag(operation) else {}  # noqa: B009
    response = web.Response(
        status=operation.status,
        body=body,
        content_type=JSON if body is not None else None,
        headers={**state, **answer.headers},
    )
    if answer.cookie is not None:
        _set_cookie(response, answer.cookie, secure=call.ports.secure_cookies or call.request.secure)
    return response


def _set_cookie(response: web.Response, secret: str, *, secure: bool) -> None:
    life = int(CONSOLE_LIFE.total_seconds()) if secret else 0
    response.set_cookie(COOKIE, secret, max_age=life, path="/", httponly=True, samesite="Lax", secure=secure)


async def _read(request: web.Request, most: int) -> bytes:
    if (request.content_length or 0) > most:
        raise too_large(most)
    raw = bytearray()
    async for chunk in request.content.iter_chunked(64 * KIB):
        raw += chunk
        if len(raw) > most:
            raise too_large(most)
    return bytes(raw)


def parse_body(model: type[M], raw: bytes, content_type: str) -> M:
    """The body, checked. Raises Problem 415 and pydantic's ValidationError."""
    if not raw.strip():
        if model is Nothing:
            return model()
        raw = b"{}"
    elif content_type != JSON:
        raise Problem(415, f"The body must be {JSON}.", headers={"Accept": JSON})
    return model.model_validate_json(raw, strict=True)


def parse_query(model: type[M], request: web.Request) -> M:
    """The query, checked: each name once. Raises Problem 422 and pydantic's ValidationError."""
    values: dict[str, str] = {}
    for name, value in request.query.items():
        if name in values:
            again = FieldProblem(name, "is given more than once", "each name once")
            raise Problem(422, "The query repeats a name.", [again])
        values[name] = value
    return model.model_validate_strings(values)


def _checked_key(key: str) -> str:
    if 1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable():
        return key
    wrong = FieldProblem(IDEMPOTENCY_KEY, "is not a key", f"1 to {MAX_KEY} printable ASCII characters")
    raise Problem(422, "The Idempotency-Key is not as allowed; nothing was changed.", [wrong])


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def etag(revision: int) -> dict[str, str]:
    """The header that names a state of a thing."""
    return {hdrs.ETAG: f'"{revision}"'}


def expected_revision(headers: Mapping[str, str]) -> int | None:
    """The revision that If-Match asks for; None where it asks for none.

    Raises:
        Problem: 412 where the tag is none of ours.
    """
    value = headers.get(hdrs.IF_MATCH)
    if value is None or value.strip() == "*":
        return None
    try:
        revision = json.loads(json.loads(value))
    except (ValueError, TypeError):
        revision = None
    if not isinstance(revision, int):
        raise Problem(412, f"If-Match {value[:80]} is not the ETag of an answer of ours: read it again.")
    return revision
