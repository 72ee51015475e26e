"""What a change of a series comes to, session by session.

What is past stays as it was, and so does whatever a session has of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.ids import RandomBytes
from echo_session.domain.rule_words import rule_words, weekday_words
from echo_session.domain.series import Part, Series, new_session
from echo_session.domain.series_plan import Slot, match, settled
from echo_session.domain.series_shape import Cut, Shape
from echo_session.domain.sessions import Session, Status

Scope = Literal["all", "following"]

COPIED = ("title", "description", "contact", "lead_minutes", "overrun_minutes", "lobby")
"""Fields of the series that each of its sessions has too."""
EVENT = ("title", "description", "contact")
"""Those among them that calendars show, and that people who are registered are told of."""
DROPPED = "The series was changed; this date is no longer part of it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A series with all that belongs to it. Parts are in order; some may have lost all their sessions."""

    series: Series
    parts: tuple[Part, ...]
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many sessions fare how."""

    added: int = 0
    moved: int = 0
    changed: int = 0
    """In other fields than their time."""
    cancelled: int = 0
    kept_by_hand: int = 0
    """Keep something that was changed for them alone."""
    unchanged: int = 0
    past: int = 0
    """Past, or going on: never touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is to be kept. Parts and sessions that stay as they are do not appear."""

    series: Series
    parts: tuple[Part, ...] = ()
    added: tuple[Session, ...] = ()
    changed: tuple[Session, ...] = ()
    counts: Counts
    what: tuple[str, ...] = ()
    """What people who are registered should know, a sentence each; empty where it does not concern them."""
    unchanged: bool = False
    """Nothing is different."""


def outcome_of(
    whole: Whole,
    series: Series,
    given: dict[str, Any],
    cut: Cut,
    rows: Sequence[Session] | None,
    shape: Shape,
    *,
    now: datetime,
    random: RandomBytes,
) -> Outcome:
    """What a change comes to.

    Args:
        series: as it is to be.
        given: the fields of sessions that the change names.
        rows: the sessions that it concerns; None where it concerns all that are to come.
    """
    matching = match(cut.rows, shape.slots) if shape.slots else match((), ())
    slots = {row.id: slot for row, slot in matching.kept}
    dropped = {row.id for row in matching.dropped}
    parts = {part.id: part for part in (*whole.parts, *shape.parts)}
    touched = {part.id for part in shape.parts}
    affected = None if rows is None else {row.id for row in rows}
    different = _changed_fields(whole.series, series)
    counts = dict.fromkeys((field.name for field in fields(Counts)), 0)
    sessions = []
    for before in whole.sessions:
        if settled(before, now) or before.part_id is None:
            counts["past"] += before.part_id is not None
            continue
        if affected is not None and before.id not in affected:
            counts["unchanged"] += before.status is not Status.CANCELLED
            continue
        if before.id in dropped:
            after = _drop(before)
            counts["cancelled"] += before.status is not Status.CANCELLED
        else:
            after, kept = _with(before, given, slots.get(before.id))
            counts["kept_by_hand"] += kept
            counts[_fate(before, after)] += before.status is not Status.CANCELLED
        if after is not before:
            sequence = max(before.sequence + 1, parts[before.part_id].sequence)
            sessions.append(replace(after, revision=before.revision + 1, sequence=sequence))
            refuse_over(sessions[-1], now)
            different |= {n: v for n, v in given.items() if getattr(after, n) != getattr(before, n)}
    if any(name in different for name in EVENT):
        for part_id in {session.part_id for session in sessions if session.part_id} - touched:
            parts[part_id] = replace(parts[part_id], sequence=parts[part_id].sequence + 1)
            touched.add(part_id)
    added = tuple(
        new_session(series, slot.part, slot.occurrence, now=now, random=random) for slot in matching.added
    )
    for one in added:
        refuse_over(one, now)
    counts["added"] = len(added)
    if not (different or touched or sessions or added):
        return Outcome(series=whole.series, counts=Counts(**counts), unchanged=True)
    return Outcome(
        series=replace(series, revision=whole.series.revision + 1),
        parts=tuple(parts[part_id] for part_id in parts if part_id in touched),
        added=added,
        changed=tuple(sessions),
        counts=Counts(**counts),
        what=tuple(_what(different, shape)),
    )


def _with(session: Session, copied: dict[str, Any], slot: Slot | None) -> tuple[Session, bool]:
    """The session with the fields and the date that it is to have, and whether it keeps some of its own."""
    wanted = dict(copied)
    if slot is not None:
        wanted["duration_minutes"] = slot.part.duration_minutes
        wanted["zone"] = slot.part.zone
        wanted["starts_local"] = slot.occurrence.starts_local
        wanted["starts_at"] = slot.occurrence.starts_at
        wanted["moved_forward"] = slot.occurrence.moved_forward
    own = set(session.changed_by_hand)
    if own & {"zone", "starts_local"}:
        own |= {"zone", "starts_local", "starts_at", "moved_forward"}
    kept = any(name in own and value != getattr(session, name) for name, value in wanted.items())
    free = {name: value for name, value in wanted.items() if name not in own}
    if slot is not None:
        free |= {"part_id": slot.part.id, "original_local": slot.occurrence.original_local}
    after = replace(session, **free)
    return (session if after == session else after), kept


def _fate(before: Session, after: Session) -> str:
    if after is before:
        return "unchanged"
    times = ("starts_at", "zone", "starts_local", "duration_minutes")
    if any(getattr(before, name) != getattr(after, name) for name in times):
        return "moved"
    copied = any(getattr(before, name) != getattr(after, name) for name in COPIED)
    return "changed" if copied else "unchanged"


def _drop(session: Session) -> Session:
    """No date of the series any more. It leaves its part, so that a later rule may have the date again."""
    if session.status is Status.CANCELLED:
        return replace(session, part_id=None, original_local=None)
    return replace(session, status=Status.CANCELLED, cancel_reason=DROPPED, part_id=None, original_local=None)


def refuse_over(session: Session, now: datetime) -> None:
    """Raises InvalidFields where a session that is to take place would be over already."""
    if session.status is Status.SCHEDULED and session.closes_at <= now:
        message = f"the session of {weekday_words(session.starts_local)} would be over already"
        raise InvalidFields([FieldProblem("starts_local", message, "a time in the future for each")])


def _what(changed: dict[str, Any], shape: Shape) -> Iterable[str]:
    if "title" in changed:
        yield f"It is now called {changed['title']}."
    if "description" in changed:
        yield "The description is different."
    if changed.get("contact"):
        yield f"For help, ask {changed['contact']}."
    for part in {slot.part.id: slot.part for slot in shape.slots}.values():
        days = [slot.day for slot in shape.slots if slot.part.id == part.id]
        begins = weekday_words(days[0])
        yield f"From {begins}: {part_words(part, days)}, {part.duration_minutes} minutes, {part.zone}."


def part_words(part: Part, days: Sequence[Any]) -> str:
    """The rule of a part in words."""
    return rule_words(part.rule, part.starts_local.time(), days)


def _changed_fields(before: Series, after: Series) -> dict[str, Any]:
    names = [field.name for field in fields(before)]
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
