"""What other systems are told of programs, series and sessions as they are planned and changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from echo_session.domain import consents, questions
from echo_session.domain.event_types import (
    SERIES_CANCELLED,
    SERIES_RESTORED,
    SERIES_UPDATED,
    SESSION_CANCELLED,
    SESSION_RESTORED,
    SESSION_SCHEDULED,
    SESSION_UPDATED,
)
from echo_session.domain.events import Data, session_fields
from echo_session.domain.instants import rfc3339, rfc3339_or_none
from echo_session.domain.programs import Program
from echo_session.domain.rules import to_json
from echo_session.domain.series import Part, Series
from echo_session.domain.sessions import Session, Status

UNTOLD = frozenset({"revision"})
"""Differs whenever anything else does."""


def program_event(program: Program, before: Program | None = None) -> Data:
    """A program as it is now, with what is different; ``before`` is None where it is new."""
    after = program_fields(program)
    was = None if before is None else program_fields(before)
    return {"program": after, "changed": changed(was, after)}


def series_event(series: Series, parts: Sequence[Part], before: tuple[Series, Sequence[Part]] | None) -> Data:
    """A series as it is now, with what is different; ``before`` is None where it is new."""
    after = series_fields(series, parts)
    was = None if before is None else series_fields(*before)
    return {"series": after, "changed": changed(was, after)}


def session_event(session: Session, before: Session | None = None) -> Data:
    """A session as it is now, with what is different; ``before`` is None where it is new."""
    after = session_fields(session)
    was = None if before is None else session_fields(before)
    return {"session": after, "changed": changed(was, after)}


def series_change(before: Series, after: Series) -> str:
    """The type of the event that tells of this change."""
    if before.status == after.status:
        return SERIES_UPDATED
    return SERIES_CANCELLED if after.status == "cancelled" else SERIES_RESTORED


def session_change(before: Session | None, after: Session) -> str:
    """The type of the event that tells of this change of what is planned."""
    if before is None:
        return SESSION_SCHEDULED
    if before.status is after.status:
        return SESSION_UPDATED
    return SESSION_CANCELLED if after.status is Status.CANCELLED else SESSION_RESTORED


def program_fields(program: Program) -> Data:
    """A program for those who schedule its sessions."""
    return {
        "id": program.id,
        "slug": program.slug,
        "name": program.name,
        "summary": program.summary,
        "contact": program.contact,
        "zone": program.zone,
        "public": program.public,
        "approval": program.approval.value,
        "capacity": program.capacity,
        "waiting_list": program.waiting_list,
        "reminders": list(program.reminders),
        "questions": [questions.to_json(question) for question in program.questions],
        "consents": [consents.to_json(consent) for consent in program.consents],
        "archived_at": rfc3339_or_none(program.archived_at),
        "created_at": rfc3339(program.created_at),
        "revision": program.revision,
    }


def series_fields(series: Series, parts: Sequence[Part]) -> Data:
    """A series, and when it is: each part is a stretch of it under one rule."""
    return {
        "id": series.id,
        "program_id": series.program_id,
        "slug": series.slug,
        "title": series.title,
        "description": series.description,
        "contact": series.contact,
        "lead_minutes": series.lead_minutes,
        "overrun_minutes": series.overrun_minutes,
        "lobby": series.lobby,
        "public": series.public,
        "approval": series.approval,
        "capacity": series.capacity,
        "waiting_list": series.waiting_list,
        "status": series.status,
        "parts": [_part(part) for part in sorted(parts, key=lambda part: part.position)],
        "created_at": rfc3339(series.created_at),
        "revision": series.revision,
    }


def changed(before: Data | None, after: Data) -> list[str]:
    """Names of the fields that differ."""
    if before is None:
        return []
    return [name for name, value in after.items() if value != before[name] and name not in UNTOLD]


def _part(part: Part) -> Data:
    return {
        "id": part.id,
        "zone": part.zone,
        "starts_local": part.starts_local.isoformat(timespec="seconds"),
        "duration_minutes": part.duration_minutes,
        "rule": to_json(part.rule),
        "uid": part.uid,
    }
