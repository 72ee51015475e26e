"""Calling a series off, all of it or the rest, and taking that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from echo_session.domain.errors import NotPossible
from echo_session.domain.ids import RandomBytes
from echo_session.domain.series_change import check_first
from echo_session.domain.series_dates import Expand
from echo_session.domain.series_outcome import Counts, Outcome, Scope, Whole
from echo_session.domain.series_plan import match, settled
from echo_session.domain.series_shape import Shape, called_off, cut_at, split
from echo_session.domain.session_checks import checked_reason
from echo_session.domain.sessions import Session, Status


def cancel(
    whole: Whole,
    *,
    scope: Scope,
    first: Session | None = None,
    reason: str = "",
    expand: Expand,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """The series without its sessions to come, or without ``first`` and those that follow.

    The rest becomes a part of its own, so that what is left ends in people's calendars, and restoring it
    brings back exactly what was called off.

    Raises:
        InvalidFields: the reason is too long, or nothing can begin at this session.
        NotPossible: the series is cancelled already, or nothing of it is to come.
    """
    if whole.series.status == "cancelled":
        raise NotPossible("This series is cancelled already.")
    reason = checked_reason(reason)
    check_first(first, scope, now)
    cut = cut_at(whole.parts, whole.sessions, first, now=now)
    off = [row for row in cut.rows if row.status is Status.SCHEDULED]
    if scope == "all":
        off = [s for s in whole.sessions if s.status is Status.SCHEDULED and not settled(s, now)]
    if not off:
        raise NotPossible("No session of this series is still to come, so there is nothing to cancel.")
    shape = Shape(parts=(), slots=())
    if scope == "following" and not cut.begins_part:
        shape = split(cut, expand, now=now, random=random)
    slots = {row.id: slot for row, slot in match(cut.rows, shape.slots).kept}
    parts = {part.id: part for part in (*whole.parts, *shape.parts)}
    changed_parts = {part.id: part for part in shape.parts}
    sessions = []
    cancelled = {session.id for session in off}
    for before in whole.sessions:
        after = before
        if before.id in slots:
            slot = slots[before.id]
            after = replace(after, part_id=slot.part.id, original_local=slot.occurrence.original_local)
        if before.id in cancelled:
            after = replace(after, status=Status.CANCELLED, cancel_reason=reason)
        if after is before:
            continue
        part = parts[after.part_id] if after.part_id else None
        sequence = max(before.sequence + 1, part.sequence if part else 0)
        sessions.append(replace(after, revision=before.revision + 1, sequence=sequence))
        if part is not None and part.id not in changed_parts:
            changed_parts[part.id] = replace(part, sequence=part.sequence + 1)
    past = sum(1 for session in whole.sessions if settled(session, now))
    series = replace(
        whole.series,
        status="cancelled" if scope == "all" else "active",
        revision=whole.series.revision + 1,
    )
    return Outcome(
        series=series,
        parts=tuple(changed_parts.values()),
        changed=tuple(sessions),
        counts=Counts(cancelled=len(off), past=past),
        what=(reason,) if reason else (),
    )


def restore(whole: Whole, *, now: datetime) -> Outcome:
    """The series with what was called off together. What was cancelled alone, or is past, stays cancelled.

    Raises:
        NotPossible: nothing was called off, or nothing of it is still to come.
    """
    back = [s for s in whole.sessions if called_off(s) and not settled(s, now)]
    if not back:
        state = (
            "cancelled, and all of its sessions are past"
            if whole.series.status == "cancelled"
            else "not cancelled"
        )
        raise NotPossible(f"This series is {state}: there is nothing to restore.")
    parts = {part.id: part for part in whole.parts}
    concerned = {session.part_id for session in back}
    changed_parts = tuple(
        replace(part, sequence=part.sequence + 1) for part in whole.parts if part.id in concerned
    )
    sessions = tuple(
        replace(
            session,
            status=Status.SCHEDULED,
            cancel_reason="",
            revision=session.revision + 1,
            sequence=max(session.sequence + 1, parts[session.part_id].sequence if session.part_id else 0),
        )
        for session in back
    )
    past = sum(1 for session in whole.sessions if settled(session, now))
    return Outcome(
        series=replace(whole.series, status="active", revision=whole.series.revision + 1),
        parts=changed_parts,
        changed=sessions,
        counts=Counts(added=len(back), past=past),
    )
