"""Which transports were silent for long and then were not. No I/O.

``peers_seen`` only counts as it is now: while control is away, an absence would be gone with the older ones
that gave way. So an absence is told of as an event of its own, which is kept until it is acknowledged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from echo_session.media.protocol import Event, PeerAway, PeerClosed, PeerConnected, PeersSeen

ABSENCE_NS = 15_000_000_000
"""What attendance counts as one; the same as ``domain.attendance.SPLIT``."""


class Absences:
    """The last packet of each live transport."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def told(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, and before a packet that ends an absence, that absence."""
        for event in events:
            match event:
                case PeerConnected():
                    self._last[event.peer] = event.boottime_ns
                case PeerClosed() if event.reason != "replaced":
                    self._last.pop(event.peer, None)
                case PeersSeen():
                    yield from self._ended(event)
            yield event

    def _ended(self, seen: PeersSeen) -> Iterator[PeerAway]:
        for peer, at in seen.seen.items():
            last = self._last.get(peer)
            if last is not None and at - last > ABSENCE_NS:
                yield PeerAway(room=seen.room, peer=peer, since_ns=last, boottime_ns=at)
            if last is not None and at > last:
                self._last[peer] = at
