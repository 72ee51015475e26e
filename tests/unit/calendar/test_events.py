"""What calendars are told, read back by two parsers that share nothing with us or with each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import icalendar
import pytest

from echo_session.calendar.build import Voice, cancellation, feed, request
from echo_session.calendar.model import Single, events_of, instance_of
from echo_session.domain.rules import Position, Rule
from echo_session.domain.sessions import Status
from tests.unit.calendar.reading import Shown, by_ical_js, by_icalendar, told_by_ical_js
from tests.unit.calendar.samples import FAR, NOW, VOICE, as_shown, moved, part_of, series

Read = Callable[[bytes, datetime, datetime], list[Shown]]
UNTIL = date(2027, 5, 31)
RULES = {
    "every second Thursday": Rule(freq="weekly", interval=2, weekdays=(3,), until=UNTIL),
    "twice a week with a holiday": Rule(
        freq="weekly", weekdays=(1, 3), until=UNTIL, exclude=(date(2026, 11, 24), date(2026, 11, 26))
    ),
    "second Thursday": Rule(freq="monthly", positions=(Position(2, 3),), until=UNTIL),
    "last Friday of every second month": Rule(
        freq="monthly", interval=2, positions=(Position(-1, 4),), until=date(2028, 5, 1)
    ),
    "second and fourth Thursday": Rule(
        freq="monthly", positions=(Position(2, 3), Position(4, 3)), until=UNTIL, exclude=(date(2026, 11, 26),)
    ),
    "fifth Tuesday": Rule(freq="monthly", positions=(Position(5, 1),), until=date(2028, 5, 1)),
    "dates": Rule(freq="dates", dates=(date(2026, 9, 10), date(2026, 10, 1), date(2027, 4, 2))),
    "one date": Rule(freq="dates", dates=(date(2026, 9, 10),)),
    "the first left out": Rule(freq="weekly", weekdays=(3,), count=5, exclude=(date(2026, 9, 10),)),
    "every day": Rule(freq="weekly", weekdays=(0, 1, 2, 3, 4, 5, 6), count=300),
}
ZONES = ("America/Denver", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "UTC")


@pytest.fixture(params=[by_icalendar, by_ical_js])
def read(request: pytest.FixtureRequest) -> Read:
    reader: Read = request.param
    return reader


@pytest.mark.parametrize("name", RULES)
def test_a_series_is_read_back_as_it_is(name: str, read: Read) -> None:
    part, sessions = part_of(series(RULES[name]))
    recurring, own = events_of(part, sessions)
    assert not own
    assert read(request(recurring, VOICE), NOW, FAR) == as_shown(sessions)


@pytest.mark.parametrize("zone", ZONES)
def test_clock_changes_are_read_back_from_the_zones_in_the_file(zone: str, read: Read) -> None:
    part, sessions = part_of(series(Rule(freq="weekly", weekdays=(6,), count=120), zone=zone))
    recurring, _ = events_of(part, sessions)
    assert read(request(recurring, VOICE), NOW, FAR) == as_shown(sessions)


def test_moved_renamed_and_cancelled_sessions_are_read_back(read: Read) -> None:
    part, sessions = part_of(series(RULES["second and fourth Thursday"]))
    sessions[0] = moved(sessions[0], -3)
    sessions[2] = replace(sessions[2], title="Guest lecture", changed_by_hand=("title",))
    sessions[5] = moved(sessions[5], 48)
    sessions[6] = replace(
        sessions[6], zone="Europe/Berlin", starts_local=sessions[6].starts_local + timedelta(hours=8)
    )
    for gone in (1, 7, len(sessions) - 1):
        sessions[gone] = replace(sessions[gone], status=Status.CANCELLED)
    recurring, _ = events_of(part, sessions)
    there = [one for one in sessions if one.status is not Status.CANCELLED]
    assert read(request(recurring, VOICE), NOW, FAR) == as_shown(there)


def test_a_time_that_spring_skips_is_an_event_of_its_own(read: Read) -> None:
    sundays = Rule(freq="weekly", weekdays=(6,), count=8)
    part, sessions = part_of(series(sundays, "2027-02-21T02:30"))
    recurring, own = events_of(part, sessions)
    [single] = own
    assert single.session.starts_local == datetime.fromisoformat("2027-03-14T03:30")
    shown = read(request(recurring, VOICE), NOW, FAR) + read(request(single, VOICE), NOW, FAR)
    assert sorted(shown) == as_shown(sessions)
    assert {recurring.uid, single.uid} == {part.uid, single.session.uid}


def test_a_feed_shows_everything_once(read: Read) -> None:
    first, some = part_of(series(Rule(freq="weekly", weekdays=(6,), count=40), "2026-09-06T02:30"))
    second, more = part_of(series(RULES["second and fourth Thursday"], zone="America/Phoenix"))
    one, own = events_of(first, some)
    other, _ = events_of(second, more)
    data = feed("Autism ECHO", [one, other, *own], Voice(stamp=NOW, link=lambda _: ""))
    assert read(data, NOW, FAR) == as_shown([*some, *more])
    assert b"METHOD:PUBLISH" in data
    assert b"ATTENDEE" not in data


def test_outlook_gets_only_what_it_takes() -> None:
    for rule in RULES.values():
        recurring, _ = events_of(*part_of(series(rule)))
        data = request(recurring, VOICE).replace(b"\r\n ", b"")
        assert b"RDATE" not in data
        assert b"COUNT=" not in data
        [line] = [
            one for one in data.split(b"\r\n") if one.startswith(b"RRULE:FREQ=WEEKLY") or b"MONTHLY" in one
        ]
        if b"MONTHLY" in line:
            assert line.count(b",") == 0
            assert b"BYDAY=5" not in line


def test_one_session_is_told_of_by_its_recurrence_id() -> None:
    part, sessions = part_of(series(RULES["every second Thursday"]))
    sessions[3] = moved(sessions[3], 1)
    event = instance_of(part, sessions, sessions[3])
    for data, status in ((request(event, VOICE), "CONFIRMED"), (cancellation(event, VOICE), "CANCELLED")):
        told = told_by_ical_js(data, NOW, FAR)
        [vevent] = told["events"]
        assert told["method"] == ("REQUEST" if status == "CONFIRMED" else "CANCEL")
        assert vevent["uid"] == part.uid
        assert vevent["recurrence_id"] == "2026-10-22T12:00:00"
        assert vevent["sequence"] == 1
        assert vevent["status"] == status
        assert vevent["organizer"] == "mailto:echo@hub.example"
        assert vevent["attendee"] == "mailto:ana@clinic.example"


def test_a_whole_series_is_cancelled_by_its_uid() -> None:
    part, sessions = part_of(series(RULES["every second Thursday"]))
    gone = [replace(one, status=Status.CANCELLED) for one in sessions]
    recurring, _ = events_of(replace(part, sequence=4), gone)
    calendar = icalendar.Calendar.from_ical(cancellation(recurring, VOICE))
    [vevent] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL"
    assert vevent["UID"] == part.uid
    assert vevent["SEQUENCE"] == 4
    assert "RECURRENCE-ID" not in vevent


def test_this_and_following_ends_one_uid_and_begins_another(read: Read) -> None:
    kept = series(RULES["every second Thursday"])
    whole = kept.whole.sessions
    kept.change(
        whole[5],
        starts_local=datetime.combine(whole[5].starts_local.date(), datetime.min.time().replace(hour=15)),
    )
    (old, before), (new, after) = part_of(kept, 0), part_of(kept, 1)
    assert old.uid != new.uid
    assert old.sequence > 0
    first, second = events_of(old, before)[0], events_of(new, after)[0]
    assert read(request(first, VOICE), NOW, FAR) == as_shown(before)
    assert read(request(second, VOICE), NOW, FAR) == as_shown(after)
    assert {one.starts_local.hour for one in after} == {15}


def test_nothing_that_people_type_begins_a_line() -> None:
    evil = "x\r\nATTENDEE:mailto:evil@example.org\nBEGIN:VEVENT\r\x85\u2028END:VCALENDAR"
    part, sessions = part_of(series(RULES["one date"]))
    session = replace(sessions[0], title=evil, description=evil, contact=evil)
    voice = replace(
        VOICE,
        organizer=replace(VOICE.organizer, name=evil),  # type: ignore[type-var]
        attendee=replace(VOICE.attendee, name=f'{evil}";X="', address=f"a@b.example\r\n{evil}"),  # type: ignore[type-var]
    )
    data = request(events_of(part, [session])[0], voice)
    assert data.count(b"\nBEGIN:VEVENT") == 1
    assert data.count(b"\nATTENDEE") == 1
    assert data.count(b"\nEND:VCALENDAR") == 1
    [vevent] = told_by_ical_js(data, NOW, FAR)["events"]
    assert "evil@example.org" in vevent["description"]


def test_the_stamp_is_the_clock_that_is_passed_in() -> None:
    _, sessions = part_of(series(RULES["one date"]))
    data = request(Single(sessions[0]), VOICE)
    assert b"DTSTAMP:20260801T000000Z" in data
