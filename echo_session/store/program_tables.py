"""Tables of programs and series."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Key, Name, Short, WallTime, one_of


class ProgramRow(Base):
    """What a hub offers over the years: who may come, what they are asked, when they are reminded."""

    __tablename__ = "program"
    __table_args__ = (
        one_of("approval", "open", "coordinator"),
        Index("ix_program_list", "sort_name", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    """Names its public page."""
    name: Mapped[str] = mapped_column(Name)
    sort_name: Mapped[str] = mapped_column(Key)
    summary: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Name)
    zone: Mapped[str] = mapped_column(String(64))
    public: Mapped[bool]
    """Its page is shown, and people may register there."""
    approval: Mapped[str] = mapped_column(Short)
    capacity: Mapped[int | None]
    """At most so many approved participants in one scope; null: no limit."""
    waiting_list: Mapped[bool]
    reminders: Mapped[list[int]]
    """Minutes before the start; 0 is when the room opens."""
    questions: Mapped[list[dict[str, Any]]]
    consents: Mapped[list[dict[str, Any]]]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]


class SeriesRow(Base):
    """Sessions that belong together. When they are is in its parts."""

    __tablename__ = "series"
    __table_args__ = (
        one_of("status", "active", "cancelled"),
        one_of("approval", "", "open", "coordinator"),
        Index("ix_series_list", "sort_title", "id"),
        Index("ix_series_program", "program_id", "sort_title", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    slug: Mapped[str] = mapped_column(Key, unique=True)
    title: Mapped[str] = mapped_column(Name)
    sort_title: Mapped[str] = mapped_column(Key)
    description: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Name)
    lead_minutes: Mapped[int]
    overrun_minutes: Mapped[int]
    lobby: Mapped[bool]
    public: Mapped[bool]
    approval: Mapped[str] = mapped_column(Short)
    """Empty: as the program."""
    capacity: Mapped[int | None]
    waiting_list: Mapped[bool]
    status: Mapped[str] = mapped_column(Short)
    created_at: Mapped[datetime]
    revision: Mapped[int]


class SeriesPartRow(Base):
    """A stretch of a series under one rule. "This and following" ends one part and begins the next."""

    __tablename__ = "series_part"
    __table_args__ = (UniqueConstraint("series_id", "position"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    position: Mapped[int]
    """1 for the first."""
    zone: Mapped[str] = mapped_column(String(64))
    starts_local: Mapped[datetime] = mapped_column(WallTime)
    """Wall time of the first occurrence; later ones have the same time of day."""
    duration_minutes: Mapped[int]
    rule: Mapped[dict[str, Any]]
    """See ``domain.rules``."""
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    """iCalendar UID of the recurring event."""
    sequence: Mapped[int]
    """iCalendar SEQUENCE; it only grows."""
    created_at: Mapped[datetime]


class NoticeRow(Base):
    """Something that a coordinator should know, until they have read it."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_list", "dismissed_at", "at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    title: Mapped[str] = mapped_column(Name)
    details: Mapped[dict[str, Any]]
    dismissed_at: Mapped[datetime | None]


class FactRow(Base):
    """A fact about the records themselves, such as the zone database that their instants come from."""

    __tablename__ = "fact"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
