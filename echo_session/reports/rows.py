"""The tables that reports have, and how their rows come from lines and totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from echo_session.domain.certificates import minutes
from echo_session.domain.reporting import ROLE_WORDS, WAY_WORDS, Line
from echo_session.domain.tallying import By, PersonTotal, SessionTotal, Tally
from echo_session.reports.tables import As, Column, Row, Table

_WHO = (
    Column("name", "Name", width=26),
    Column("credentials", "Credentials"),
    Column("email", "E-mail", width=28),
    Column("profession", "Profession", width=20),
)
_WHERE = (
    Column("site", "Site", width=28),
    Column("county", "County", width=18),
    Column("state", "State", width=10),
)
_TIME = (
    Column("first_at", "Came", As.MOMENT, 17),
    Column("last_at", "Left", As.MOMENT, 17),
    Column("present_seconds", "There", As.LENGTH, 10),
    Column("counted_seconds", "Counted", As.LENGTH, 10),
    Column("counted_minutes", "Counted, in minutes", As.NUMBER, 10),
    Column("way", "How", width=18),
    Column("corrected", "Corrected", As.YES, 10),
    Column("original_seconds", "Counted before corrections", As.LENGTH, 12),
    Column("matched", "Known to the hub", As.YES, 10),
    Column("person_id", "Person", width=28),
)
_SESSION = (
    Column("date", "Date", As.DAY, 12),
    Column("session", "Session", width=34),
    Column("series", "Series", width=28),
    Column("program", "Program", width=28),
    Column("zone", "Time zone", width=18),
)

ATTENDANCE = Table(
    "attendance",
    "Attendance",
    (*_SESSION, *_WHO, Column("role", "Role"), *_WHERE, *_TIME, Column("session_id", "Session id", width=28)),
)
"""A line for each person and session."""
OF_SESSION = Table("people", "People", (*_WHO, Column("role", "Role"), *_WHERE, *_TIME))
"""A line for each person of one session."""
PEOPLE = Table(
    "people",
    "People",
    (
        *_WHO,
        *_WHERE,
        Column("sessions", "Sessions", As.NUMBER, 10),
        Column("hours", "Hours", As.HOURS, 10),
        Column("first_day", "First", As.DAY, 12),
        Column("last_day", "Last", As.DAY, 12),
        Column("matched", "Known to the hub", As.YES, 10),
        Column("person_id", "Person", width=28),
    ),
)
SESSIONS = Table(
    "sessions",
    "Sessions",
    (
        Column("date", "Date", As.DAY, 12),
        Column("starts_at", "Start", As.MOMENT, 17),
        Column("session", "Session", width=34),
        Column("series", "Series", width=28),
        Column("program", "Program", width=28),
        Column("minutes", "Minutes planned", As.NUMBER, 10),
        Column("people", "People", As.NUMBER, 10),
        Column("participants", "Participants", As.NUMBER, 12),
        Column("sites", "Sites", As.NUMBER, 10),
        Column("hours", "Hours attended", As.HOURS, 10),
        Column("session_id", "Session id", width=28),
    ),
)
GROUPS = Table(
    "groups",
    "Groups",
    (
        Column("by", "By", width=20),
        Column("group", "Group", width=32),
        Column("people", "People", As.NUMBER, 10),
        Column("participants", "Participants", As.NUMBER, 12),
        Column("sites", "Sites", As.NUMBER, 10),
        Column("sessions", "Sessions", As.NUMBER, 10),
        Column("attendances", "Attendances", As.NUMBER, 12),
        Column("hours", "Hours", As.HOURS, 10),
    ),
)
"""Everybody of a report by what they are and where they work."""
SUMMARY = Table("summary", "Summary", (Column("what", "What", width=44), Column("value", "Value", width=44)))


def of_session(lines: Iterable[Line]) -> Iterator[Row]:
    """Rows of ``OF_SESSION``."""
    for line in lines:
        yield (*_who(line), ROLE_WORDS.get(line.role, line.role), *_where(line), *_time(line))


def attendance(lines: Iterable[Line]) -> Iterator[Row]:
    """Rows of ``ATTENDANCE``."""
    for line, rest in zip(lines := list(lines), of_session(lines), strict=True):
        held = line.session
        yield (held.day, held.title, held.series, held.program, held.zone, *rest, held.id)


def people(totals: Iterable[PersonTotal]) -> Iterator[Row]:
    """Rows of ``PEOPLE``, by name."""
    for total in sorted(totals, key=lambda one: (one.latest.name.casefold(), one.latest.person_id)):
        line = total.latest
        yield (
            *_who(line),
            *_where(line),
            total.sessions,
            total.seconds,
            total.first_day,
            total.last_day,
            line.matched,
            line.person_id,
        )


def sessions(totals: Iterable[SessionTotal]) -> Iterator[Row]:
    """Rows of ``SESSIONS``, by start."""
    for total in sorted(totals, key=lambda one: (one.held.starts_at, one.held.id)):
        held, group = total.held, total.group
        yield (
            held.day,
            held.local(held.starts_at),
            held.title,
            held.series,
            held.program,
            held.minutes,
            len(group.people),
            len(group.participants),
            len(group.sites),
            group.seconds,
            held.id,
        )


def groups(tally: Tally) -> Iterator[Row]:
    """Rows of ``GROUPS``."""
    found = [("All", "Everybody", tally.everything)]
    found += [(by.value, name, group) for by in By for name, group in tally.in_order(by)]
    for by, name, group in found:
        yield (
            by,
            name,
            len(group.people),
            len(group.participants),
            len(group.sites),
            len(group.sessions),
            group.attendances,
            group.seconds,
        )


def _who(line: Line) -> Row:
    return (line.name, line.credentials, line.email, line.profession)


def _where(line: Line) -> Row:
    return (line.place.name, line.place.county, line.place.state)


def _time(line: Line) -> Row:
    held = line.session
    return (
        held.local(line.first_at),
        None if line.here else held.local(line.last_at),
        line.present_seconds,
        line.counted_seconds,
        minutes(line.counted_seconds),
        WAY_WORDS.get(line.way, line.way),
        line.corrected,
        line.original_seconds,
        line.matched,
        line.person_id,
    )
