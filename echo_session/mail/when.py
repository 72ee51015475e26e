"""Dates and times as the reader's clocks show them, and as the hub's do where that is another time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from echo_session.domain.rule_words import clock, weekday_words
from echo_session.domain.sessions import Session
from echo_session.domain.shifts import local_times
from echo_session.domain.times import to_local
from echo_session.mail.letter import DateRow, When

__all__ = ["city", "date_rows", "how_soon", "short_day", "span", "when"]


def when(session: Session, zone: str) -> When:
    """The session's time for somebody in ``zone``; empty: as the session's."""
    there = zone or session.zone
    begins = to_local(session.starts_at, there)
    hub = "" if _same(session, there) else f"{span(session, session.zone)} in {city(session.zone)}"
    if hub and session.starts_local.date() != begins.date():
        hub = f"{weekday_words(session.starts_local)}, {hub}"
    return When(
        day=weekday_words(begins),
        time=f"{span(session, there)}, {_zone_words(session.starts_at, there)}",
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
            notes.append(f"{span(session, session.zone)} in {city(session.zone)}")
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
    """Such as "12:00 – 13:00"."""
    begins = to_local(session.starts_at, zone)
    ends = to_local(session.ends_at, zone)
    return f"{clock(begins)} – {clock(ends)}"


def short_day(day: datetime) -> str:
    """Such as "Thu 10 Dec 2026"."""
    weekday, number, month, year = weekday_words(day).split(" ")
    return f"{weekday[:3]} {number} {month[:3]} {year}"


def city(zone: str) -> str:
    """Such as "Denver": how people call a zone."""
    return "UTC" if zone in ("UTC", "Etc/UTC") else zone.rsplit("/", 1)[-1].replace("_", " ")


def how_soon(session: Session, now: datetime, zone: str) -> str:
    """Such as "Tomorrow at 12:00", or "In 1 hour"."""
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
    return f"{weekday_words(begins).split(' ')[0]} at {clock(begins)}" if days < 7 else short_day(begins)


def _zone_words(at: datetime, zone: str) -> str:
    name = at.astimezone(ZoneInfo(zone)).tzname() or ""
    named = f" ({name})" if name.isalpha() and name != city(zone) else ""
    return "UTC" if city(zone) == "UTC" else f"{city(zone)} time{named}"


def _same(session: Session, zone: str) -> bool:
    """Whether clocks in both zones show the same then."""
    return to_local(session.starts_at, zone) == to_local(session.starts_at, session.zone)
