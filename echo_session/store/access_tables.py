"""Tables of who may use the console and the API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Hash, Id, Name


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
    __table_args__ = (Index("ix_audit_actor", "actor", "at", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(Id)
    """Id of the account or the API token."""
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Id, index=True)
    """Id of what was looked at."""
    detail: Mapped[str] = mapped_column(Text)
    """What more there is to say of it, such as the range of a report; no names."""


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
