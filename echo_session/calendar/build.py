"""VEVENTs and the calendars that carry them.

What people typed goes in as text values and quoted parameters only, freed of control characters, so that
nothing in it can begin a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, vCalAddress, vRecur
from icalendar import Event as Vevent

from echo_session.calendar.model import (
    Attendee,
    Event,
    Instance,
    Organizer,
    Recurring,
    Single,
    ends_local,
    original,
)
from echo_session.calendar.recurrence import recurrence_of
from echo_session.calendar.zones import vtimezone
from echo_session.domain.sessions import Session
from echo_session.domain.text import tidy, tidy_lines
from echo_session.domain.times import to_local, to_utc

__all__ = ["PRODUCT", "Voice", "cancellation", "feed", "request"]

PRODUCT = "-//echo-session//echo-session 1//EN"
REFRESH = timedelta(hours=1)
"""How often a subscribed calendar should look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who speaks, to whom, when, and where the link leads. In a feed nobody is invited."""

    stamp: datetime
    link: Callable[[Session], str]
    """Where this session is joined; empty where it is not told."""
    register: str = ""
    """Where people register, told with sessions that have no link."""
    organizer: Organizer | None = None
    attendee: Attendee | None = None


def request(event: Event, voice: Voice) -> bytes:
    """The invitation to an event, or its update: METHOD:REQUEST. It has sessions that take place."""
    return _calendar("REQUEST", _vevents(event, voice), _sessions(event), event)


def cancellation(event: Event, voice: Voice) -> bytes:
    """METHOD:CANCEL of a whole event, or of one instance of it."""
    vevent = _identified(event, voice)
    if isinstance(event, Recurring):
        _times(vevent, event.part.zone, event.part.starts_local, _part_end(event))
        vevent.add("summary", tidy(event.title))
        zones = [(event.part.zone, event.part.starts_local)]
    else:
        session = event.session
        if isinstance(event, Instance):
            _wall(vevent, "recurrence-id", original(session), event.recurring.part.zone)
        _times(vevent, session.zone, session.starts_local, ends_local(session))
        vevent.add("summary", tidy(session.title))
        zones = [(session.zone, session.starts_local)]
        if isinstance(event, Instance):
            zones.append((event.recurring.part.zone, original(session)))
    vevent.add("status", "CANCELLED")
    return _assembled("CANCEL", [vevent], zones)


def feed(name: str, events: Iterable[Recurring | Single], voice: Voice) -> bytes:
    """All of these events to be subscribed to: METHOD:PUBLISH."""
    listed = list(events)
    vevents = [vevent for event in listed for vevent in _vevents(event, voice)]
    zones = [place for event in listed for place in _places(event, _sessions(event))]
    return _assembled("PUBLISH", vevents, zones, name=name)


def _calendar(method: str, vevents: list[Vevent], sessions: Sequence[Session], event: Event) -> bytes:
    return _assembled(method, vevents, _places(event, sessions))


def _assembled(
    method: str, vevents: Sequence[Vevent], places: Sequence[tuple[str, datetime]], *, name: str = ""
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", tidy(name))
        calendar.add("x-wr-calname", tidy(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    for zone in sorted({zone for zone, _ in places}):
        days = [moment.date() for there, moment in places if there == zone]
        calendar.add_component(vtimezone(zone, min(days), max(days)))
    for vevent in vevents:
        calendar.add_component(vevent)
    return bytes(calendar.to_ical(sorted=False))


def _vevents(event: Event, voice: Voice) -> list[Vevent]:
    match event:
        case Single():
            return [_session(event, event.session, voice)]
        case Instance():
            return [_instance(event, event.session, event.recurring, voice)]
        case Recurring():
            if not event.sessions:
                return []
            master = _master(event, voice)
            changed = [session for session in event.sessions if _differs(event, session, voice)]
            return [master, *(_instance(event, session, event, voice) for session in changed)]


def _master(event: Recurring, voice: Voice) -> Vevent:
    at = event.part.starts_local.time()
    recurrence = recurrence_of(event.rule, event.dates)
    zone = event.part.zone

    def wall(day: date) -> datetime:
        return datetime.combine(day, at)

    vevent = _identified(event, voice)
    begins = wall(recurrence.first)
    _times(vevent, zone, begins, _later(begins, zone, event.part.duration_minutes))
    until = to_utc(wall(recurrence.last), zone).replace(tzinfo=UTC)
    vevent.add("rrule", vRecur({**recurrence.parts, "UNTIL": until}))
    if recurrence.left_out:
        vevent.add("exdate", [wall(day) for day in recurrence.left_out], parameters={"TZID": zone})
    first = event.sessions[0]
    _words(vevent, event.title, event.description, event.contact, voice.link(first), voice.register)
    return vevent


def _instance(event: Event, session: Session, recurring: Recurring, voice: Voice) -> Vevent:
    vevent = _session(event, session, voice)
    _wall(vevent, "recurrence-id", original(session), recurring.part.zone)
    return vevent


def _session(event: Event, session: Session, voice: Voice) -> Vevent:
    vevent = _identified(event, voice)
    _times(vevent, session.zone, session.starts_local, ends_local(session))
    link = voice.link(session)
    _words(vevent, session.title, session.description, session.contact, link, voice.register)
    return vevent


def _identified(event: Event, voice: Voice) -> Vevent:
    vevent = Vevent()
    vevent.add("uid", event.uid)
    vevent.add("dtstamp", voice.stamp.astimezone(UTC).replace(microsecond=0))
    vevent.add("sequence", event.sequence)
    if voice.organizer:
        vevent.add("organizer", _address(voice.organizer.name, voice.organizer.address))
    if voice.attendee:
        attendee = _address(voice.attendee.name, voice.attendee.address)
        attendee.params["CUTYPE"] = "INDIVIDUAL"
        attendee.params["ROLE"] = "REQ-PARTICIPANT"
        attendee.params["PARTSTAT"] = "ACCEPTED" if voice.attendee.accepted else "NEEDS-ACTION"
        attendee.params["RSVP"] = "FALSE"
        vevent.add("attendee", attendee)
    return vevent


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{tidy(address).replace(' ', '')}")
    if name:
        found.params["CN"] = tidy(name).replace('"', "'")
    return found


def _words(vevent: Vevent, title: str, description: str, contact: str, link: str, register: str) -> None:
    vevent.add("summary", tidy(title))
    where = f"Join: {link}" if link else ""
    if register and not link:
        where = f"Register, or have your link sent again: {register}"
    parts = [where, tidy_lines(description)]
    parts.append(f"For help: {tidy(contact)}" if contact else "")
    vevent.add("description", "\n\n".join(part for part in parts if part))
    if link:
        vevent.add("location", link)
    if link or register:
        vevent.add("url", link or register)
    vevent.add("status", "CONFIRMED")
    vevent.add("transp", "OPAQUE")


def _times(vevent: Vevent, zone: str, begins: datetime, ends: datetime) -> None:
    _wall(vevent, "dtstart", begins, zone)
    _wall(vevent, "dtend", ends, zone)


def _wall(vevent: Vevent, name: str, moment: datetime, zone: str) -> None:
    vevent.add(name, moment, parameters={"TZID": zone})


def _part_end(event: Recurring) -> datetime:
    return _later(event.part.starts_local, event.part.zone, event.part.duration_minutes)


def _later(begins: datetime, zone: str, minutes: int) -> datetime:
    return to_local(to_utc(begins, zone) + timedelta(minutes=minutes), zone)


def _differs(event: Recurring, session: Session, voice: Voice) -> bool:
    """Whether the session is other than the recurrence says."""
    part = event.part
    return (
        session.starts_local != original(session)
        or session.zone != part.zone
        or session.duration_minutes != part.duration_minutes
        or (session.title, session.description, session.contact)
        != (event.title, event.description, event.contact)
        or voice.link(session) != voice.link(event.sessions[0])
    )


def _sessions(event: Event) -> tuple[Session, ...]:
    return event.sessions if isinstance(event, Recurring) else (event.session,)


def _places(event: Event, sessions: Sequence[Session]) -> list[tuple[str, datetime]]:
    """Which zones are needed, and for when."""
    found = [(session.zone, session.starts_local) for session in sessions]
    if isinstance(event, Recurring):
        found += [(event.part.zone, original(session)) for session in sessions]
    elif isinstance(event, Instance):
        found += [(event.recurring.part.zone, original(event.session))]
    return found
