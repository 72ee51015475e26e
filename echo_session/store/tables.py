"""Every table. The migrations in ``store/migrations`` make them; a test holds the two together.

Ids are text (see ``domain.ids``), instants are UTC. Rows do not leave the units of work that read them:
repositories hand out the frozen dataclasses of the domain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, UtcDateTime, WallTime

Id = String(64)
Short = String(32)
Name = String(200)
Hash = String(64)
"""SHA-256 in hexadecimal."""


def one_of(column: str, *values: str) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# --- people ----------------------------------------------------------------------------------------------


class SiteRow(Base):
    """A clinic, school or practice."""

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name, unique=True)


class PersonRow(Base):
    """Somebody who takes part. ``matched`` is false where only the visitor's own word says who it is."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    email: Mapped[str] = mapped_column(String(254), index=True)
    profession: Mapped[str] = mapped_column(Name)
    credentials: Mapped[str] = mapped_column(Name)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    matched: Mapped[bool]
    created_at: Mapped[datetime]


# --- sessions --------------------------------------------------------------------------------------------


class SessionRow(Base):
    """One meeting. ``starts_local`` in ``zone`` is what was agreed; ``starts_at`` is the instant it meant."""

    __tablename__ = "session"
    __table_args__ = (
        one_of("kind", "session", "practice"),
        one_of("status", "scheduled", "open", "closed", "cancelled"),
        Index("ix_session_list", "kind", "starts_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Short)
    room_id: Mapped[str] = mapped_column(Id, unique=True)
    title: Mapped[str] = mapped_column(Name)
    description: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Name)
    zone: Mapped[str] = mapped_column(String(64))
    starts_local: Mapped[datetime] = mapped_column(WallTime)
    starts_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    lead_minutes: Mapped[int]
    overrun_minutes: Mapped[int]
    extended_minutes: Mapped[int]
    status: Mapped[str] = mapped_column(Short)
    lobby: Mapped[bool]
    public_epoch: Mapped[int]
    public_link_on: Mapped[bool]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]
    event_seq: Mapped[int]
    """Number of the session's last outbox event; 0 before the first."""
    ledger_seq: Mapped[int]
    """Position of the last link in the session's attendance chain; 0 before the first."""
    ledger_head: Mapped[str] = mapped_column(Hash)
    """Hash of that link; empty before the first."""


class RegistrationRow(Base):
    """A person invited to a session in a role. ``epoch`` counts the personal links; older ones are void."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        one_of("role", "facilitator", "panelist", "participant", "observer", "coordinator"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Short)
    epoch: Mapped[int]
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


# --- who may use the console and the API -----------------------------------------------------------------


class AccountRow(Base):
    """A facilitator or coordinator of the hub."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    created_at: Mapped[datetime]


class SignInLinkRow(Base):
    """A one-time link; only the hash of its secret is kept."""

    __tablename__ = "sign_in_link"

    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ConsoleSessionRow(Base):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "console_session"

    hash: Mapped[str] = mapped_column(Hash, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiTokenRow(Base):
    """A program that uses the API; only the hash of its secret is kept."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    hash: Mapped[str] = mapped_column(Hash, unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditRow(Base):
    """Who looked at, or changed, what is personal."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(Id)
    """Id of the account or the API token."""
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Id, index=True)
    """Id of what was looked at."""


class IdempotencyRow(Base):
    """The answer to a request that carried an ``Idempotency-Key``, to be given again."""

    __tablename__ = "idempotency"

    actor: Mapped[str] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(Name, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Hash)
    status: Mapped[int]
    location: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(index=True)


# --- presence and attendance -----------------------------------------------------------------------------


class PresenceRow(Base):
    """One device of one person in one room, now: mutable, and the checkpoint that a crash falls back to."""

    __tablename__ = "presence"
    __table_args__ = (
        one_of("state", "lobby", "joined", "lost", "left", "removed"),
        Index("ix_presence_session", "session_id", "person_id"),
    )

    connection_id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    person_id: Mapped[str] = mapped_column(Id, index=True)
    """No row of ``person`` where the session is a practice room."""
    registration_id: Mapped[str | None] = mapped_column(ForeignKey("registration.id"), index=True)
    role: Mapped[str] = mapped_column(Short)
    name: Mapped[str] = mapped_column(Name)
    site: Mapped[str] = mapped_column(Name)
    profession: Mapped[str] = mapped_column(Name)
    device: Mapped[str] = mapped_column(Short)
    secret_hash: Mapped[str] = mapped_column(Hash)
    incarnation: Mapped[str] = mapped_column(Id)
    """Which life of the media node carries it."""
    spell: Mapped[int]
    """Number of its latest stay, from 1; 0 before the first. ``seq`` of the ledger's events of that stay."""
    attending: Mapped[bool]
    """True while that stay is open."""
    state: Mapped[str] = mapped_column(Short)
    entered_at: Mapped[datetime]
    seen_wall: Mapped[datetime | None]
    seen_boottime_ns: Mapped[int | None] = mapped_column(BigInteger)
    boot_id: Mapped[str] = mapped_column(Id)
    left_at: Mapped[datetime | None]


class BarredRow(Base):
    """Somebody who was removed from a session and does not come in again."""

    __tablename__ = "barred"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class AttendanceEventRow(Base):
    """One link of a session's attendance chain. Triggers refuse to change or delete it."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        UniqueConstraint("connection_id", "kind", "seq"),
        UniqueConstraint("session_id", "position"),
        one_of("kind", "joined", "seen", "left", "evicted", "recovered", "corrected"),
    )

    event_id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    position: Mapped[int]
    """Place in the session's chain, from 1."""
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    connection_id: Mapped[str] = mapped_column(Id)
    epoch: Mapped[int]
    """Epoch of the personal link that let the person in; 0 where none did."""
    incarnation: Mapped[str] = mapped_column(Id)
    boot_id: Mapped[str] = mapped_column(Id)
    seq: Mapped[int]
    """Number of the connection's stay, from 1."""
    kind: Mapped[str] = mapped_column(Short)
    wall_utc: Mapped[datetime]
    boottime_ns: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Short)
    by: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(Hash)
    hash: Mapped[str] = mapped_column(Hash)


# --- the clock -------------------------------------------------------------------------------------------


class DueWorkRow(Base):
    """Something to do at a time; claimed with a lease, done once."""

    __tablename__ = "due_work"
    __table_args__ = (
        UniqueConstraint("session_id", "action", "occurrence"),
        one_of("action", "open_room", "warn_ending", "close_room"),
        one_of("state", "due", "claimed", "done", "missed", "cancelled"),
        Index("ix_due_work_next", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    action: Mapped[str] = mapped_column(Short)
    occurrence: Mapped[int]
    """1 for the first; work that has happened and is wanted again gets the next. See ``domain.due_work``."""
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(Short)
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text)


# --- webhooks --------------------------------------------------------------------------------------------


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


METADATA = Base.metadata
"""All of the tables above."""
