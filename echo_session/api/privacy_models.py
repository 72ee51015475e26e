"""What goes in and out of the operations about what is kept of people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from echo_session.api.models import NO_NUL, Instant
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery

Words = Annotated[str, Field(max_length=1000), NO_NUL]
Word = Annotated[str, Field(max_length=64), NO_NUL]


class RetentionClass(BaseModel):
    """One class of data, and how long it is kept."""

    model_config = ConfigDict(json_schema_extra={"title": "RetentionClass"})

    name: str
    words: str
    days: int
    floor_days: int | None = Field(description="Never less, whatever the settings say")
    setting: str


class RetentionOut(BaseModel):
    """What is kept for how long."""

    items: list[RetentionClass]
    every_hours: float = Field(description="So often what is old enough is removed")


class RemovalOut(BaseModel):
    """That a session's attendance was removed."""

    model_config = ConfigDict(from_attributes=True)

    session_id: str
    title: str
    starts_at: datetime | None
    links: int
    head: str
    people: int
    removed_at: datetime
    by: str
    reason: str


class RemovalPage(BaseModel):
    """A page, latest first."""

    items: list[RemovalOut]
    next: str | None


class Erase(Body):
    """Why somebody is erased."""

    reason: Words = Field(default="", description="Such as how they asked; no names")


class ErasureOut(BaseModel):
    """That somebody is forgotten, and how far."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    person_id: str
    state: Literal["hidden", "done"]
    asked_at: datetime
    by: str
    reason: str
    credit_until: datetime | None = Field(description="Until then records of credit know who it was")
    done_at: datetime | None


class ErasurePage(BaseModel):
    """A page, latest first."""

    items: list[ErasureOut]
    next: str | None


class AuditQuery(PageQuery):
    """Which entries of the audit log."""

    actor: Word = ""
    subject: Word = ""
    action: Word = Field(default="", description="An action, or the beginning of several")
    since: Instant | None = None
    until: Instant | None = None


class AuditOut(BaseModel):
    """One deed."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    subject_name: str
    detail: str


class AuditPage(BaseModel):
    """A page, latest first."""

    items: list[AuditOut]
    next: str | None
