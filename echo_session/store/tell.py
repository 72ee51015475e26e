"""Has other systems told of what was planned and changed: part of the unit of work that did it.

Events are put in last, when all that the unit of work changes is locked, so that no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from echo_session.domain import event_planning
from echo_session.domain.event_types import SERIES_CREATED
from echo_session.domain.ids import RandomBytes
from echo_session.domain.programs import Program
from echo_session.domain.series import Part, Series
from echo_session.domain.sessions import Session
from echo_session.store.engine import Tx
from echo_session.store.events import Happening, append_event, append_events

__all__ = [
    "tell_program",
    "tell_series",
    "tell_sessions",
]

Change = tuple[Session | None, Session]
"""A session before and after; None where it is new."""


async def tell_program(
    tx: Tx, event_type: str, program: Program, before: Program | None, *, now: datetime, random: RandomBytes
) -> None:
    """Of a program."""
    data = event_planning.program_event(program, before)
    await append_event(tx, program.id, event_type, data, now, random=random)


async def tell_series(
    tx: Tx,
    series: Series,
    parts: Sequence[Part],
    before: tuple[Series, Sequence[Part]] | None,
    *,
    now: datetime,
    random: RandomBytes,
) -> None:
    """Of a series; of its sessions by ``tell_sessions``."""
    data = event_planning.series_event(series, parts, before)
    event_type = SERIES_CREATED if before is None else event_planning.series_change(before[0], series)
    await append_event(tx, series.id, event_type, data, now, random=random)


async def tell_sessions(tx: Tx, changes: Iterable[Change], *, now: datetime, random: RandomBytes) -> None:
    """Of sessions that were planned or changed. Nobody is told of practice rooms."""
    happenings = [
        Happening(
            after.id,
            event_planning.session_change(before, after),
            event_planning.session_event(after, before),
        )
        for before, after in changes
        if after.kind == "session" and before != after
    ]
    await append_events(tx, happenings, now, random=random)
