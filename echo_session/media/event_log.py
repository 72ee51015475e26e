"""The node's memory of what control has not acknowledged yet. No I/O.

Transitions (a peer connected, closed, began or ceased to send) are kept until acknowledged. Of a state that
only counts as it is now (who was seen when, who speaks, what a slot carries) the newest is kept and older
ones give way, so that the log stays small however long control is away. Numbers rise by one per event and
leave gaps where an event gave way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from echo_session.media.protocol import Event, PeersSeen, PictureSlot, SpeakersNow, VoiceSlots

StateKey = tuple[str, str] | tuple[str, str, int]


def state_key(event: Event) -> StateKey | None:
    """What the event is the newest state of, or None for a transition."""
    match event:
        case PeersSeen() | SpeakersNow():
            return (event.kind, event.room)
        case VoiceSlots():
            return (event.kind, event.peer)
        case PictureSlot():
            return (event.kind, event.peer, event.slot)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event and its number in this incarnation of the node, from 1."""

    seq: int
    event: Event


class EventLog:
    """Numbered events, oldest first, until they are acknowledged."""

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self._newest: dict[StateKey, int] = {}
        self._last = 0

    @property
    def last(self) -> int:
        """Number of the newest event ever appended; 0 before the first."""
        return self._last

    def __len__(self) -> int:
        return len(self._events)

    def append(self, event: Event) -> int:
        """Numbers an event and keeps it; an older state of the same thing gives way."""
        self._last += 1
        key = state_key(event)
        if key is not None:
            self._events.pop(self._newest.get(key, 0), None)
            self._newest[key] = self._last
        self._events[self._last] = event
        return self._last

    def acknowledge(self, seq: int) -> None:
        """Forgets everything up to and including ``seq``."""
        for number in list(self._upto(seq)):
            event = self._events.pop(number)
            key = state_key(event)
            if key is not None and self._newest.get(key) == number:
                del self._newest[key]

    def after(self, seq: int) -> list[Numbered]:
        """Everything kept that came after ``seq``, oldest first."""
        newer: list[Numbered] = []
        for number in reversed(self._events):
            if number <= seq:
                break
            newer.append(Numbered(number, self._events[number]))
        newer.reverse()
        return newer

    def _upto(self, seq: int) -> Iterator[int]:
        for number in self._events:
            if number > seq:
                return
            yield number
