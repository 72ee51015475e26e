"""Tables of what was removed, and of whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Short, one_of


class TombstoneRow(Base):
    """Stands where a session's ledger was. Triggers let links be deleted only where there is one."""

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_list", "removed_at", "session_id"),)

    session_id: Mapped[str] = mapped_column(Id, primary_key=True)
    links: Mapped[int]
    head: Mapped[str] = mapped_column(Hash)
    first_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    people: Mapped[int]
    removed_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)


class ErasureRow(Base):
    """Somebody who is to be forgotten: hidden at once, gone when no record of credit needs them any more."""

    __tablename__ = "erasure"
    __table_args__ = (
        one_of("state", "hidden", "done"),
        Index("ix_erasure_state", "state", "credit_until"),
        Index("ix_erasure_list", "asked_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    state: Mapped[str] = mapped_column(Short)
    asked_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Id)
    reason: Mapped[str] = mapped_column(Text)
    credit_until: Mapped[datetime | None]
    """Until then records of credit are kept; null where there are none."""
    done_at: Mapped[datetime | None]
    kept: Mapped[dict[str, Any] | None]
    """Who they were, for records of credit alone; null once no such record is kept any more."""
