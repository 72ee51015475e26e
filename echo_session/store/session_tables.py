"""Tables of the sessions, and of who is registered for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Name, Short, WallTime, one_of

_PENDING = text("status = 'pending'")
"""An index of few rows: one of every status would mislead SQLite wherever the status is asked for."""


class SessionRow(Base):
    """One meeting. ``starts_local`` in ``zone`` is what was agreed; ``starts_at`` is the instant it meant."""

    __tablename__ = "session"
    __table_args__ = (
        one_of("kind", "session", "practice"),
        one_of("status", "scheduled", "open", "closed", "cancelled"),
        UniqueConstraint("part_id", "original_local"),
        Index("ix_session_list", "kind", "starts_at", "id"),
        Index("ix_session_status", "status", "starts_at", "id"),
        Index("ix_session_program", "program_id", "starts_at", "id"),
        Index("ix_session_series", "series_id", "starts_at", "id"),
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
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    part_id: Mapped[str | None] = mapped_column(ForeignKey("series_part.id"))
    original_local: Mapped[datetime | None] = mapped_column(WallTime)
    """Which occurrence of its part this is: the wall time that the rule gave, before gaps and changes."""
    moved_forward: Mapped[bool]
    """The rule gave a time that the spring change skips; ``starts_local`` is later by the gap."""
    changed_by_hand: Mapped[list[str]]
    """Names of the fields that this occurrence has of its own; a change of the series leaves them alone."""
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    """iCalendar UID where it is an event of its own: outside of a series, or moved forward by a gap."""
    sequence: Mapped[int]
    """iCalendar SEQUENCE of this session's own event or override; it only grows."""
    cancel_reason: Mapped[str] = mapped_column(Text)
    finalised_at: Mapped[datetime | None]


class RegistrationRow(Base):
    """A person registered for one of: a session, a series, a program. ``epoch`` counts the personal links.

    A registration for a session is also the exception to one for its series, and that to one for its program.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        UniqueConstraint("series_id", "person_id"),
        UniqueConstraint("program_id", "person_id"),
        one_of("role", "facilitator", "panelist", "participant", "observer", "coordinator"),
        one_of("status", "approved", "pending", "waiting", "declined", "withdrawn"),
        CheckConstraint(
            "(CASE WHEN session_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN series_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN program_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_scope",
        ),
        Index("ix_registration_series", "series_id", "status", "queued_at"),
        Index("ix_registration_program", "program_id", "status", "queued_at"),
        Index("ix_registration_pending", "queued_at", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(Short)
    status: Mapped[str] = mapped_column(Short)
    """Only ``approved`` lets in; ``waiting`` is on the waiting list, in the order of ``queued_at``."""
    source: Mapped[str] = mapped_column(Short)
    """How it came about: invited, public, import."""
    answers: Mapped[list[dict[str, Any]]]
    """To the program's own questions: ``{"id", "label", "value"}``, as they were asked."""
    consents: Mapped[list[dict[str, Any]]]
    """``{"id", "title", "text", "agreed_at"}``, each with the text that was agreed to."""
    epoch: Mapped[int]
    queued_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(Id)
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]


class BarredRow(Base):
    """Somebody who was removed from a session and does not come in again."""

    __tablename__ = "barred"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
