"""Tables of people and of the sessions that they are invited to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Name, Short, WallTime, one_of


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


class BarredRow(Base):
    """Somebody who was removed from a session and does not come in again."""

    __tablename__ = "barred"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
