"""What goes in and out of the API of the webhook endpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from echo_session.api.event_names import EventName
from echo_session.api.models import NO_NUL, Instant, Out
from echo_session.api.operation import Body
from echo_session.domain.webhook_endpoints import MAX_CHANGE_OVER, MAX_REPLAYED

StatusName = Literal["enabled", "paused", "disabled"]
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
EventTypes = Annotated[list[EventName], Field(max_length=64, description="Empty means all")]


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


EventId = Annotated[str, Field(min_length=1, max_length=64), NO_NUL]
Number = Annotated[int, Field(ge=0, le=2**53)]

ONE_WAY = "give event_ids, or from and until, or after and up_to"


class Replay(Body):
    """Which events to send once more: these, or a range of time or of numbers in the feed."""

    event_ids: Annotated[list[EventId], Field(max_length=1000)] = Field(
        default_factory=list, description="Sent whatever types the endpoint wants"
    )
    from_: Instant | None = Field(None, alias="from", description="What happened then or later")
    until: Instant | None = Field(None, description="What happened before then")
    after: Number | None = Field(None, description="Numbers above this one")
    up_to: Number | None = Field(None, description=f"Up to this one; at most {MAX_REPLAYED:,} events at once")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_time = self.from_ is not None or self.until is not None
        by_number = self.after is not None or self.up_to is not None
        if bool(self.event_ids) + by_time + by_number != 1:
            raise ValueError(ONE_WAY)
        return self


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
    request: dict[str, Any] = Field(
        description="``url`` and ``headers`` as they were sent, without what is secret in them"
    )
    response_headers: dict[str, Any] = Field(description="Without cookies")
    response_excerpt: str = Field(description="The first 4 KiB of the answer's body")


class DeliveryOut(Out):
    """One event on its way to the endpoint, or there."""

    model_config = ConfigDict(json_schema_extra={"title": "Delivery"})

    id: str
    event_id: str = Field(description="The webhook-id header")
    endpoint_id: str
    event_type: str
    session_id: str | None
    stream: str = Field(description="What arrives in order: the session's id, or the program's or series'")
    seq: int = Field(description="Counts the stream's events from 1")
    state: StateName
    created_at: datetime = Field(description="When it happened")
    delivered_at: datetime | None
    next_attempt_at: datetime | None = Field(description="Null once it is delivered or has failed")
    counted_attempts: int = Field(description="Tries that used up the retry schedule")
    replays: int = Field(description="How often it was asked for again")
    attempts: list[AttemptOut] = Field(description="The latest ten tries, newest first")


class DeliveryDetailOut(DeliveryOut):
    """A delivery with the body that is sent, and its latest hundred tries."""

    model_config = ConfigDict(json_schema_extra={"title": "DeliveryDetail"})

    body: dict[str, Any] = Field(description="The same at every attempt")


class ReplayedOut(Out):
    """What a replay came to."""

    model_config = ConfigDict(json_schema_extra={"title": "Replayed"})

    queued: int = Field(description="Events that are on their way now")
    waiting: int = Field(description="Events that were on their way already")


class DeliveryPage(Out):
    """A page of deliveries, latest event first."""

    items: list[DeliveryOut]
    next: str | None = Field(description="``cursor`` of the next page; null on the last")


class FeedQuery(Body):
    """Which events."""

    after: Number = Field(0, description="Numbers above this one; ``next`` of the answer before")
    limit: int = Field(100, ge=1, le=200)
    type: Annotated[str, Field(max_length=64), NO_NUL] | None = None
    session_id: Annotated[str, Field(max_length=64), NO_NUL] | None = None


class EventOut(Out):
    """Something that happened, as it is told to the endpoints too."""

    model_config = ConfigDict(json_schema_extra={"title": "Event"})

    number: int = Field(description="Counts all events; none ever appears below one that was read")
    id: str = Field(description="The webhook-id header")
    stream: str = Field(description="What is told in order: the session's id, or the program's or series'")
    session_id: str | None
    seq: int = Field(description="Counts the stream's events from 1")
    type: str
    timestamp: datetime = Field(description="When it happened")
    version: int = Field(description="Of the schema of ``data``")
    data: dict[str, Any]


class EventFeed(Out):
    """Events in the order of their numbers."""

    items: list[EventOut]
    next: int = Field(description="``after`` of the next request, also where there was nothing")
    more: bool = Field(description="There are more at once")
    oldest: int | None = Field(
        description="The lowest number that is kept. Where it is above ``after`` + 1 something was forgotten:"
        " read what you need from the sessions"
    )
