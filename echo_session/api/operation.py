"""One operation of the API: how it is addressed, what goes in and out, and what it does.

The same description makes the route and its entry in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Generic, Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from echo_session.api.ports import Ports
from echo_session.domain.accounts import Actor
from echo_session.store.engine import Tx


class Body(BaseModel):
    """Base of everything that goes in: unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Body):
    """No body, or an empty one; no query."""


B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
Method = Literal["GET", "POST", "PATCH", "DELETE"]
Unit = Literal["read", "write", "none"]

ANYBODY = Actor(id="", account=None)
"""Who asks where nobody needs to sign in."""

KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[B, Q]):
    """One request, checked. ``path`` has the parts of the address that are named in the operation's path."""

    ports: Ports
    actor: Actor
    path: Mapping[str, str]
    body: B
    query: Q
    now: datetime
    request: web.Request
    unit_of_work: Tx | None

    @property
    def tx(self) -> Tx:
        """The operation's unit of work; it ends when the handler returns."""
        assert self.unit_of_work is not None, "the operation asks for no unit of work"
        return self.unit_of_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to be saved. ``file`` is read from its beginning, and closed afterwards."""

    filename: str
    media_type: str
    file: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes out. ``then`` runs once the unit of work is committed, before the answer is sent."""

    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    then: Callable[[], Awaitable[None]] | None = None
    download: Download | None = None
    """Goes out in the place of a body."""
    cookie: str | None = None
    """Sets the console's cookie; empty removes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[B, Q]):
    """``path`` is relative to /api/v1, with names in braces: ``/sessions/{session_id}``."""

    method: Method
    path: str
    name: str
    """The operationId."""
    summary: str
    tag: str
    handler: Callable[[Call[B, Q]], Awaitable[Answer]]
    body: type[B]
    query: type[Q]
    answer: type[BaseModel] | None = None
    status: int = 200
    unit: Unit = "read"
    public: bool = False
    """True where nobody needs to sign in."""
    admit: Callable[[Call[B, Q]], None] | None = None
    """Raises what refuses a request before it costs a unit of work, such as a limit."""
    if_match: bool = False
    idempotent: bool = False
    """True where an Idempotency-Key is honoured; the unit is then "write"."""
    max_body: int = 64 * KIB
    upload: tuple[str, ...] = ()
    """Media types of a file that is the body; the handler reads it from the request by itself."""
    downloads: tuple[str, ...] = ()
    """Media types of the file that is the answer."""
    problems: tuple[int, ...] = ()
    """Statuses of problems that this operation adds to those that every one has."""


def has_etag(operation: Operation[Any, Any]) -> bool:
    """True where the answer is a thing whose state has a number, which goes with it as its ETag."""
    return operation.answer is not None and "revision" in operation.answer.model_fields


AnyCall = Call[Any, Any]
AnyOperation = Operation[Any, Any]
