"""Problem details (RFC 9457): what was wrong, which field, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.store.errors import Conflict, NotFound

CONTENT_TYPE = "application/problem+json"

NO_SUCH_THING = "There is nothing at this address, or nothing that you may see."
"""The same words for what is absent and what is forbidden."""


class FieldError(BaseModel):
    """One field that is wrong."""

    model_config = ConfigDict(json_schema_extra={"title": "FieldError"})

    field: str = Field(description="Name of the field; dots lead into lists and objects: people.2.email")
    message: str = Field(description="What is wrong with it")
    allowed: str = Field(description="What would be right; may be empty")


class Changed(BaseModel):
    """A field that is not what the asker took it for."""

    model_config = ConfigDict(json_schema_extra={"title": "ChangedField"})

    field: str
    yours: Any = Field(description="What was asked for")
    now: Any = Field(description="What is there")


class ProblemBody(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={"title": "Problem"})

    type: str = "about:blank"
    title: str = Field(description="The HTTP status in words")
    status: int
    detail: str = Field(description="What was wrong and what to do, in words for people")
    errors: list[FieldError] = Field(default_factory=list, description="The fields that are wrong, if any")
    changed: list[Changed] = Field(
        default_factory=list, description="With 412: where what is there is not what was asked for"
    )


class Problem(Exception):
    """A request that cannot be answered as asked; becomes the answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        changed: Iterable[Changed] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.changed = tuple(changed)

    def response(self) -> web.Response:
        """The answer."""
        body = ProblemBody(
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            errors=[FieldError(field=e.field, message=e.message, allowed=e.allowed) for e in self.errors],
            changed=list(self.changed),
        )
        return web.Response(
            status=self.status,
            body=body.model_dump_json().encode(),
            content_type=CONTENT_TYPE,
            headers=self.headers,
        )


def invalid(errors: Iterable[FieldProblem]) -> Problem:
    """422, naming each field."""
    found = tuple(errors)
    count = "One field is" if len(found) == 1 else f"{len(found)} fields are"
    return Problem(422, f"{count} not as allowed; nothing was changed.", found)


def problem_of(error: Exception) -> Problem | None:
    """What to answer for an exception that is the asker's business; None where it is ours."""
    match error:
        case Problem():
            return error
        case ValidationError():
            return invalid(field_problems(error))
        case InvalidFields():
            return invalid(error.problems)
        case NotFound():
            return Problem(404, NO_SUCH_THING)
        case NotPossible():
            return Problem(409, str(error))
        case Conflict():
            return Problem(412, "Somebody changed this in the meantime: read it again, then decide.")
        case web.HTTPException():
            return _of_http(error)
        case _:
            return None


def field_problems(error: ValidationError) -> list[FieldProblem]:
    """The fields that a model refuses, each once."""
    found: dict[str, FieldProblem] = {}
    for details in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in details["loc"]) or "body"
        found.setdefault(field, FieldProblem(field, _message(details), _allowed(details)))
    return list(found.values())


_PLAIN: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "a value"),
    "extra_forbidden": ("is not a field here", "leave it out"),
    "json_invalid": ("is not JSON", "one JSON object (RFC 8259)"),
    "string_type": ("is not text", "text"),
    "int_type": ("is not a whole number", "a whole number"),
    "int_from_float": ("is not a whole number", "a whole number"),
    "int_parsing": ("is not a whole number", "a whole number"),
    "bool_type": ("is neither true nor false", "true or false"),
    "list_type": ("is not a list", "a list"),
    "model_type": ("is not an object", "a JSON object"),
    "model_attributes_type": ("is not an object", "a JSON object"),
    "datetime_type": ("is not a date and time", 'a date and time such as "2026-11-21T16:00:00"'),
    "datetime_parsing": ("is not a date and time", 'a date and time such as "2026-11-21T16:00:00"'),
    "datetime_from_date_parsing": ("is not a date and time", 'a date and time such as "2026-11-21T16:00:00"'),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        ("is not a date", 'a date such as "2026-11-26"'),
    ),
    "timezone_naive": ("has an offset", 'the hub\'s wall time without one: "2026-11-21T16:00:00"'),
    "timezone_aware": ("has no offset", 'an instant with one: "2026-11-21T23:00:00Z"'),
}
"""Message and what is allowed, by the type of pydantic's error."""


def _message(details: ErrorDetails) -> str:
    plain = _PLAIN.get(details["type"])
    if plain:
        return plain[0]
    match details["type"]:
        case "string_too_long" | "too_long":
            return "is too long"
        case "string_too_short" | "too_short":
            return "is too short"
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            return "is out of range"
        case "literal_error" | "enum":
            return "is none of the known values"
        case "string_pattern_mismatch":
            return "has characters that it must not have"
        case "value_error":
            return str(details.get("ctx", {}).get("error", "is not allowed"))
        case _:
            return details["msg"][:1].lower() + details["msg"][1:]


def _allowed(details: ErrorDetails) -> str:
    plain = _PLAIN.get(details["type"])
    if plain:
        return plain[1]
    context: dict[str, Any] = details.get("ctx", {})
    match details["type"]:
        case "string_too_long":
            return f"at most {context['max_length']} characters"
        case "string_too_short":
            return f"at least {context['min_length']} characters"
        case "too_long":
            return f"at most {context['max_length']} entries"
        case "too_short":
            return f"at least {context['min_length']} entries"
        case "greater_than_equal":
            return f"{context['ge']} or more"
        case "less_than_equal":
            return f"{context['le']} or less"
        case "literal_error" | "enum":
            return str(context["expected"])
        case _:
            return ""


def _of_http(error: web.HTTPException) -> Problem:
    match error:
        case web.HTTPNotFound():
            return Problem(404, NO_SUCH_THING)
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            return Problem(
                405, f"{error.method} is not possible here; {allowed} is.", headers={"Allow": allowed}
            )
        case web.HTTPRequestEntityTooLarge():
            return Problem(413, "The body is too large.")
        case _:
            return Problem(error.status, error.reason)
