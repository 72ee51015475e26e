"""Absences of a transport that goes on, as the node tells of them."""

from __future__ import annotations

from echo_session.domain.attendance import SPLIT
from echo_session.media.absences import ABSENCE_NS, Absences
from echo_session.media.protocol import Event, PeerAway, PeersSeen
from tests.unit.media.fakes import closed, connected

SECOND = 1_000_000_000


def seen(**at: int) -> PeersSeen:
    return PeersSeen(room="room_a", seen={f"con_{name}": second * SECOND for name, second in at.items()})


def told(*events: Event) -> list[Event]:
    return [event for event in Absences().told(events) if isinstance(event, PeerAway)]


def test_an_absence_is_what_attendance_takes_for_one() -> None:
    assert SPLIT.total_seconds() * SECOND == ABSENCE_NS


def test_a_transport_that_wakes_after_a_long_silence_was_away() -> None:
    start = connected("con_a")
    quiet = start.boottime_ns // SECOND
    events: list[Event] = [
        start,
        seen(a=quiet + 10),
        seen(a=quiet + 10),
        seen(a=quiet + 25),
        seen(a=quiet + 41),
    ]
    absence = PeerAway(
        room="room_a",
        peer="con_a",
        since_ns=(quiet + 25) * SECOND,
        boottime_ns=(quiet + 41) * SECOND,
    )
    assert list(Absences().told(events)) == [*events[:-1], absence, events[-1]]


def test_a_new_transport_begins_anew() -> None:
    start = connected("con_a")
    quiet = start.boottime_ns // SECOND
    assert told(start, closed("con_a"), seen(a=quiet + 60)) == []
    again = start.model_copy(update={"boottime_ns": (quiet + 60) * SECOND, "generation": 2})
    assert told(start, again, seen(a=quiet + 61)) == []
