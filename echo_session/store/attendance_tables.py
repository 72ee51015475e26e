"""Tables of who is in a room now, of who was when, and of what follows from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Name, Short, one_of

KINDS = (
    *("joined", "seen", "left", "evicted", "recovered"),
    *("checked_in", "checked_out", "still_here"),
    *("break_began", "break_ended", "counted", "corrected"),
)
"""What a link of the chain can tell: of a device, of somebody in front of another's, of the whole session."""


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
        one_of("kind", *KINDS),
    )

    event_id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    position: Mapped[int]
    """Place in the session's chain, from 1."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Null where it is about the whole session."""
    connection_id: Mapped[str] = mapped_column(Id)
    """The device; of what no device tells, the id of the check-in, the break or the correction."""
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
    detail: Mapped[str] = mapped_column(Text)
    """What else it says, as canonical JSON; empty where it says no more. Part of what the hash seals."""
    prev_hash: Mapped[str] = mapped_column(Hash)
    hash: Mapped[str] = mapped_column(Hash)


class AttendanceRecordRow(Base):
    """One person's time in one session: a projection of the ledger, rebuilt from it at will."""

    __tablename__ = "attendance_record"
    __table_args__ = (Index("ix_attendance_record_person", "person_id", "session_id"),)

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Short)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    """Where they worked at the time; a rebuild keeps it, and what the next two say."""
    site: Mapped[str] = mapped_column(Name)
    profession: Mapped[str] = mapped_column(Name)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    here: Mapped[bool]
    """One of the intervals goes on."""
    present_seconds: Mapped[int]
    """All of the time, whether it counts or not."""
    counted_seconds: Mapped[int]
    """Clipped to what counts of the session, and not yet rounded by any credit type."""
    intervals: Mapped[list[dict[str, Any]]]
    """``{"from", "until", "open", "way"}``, instants in RFC 3339."""
    counted: Mapped[list[dict[str, Any]]]
    """The same, clipped."""
    way: Mapped[str] = mapped_column(Short)
    """How they were there: ``device``, ``shared`` camera, ``hand``; of several, the first of these."""
    corrected: Mapped[bool]
    original_seconds: Mapped[int]
    """What would count without any correction."""
    were: Mapped[dict[str, Any]]
    """Role, site and profession of each of several who turned out to be this person, by id; else empty."""


class AttendanceEditionRow(Base):
    """What was told of a session's attendance, and when: 0 is ready, 1 final, from 2 on amendments."""

    __tablename__ = "attendance_edition"
    __table_args__ = (one_of("kind", "ready", "finalized", "amended"),)

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Short)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    links: Mapped[int]
    """Length of the chain that it stands on."""
    head: Mapped[str] = mapped_column(Hash)
    """Hash of the last of these links."""
    picture: Mapped[dict[str, Any]]
    """All that the event said, which is forgotten earlier than this."""


class GatheringRow(Base):
    """Several people at one site in front of one device, whose own person is the host."""

    __tablename__ = "gathering"
    __table_args__ = (UniqueConstraint("session_id", "host_person_id"), Index("ix_gathering_code", "code"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    host_person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    code: Mapped[str] = mapped_column(Short)
    """Six characters that let somebody check in from a telephone of their own, while the session lasts."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CheckInRow(Base):
    """Somebody in front of a shared device: the projection of ``checked_in`` and ``checked_out``."""

    __tablename__ = "check_in"
    __table_args__ = (
        one_of("way", "screen", "phone", "hand"),
        Index("ix_check_in_session", "session_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    """``connection_id`` of its links in the ledger."""
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    gathering_id: Mapped[str] = mapped_column(ForeignKey("gathering.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str] = mapped_column(Short)
    secret_hash: Mapped[str] = mapped_column(Hash)
    """Of the telephone that checked in; empty where none did."""
    at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When they last answered that they were still here."""
