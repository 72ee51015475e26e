"""Tables of mail on its way, of calendar feeds, and of who wants no mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Name, Short, one_of


class MailingRow(Base):
    """An occasion to write, to one registrant or to all of a session or series; spread into mails later."""

    __tablename__ = "mailing"
    __table_args__ = (
        one_of("state", "due", "done"),
        Index("ix_mailing_next", "state", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Short)
    """See ``domain.mail.MailKind``."""
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"), index=True)
    registration_id: Mapped[str | None] = mapped_column(ForeignKey("registration.id"), index=True)
    """Set: to this one alone."""
    content: Mapped[dict[str, Any]]
    """What the kind needs beyond the records, such as a reason or what changed."""
    state: Mapped[str] = mapped_column(Short)
    position: Mapped[str] = mapped_column(Id)
    """The last registration that has its mail; empty before the first."""
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    created_at: Mapped[datetime]


class MailRow(Base):
    """One message to one person: delivered at least once, always under one Message-ID."""

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailing_id", "registration_id", "part"),
        one_of("state", "pending", "sending", "sent", "failed", "dropped"),
        Index("ix_mail_next", "state", "next_attempt_at", "id"),
        Index("ix_mail_list", "created_at", "id"),
        Index("ix_mail_state", "state", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    mailing_id: Mapped[str] = mapped_column(ForeignKey("mailing.id"))
    registration_id: Mapped[str | None] = mapped_column(ForeignKey("registration.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[str] = mapped_column(String(200))
    """UID of the calendar event it carries; empty where none. iTIP allows one UID a message, so further
    events have messages of their own, marked ``also:``; see ``domain.mail_material``."""
    kind: Mapped[str] = mapped_column(Short)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(Name)
    subject: Mapped[str] = mapped_column(String(500))
    """As it was last rendered; empty before."""
    message_id: Mapped[str] = mapped_column(String(250), unique=True)
    state: Mapped[str] = mapped_column(Short)
    """``dropped``: it made no sense any more before it could be sent, see ``last_error``."""
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    data_begun: Mapped[bool]
    """The present attempt has begun to send the text: without an answer, the server may have it."""
    possible_duplicates: Mapped[int]
    """Attempts whose text was sent and whose answer was lost."""
    last_error: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class FeedRow(Base):
    """A calendar address, of a person or of a program; whoever has it may read, until it is revoked."""

    __tablename__ = "feed"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"), index=True)
    created_at: Mapped[datetime]
    last_read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class UnsubscriptionRow(Base):
    """A person who wants no mail of a program."""

    __tablename__ = "unsubscription"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    at: Mapped[datetime]
