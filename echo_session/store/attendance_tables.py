"""Tables of who is in a room now, and of who was when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Name, Short, one_of


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
