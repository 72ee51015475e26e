"""What goes in and out of the API of the webhook endpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Body
from echo_session.domain.webhook_endpoints import MAX_CHANGE_OVER

EventName = Literal["session.opened", "participant.joined", "participant.left", "session.closed"]
StatusName = Literal["enabled", "disabled"]
StateName = Literal["pending", "delivered", "failed"]

MAX_HOURS = MAX_CHANGE_OVER // timedelta(hours=1)

Url = Annotated[
    str,
    Field(
        max_length=2000,
        description="https address on the public internet, or in a network that the settings open",
        examples=["https://scheduling.example/hooks/echo"],
    ),
    NO_NUL,
]
Description = Annotated[str, Field(max_length=200, description="For people"), NO_NUL]
EventTypes = Annotated[list[EventName], Field(max_length=16, description="Empty means all")]


class NewEndpoint(Body):
    """An endpoint to be told of events."""

    url: Url
    description: Description = ""
    event_types: EventTypes = Field(default_factory=list)


class EndpointChanges(Body):
    """What is to be different; what is left out stays. Enabling an endpoint has it tried at once."""

    url: Url | None = None
    description: Description | None = None
    event_types: EventTypes | None = None
    status: StatusName | None = None


class SecretChange(Body):
    """How to change over."""

    keep_previous_hours: int = Field(
        24, ge=0, le=MAX_HOURS, description="So long the previous secret signs too; 0 drops it at once"
    )


class DeliveryQuery(Body):
    """Which deliveries, and which page of them."""

    state: StateName | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: Annotated[str, Field(max_length=64), NO_NUL] = Field(
        "", description="``next`` of the page before"
    )


class EndpointOut(Out):
    """An endpoint."""

    model_config = ConfigDict(json_schema_extra={"title": "WebhookEndpoint"})

    id: str
    url: str
    description: str
    event_types: list[EventName] = Field(description="Empty means all")
    status: StatusName
    disabled_reason: str = Field(description="Why it is disabled; empty while it is not")
    created_at: datetime
    previous_secret_until: datetime | None = Field(description="Until then two signatures are sent")
    failing_since: datetime | None = Field(description="Null while it answers as it should")
    failures: int = Field(description="Tries that failed since the last that did not")
    next_attempt_at: datetime | None = Field(description="When an endpoint that is down is tried again")
    pending: int = Field(description="Events on their way")


class EndpointWithSecret(EndpointOut):
    """An endpoint and its new secret, which is not shown again."""

    model_config = ConfigDict(json_schema_extra={"title": "WebhookEndpointWithSecret"})

    secret: str = Field(description="whsec_ and base64; verifies the signatures", examples=["whsec_..."])


class Endpoints(Out):
    """The endpoints, oldest first."""

    items: list[EndpointOut]


class AttemptOut(Out):
    """One try."""

    model_config = ConfigDict(json_schema_extra={"title": "DeliveryAttempt"})

    at: datetime
    status: int | None = Field(description="HTTP status; null if no answer came")
    error: str = Field(description="What went wrong; empty if the receiver accepted")
    duration_ms: int
    response_excerpt: str = Field(description="The first 4 KiB of the answer's body")


class DeliveryOut(Out):
    """One event on its way to the endpoint, or there."""

    model_config = ConfigDict(json_schema_extra={"title": "Delivery"})

    id: str
    event_id: str = Field(description="The webhook-id header")
    event_type: str
    session_id: str | None
    seq: int
    state: StateName
    created_at: datetime = Field(description="When it happened")
    delivered_at: datetime | None
    next_attempt_at: datetime | None = Field(description="Null once it is delivered or has failed")
    counted_attempts: int = Field(description="Tries that used up the retry schedule")
    attempts: list[AttemptOut] = Field(description="The latest ten tries, newest first")


class DeliveryPage(Out):
    """A page of deliveries, latest event first."""

    items: list[DeliveryOut]
    next: str | None = Field(description="``cursor`` of the next page; null on the last")
