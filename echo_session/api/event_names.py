"""The names of events as the API takes and gives them."""

from __future__ import annotations

from typing import Literal

EventName = Literal[
    "program.created",
    "program.updated",
    "program.archived",
    "program.restored",
    "series.created",
    "series.updated",
    "series.cancelled",
    "series.restored",
    "session.scheduled",
    "session.updated",
    "session.cancelled",
    "session.restored",
    "session.opened",
    "session.closed",
    "registration.created",
    "registration.approved",
    "registration.declined",
    "registration.waiting",
    "registration.withdrawn",
    "registration.updated",
    "participant.joined",
    "participant.left",
    "participant.checked_in",
    "participant.checked_out",
    "attendance.ready",
    "attendance.finalized",
    "attendance.amended",
    "endpoint.test",
]
"""Those of `domain.event_types.CATALOGUE`, which a test compares."""
