"""Tables of what is still to be done and to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Name, Short, UtcDateTime, one_of

ACTIONS = ("open_room", "warn_ending", "close_room", "send_reminder", "finalise", "offer_credit")


class DueWorkRow(Base):
    """Something to do at a time; claimed with a lease, done once."""

    __tablename__ = "due_work"
    __table_args__ = (
        UniqueConstraint("session_id", "action", "detail", "occurrence"),
        one_of(
            "action", "open_room", "warn_ending", "close_room", "send_reminder", "finalise", "offer_credit"
        ),
        one_of("state", "due", "claimed", "done", "missed", "cancelled"),
        Index("ix_due_work_next", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    action: Mapped[str] = mapped_column(Short)
    detail: Mapped[int]
    """Which of several of its kind: of a reminder, its minutes before the start; 0 otherwise."""
    occurrence: Mapped[int]
    """1 for the first; work that has happened and is wanted again gets the next. See ``domain.due_work``."""
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Short)
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text)


class WebhookEndpointRow(Base):
    """Where events go. An empty ``event_types`` means all."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (one_of("status", "enabled", "paused", "disabled"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(Name)
    event_types: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(Name)
    previous_secret: Mapped[str | None] = mapped_column(Name)
    """Signs too, until `previous_secret_until`, so that a receiver may change over in its own time."""
    previous_secret_until: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(Short)
    """What happens is kept for one that is ``paused``, and is not for one that is ``disabled``."""
    disabled_reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    failures: Mapped[int]


class EventRow(Base):
    """The outbox: what happened, kept in the transaction in which it happened."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("stream", "seq"), Index("ix_event_list", "type", "number"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """Place among all events; given once it is committed, so that no lower number ever appears later."""
    stream: Mapped[str] = mapped_column(Id)
    """What must arrive in order: the id of the session; of what has none, that of the program or series."""
    seq: Mapped[int]
    """Counts the stream's events from 1."""
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"), index=True)
    type: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    """The whole body that is sent: ``{"type", "timestamp", "data"}``."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class EventStreamRow(Base):
    """How far a stream that is no session has been counted; that of all events has the key ``*``."""

    __tablename__ = "event_stream"

    stream: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class DeliveryRow(Base):
    """One event on its way to one endpoint."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        one_of("state", "pending", "delivered", "failed"),
        Index("ix_delivery_head", "endpoint_id", "state", "stream", "seq"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    stream: Mapped[str] = mapped_column(Id)
    seq: Mapped[int]
    """Both are those of the event."""
    state: Mapped[str] = mapped_column(Short)
    attempts: Mapped[int]
    replays: Mapped[int]
    """How often it was asked for again after it had ended."""
    next_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    delivered_at: Mapped[datetime | None]


class DeliveryAttemptRow(Base):
    """One try at a delivery, for the log."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (Index("ix_delivery_attempt_log", "delivery_id", "at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    """HTTP status, or null where none came."""
    error: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[int]
    request: Mapped[dict[str, Any]]
    """``{"url", "headers"}`` as they were sent; the body is the event's."""
    response_headers: Mapped[dict[str, Any]]
    response_excerpt: Mapped[str] = mapped_column(Text)
