"""Dates and times as the reader's clocks show them, and as the hub's do where that is another time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from echo_session.domain.sessions import Session
from echo_session.domain.shifts import local_times
from echo_session.domain.times import to_local
from echo_session.domain.us_words import clock, day_words, moment_words, zone_name, zone_words
from echo_session.mail.letter import DateRow, When

__all__ = ["date_rows", "how_soon", "moved_words", "short_day", "span", "when"]


def when(session: Session, zone: str) -> When:
    """The session's time for somebody in ``zone``; empty: as the session's."""
    there = zone or session.zone
    begins = to_local(session.starts_at, there)
    hub = "" if _same(session, there) else _at_the_hub(session)
    if hub and session.starts_local.date() != begins.date():
        hub = f"{day_words(session.starts_local)}, {hub}"
    return When(
        day=day_words(begins),
        time=f"{span(session, there)} {zone_words(session.starts_at, there)}",
        hub=hub,
    )


def date_rows(sessions: Sequence[Session], zone: str, *, titles: bool) -> tuple[DateRow, ...]:
    """Several sessions; those at which the reader's clocks show another time than usual stand out."""
    shifts = [""] * len(sessions) if titles or not zone else _shifts(sessions, zone)
    rows = []
    for session, shift in zip(sessions, shifts, strict=True):
        there = zone or session.zone
        notes = []
        if not _same(session, there):
            notes.append(_at_the_hub(session))
        if titles:
            notes.insert(0, session.title)
        rows.append(
            DateRow(
                day=short_day(to_local(session.starts_at, there)),
                time=span(session, there),
                note=" · ".join(notes),
                shift=shift,
            )
        )
    return tuple(rows)


def _shifts(sessions: Sequence[Session], zone: str) -> list[str]:
    """Such as "1 hour earlier than usual"; what was moved by hand is no shift."""
    moments = [(one.original_local or one.starts_local, one.starts_at) for one in sessions]
    return [
        "" if one.changed_by_hand else shown.words.partition(":")[0]
        for one, shown in zip(sessions, local_times(moments, zone), strict=True)
    ]


def span(session: Session, zone: str) -> str:
    """Such as "12:00 PM – 1:00 PM"."""
    begins = to_local(session.starts_at, zone)
    ends = to_local(session.ends_at, zone)
    return f"{clock(begins)} – {clock(ends)}"


def short_day(day: datetime) -> str:
    """Such as "Thu, Dec 10, 2026"."""
    weekday, month, year = day_words(day).split(", ")
    name, number = month.split(" ")
    return f"{weekday[:3]}, {name[:3]} {number}, {year}"


def moved_words(moved: Sequence[str], zone: str, hub: str) -> str:
    """What a new beginning is for somebody in ``zone``; empty where clocks there show what the hub's do.

    Args:
        moved: the instants before and after, as ISO 8601.
        hub: the zone of the session.
    """
    if not zone or len(moved) != 2:
        return ""
    was, now = (datetime.fromisoformat(at) for at in moved)
    if all(to_local(at, zone) == to_local(at, hub) for at in (was, now)):
        return ""
    return f"In your time it begins on {moment_words(now, zone)} instead of {moment_words(was, zone)}."


def how_soon(session: Session, now: datetime, zone: str) -> str:
    """Such as "Tomorrow at 12:00 PM", or "In 1 hour"."""
    begins = to_local(session.starts_at, zone or session.zone)
    left = session.starts_at - now
    if left <= timedelta():
        return "Now"
    if left < timedelta(minutes=100):
        minutes = max(5, round(left / timedelta(minutes=5)) * 5)
        if abs(minutes - 60) <= 5:
            return "In 1 hour"
        return f"In {minutes} minutes"
    today = to_local(now, zone or session.zone).date()
    days = (begins.date() - today).days
    if days == 0:
        return f"Today at {clock(begins)}"
    if days == 1:
        return f"Tomorrow at {clock(begins)}"
    return f"{day_words(begins).split(',')[0]} at {clock(begins)}" if days < 7 else short_day(begins)


def _at_the_hub(session: Session) -> str:
    return f"{span(session, session.zone)} {zone_name(session.zone)}"


def _same(session: Session, zone: str) -> bool:
    """Whether clocks in both zones show the same then."""
    return to_local(session.starts_at, zone) == to_local(session.starts_at, session.zone)
