"""Tables of what attendance is worth: credit types, evaluations, claims, certificates, completion."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Name, Short, one_of


class CreditPlanRow(Base):
    """What a program asks of learners and gives them. A program without one has the usual plan."""

    __tablename__ = "credit_plan"

    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"), primary_key=True)
    evaluation: Mapped[list[dict[str, Any]]]
    """Questions, of the same kinds as at registration; see ``domain.questions``."""
    attestation: Mapped[str] = mapped_column(Text)
    """What a learner says by claiming."""
    claim_days: Mapped[int]
    """For so long after the end credit can be claimed."""
    certificate: Mapped[dict[str, Any]]
    """``{"on", "heading", "issuer", "signer", "signer_title"}`` of the certificate of attendance."""
    completion: Mapped[dict[str, Any] | None]
    """``{"share", "of_session", "case", "survey"}``: what completes a series; null where nothing does."""
    revision: Mapped[int]


class CreditTypeRow(Base):
    """One kind of credit of a program, by the rules of whoever accredits it."""

    __tablename__ = "credit_type"
    __table_args__ = (
        one_of("rounding", "nearest", "down", "up"),
        Index("ix_credit_type_program", "program_id", "position", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    program_id: Mapped[str] = mapped_column(ForeignKey("program.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Name)
    provider: Mapped[str] = mapped_column(Name)
    """The accredited provider, which alone issues credit."""
    statement: Mapped[str] = mapped_column(Text)
    """Shown before the start."""
    professions: Mapped[list[str]]
    """Whom it is for; empty is everybody."""
    designated_minutes: Mapped[int | None]
    """The most that a session is worth; null: as long as it was planned."""
    minutes_per_credit: Mapped[int]
    minimum_minutes: Mapped[int | None]
    minimum_share: Mapped[int | None]
    """Per cent of the session's counted time; null: no such minimum."""
    rounding_minutes: Mapped[int]
    rounding: Mapped[str] = mapped_column(Short)
    evaluation_minutes: Mapped[int]
    """Added where the evaluation was sent; 0 where its time does not count."""
    evaluation_required: Mapped[bool]
    presenters_excluded: Mapped[bool]
    """No learner credit for one's own presentation."""
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revision: Mapped[int]


class SessionCreditRow(Base):
    """What a session differs in from a credit type of its program."""

    __tablename__ = "session_credit"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    credit_type_id: Mapped[str] = mapped_column(ForeignKey("credit_type.id"), primary_key=True)
    offered: Mapped[bool]
    designated_minutes: Mapped[int | None]


class PresenterRow(Base):
    """Who presented in a session, and for how long."""

    __tablename__ = "presenter"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    minutes: Mapped[int | None]
    """Null: all of it."""
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class EvaluationRow(Base):
    """What somebody answered about a session. Once sent it stays."""

    __tablename__ = "evaluation"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    answers: Mapped[list[dict[str, Any]]]
    """``{"id", "label", "value"}``, as they were asked."""
    sent_at: Mapped[datetime]


class ClaimRow(Base):
    """Credit of one type that somebody claimed for one session."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id", "credit_type_id"),
        one_of("state", "claimed", "withdrawn", "void"),
        Index("ix_claim_type", "credit_type_id", "claimed_at", "id"),
        Index("ix_claim_list", "claimed_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    credit_type_id: Mapped[str] = mapped_column(ForeignKey("credit_type.id"))
    state: Mapped[str] = mapped_column(Short)
    """``void`` where an amendment left nothing to claim."""
    minutes: Mapped[int]
    """After rounding and the designated maximum."""
    credit: Mapped[str] = mapped_column(Short)
    """The same in the type's own unit, as a decimal number in text: ``0.75``."""
    counted_seconds: Mapped[int]
    attestation: Mapped[str] = mapped_column(Text)
    """What was attested to, word for word."""
    claimed_at: Mapped[datetime]
    basis: Mapped[dict[str, Any]]
    """``{"edition", "head", "events"}``: what the result stands on."""
    history: Mapped[list[dict[str, Any]]]
    """What it was before each amendment."""
    revision: Mapped[int]


class CertificateRow(Base):
    """A certificate of attendance or of completion; its code lets anybody confirm it."""

    __tablename__ = "certificate"
    __table_args__ = (
        one_of("kind", "attendance", "completion"),
        Index("ix_certificate_session", "session_id", "person_id"),
        Index("ix_certificate_series", "series_id", "person_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(Short, unique=True)
    kind: Mapped[str] = mapped_column(Short)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("session.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    seconds: Mapped[int]
    said: Mapped[dict[str, Any]]
    """What is printed on it, so that it can be printed again: name, title, dates, hours, issuer."""
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(Id)
    revoke_reason: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[str | None] = mapped_column(String(64))


class CompletionMarkRow(Base):
    """That somebody presented a case, or sent the survey, of a series: what attendance does not tell."""

    __tablename__ = "completion_mark"
    __table_args__ = (one_of("what", "case", "survey"),)

    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    what: Mapped[str] = mapped_column(Short, primary_key=True)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
