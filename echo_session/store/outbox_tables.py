"""Tables of what is still to be done and to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Name, Short, UtcDateTime, one_of


class DueWorkRow(Base):
    """Something to do at a time; claimed with a lease, done once."""

    __tablename__ = "due_work"
    __table_args__ = (
        UniqueConstraint("session_id", "action", "detail", "occurrence"),
        one_of("action", "open_room", "warn_ending", "close_room", "send_reminder", "finalise"),
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
    __table_args__ = (one_of("status", "enabled", "disabled"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    description: Mapped[str] = mapped_column(Name)
    event_types: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(Name)
    previous_secret: Mapped[str | None] = mapped_column(Name)
    """Signs too, until `previous_secret_until`, so that a receiver may change over in its own time."""
    previous_secret_until: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(Short)
    disabled_reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    failures: Mapped[int]


class EventRow(Base):
    """The outbox: what happened, kept in the transaction in which it happened; ``seq`` counts per session."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("session_id", "seq"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]]
    """The whole body that is sent: ``{"type", "timestamp", "data"}``."""
    created_at: Mapped[datetime] = mapped_column(index=True)


class DeliveryRow(Base):
    """One event on its way to one endpoint."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        one_of("state", "pending", "delivered", "failed"),
        Index("ix_delivery_next", "endpoint_id", "state", "next_attempt_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"))
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Short)
    attempts: Mapped[int]
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
    response_excerpt: Mapped[str] = mapped_column(Text)
