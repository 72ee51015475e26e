"""What an endpoint found out: the preflight check in words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

from echo_session.endpoint.session import Endpoint


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from one participant."""

    name: str
    pictures: int
    sound_seconds: float
    width: int
    height: int
    longest_freeze: float
    limited_seconds: float
    """How long the line was too slow for pictures."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. Times in seconds."""

    title: str
    outcome: str
    reason: str
    joined_after: float | None
    round_trip: float | None
    sockets: int
    transports: int
    people: tuple[Heard, ...]

    @classmethod
    def of(cls, endpoint: Endpoint, names: dict[str, str]) -> Report:
        """``names`` of everybody met, by participant id; who has left is in no room any more."""
        session, now = endpoint.room.session, time.monotonic()
        people = [
            Heard(
                name=names.get(participant_id, participant_id),
                pictures=tally.pictures,
                sound_seconds=tally.sounds / 50,
                width=tally.width,
                height=tally.height,
                longest_freeze=tally.longest_freeze,
                limited_seconds=tally.limited_seconds(now),
            )
            for participant_id, tally in endpoint.received.tallies.items()
        ]
        return cls(
            title=session.title if session is not None else "",
            outcome=endpoint.outcome or "",
            reason=endpoint.reason,
            joined_after=endpoint.joined_after,
            round_trip=median(endpoint.round_trips) if endpoint.round_trips else None,
            sockets=endpoint.line.sockets,
            transports=endpoint.transports,
            people=tuple(people),
        )

    def text(self) -> str:
        """For the person at the terminal."""
        lines = [f"Session: {self.title}"]
        end = f"{self.outcome or 'interrupted'}. {self.reason}".rstrip()
        if self.joined_after is None:
            lines.append(f"Not joined: {end}")
        else:
            lines.append(f"Joined after {self.joined_after:.2f} s; {end}")
        if self.round_trip is not None:
            lines.append(f"Round trip to the server: {self.round_trip * 1000:.0f} ms")
        lines.append(f"Lines: {self.sockets} signaling, {self.transports} media")
        for heard in self.people:
            size = f"{heard.width} x {heard.height}, longest freeze {heard.longest_freeze:.1f} s"
            lines.append(
                f"  {heard.name}: {heard.pictures} pictures ({size}), sound {heard.sound_seconds:.1f} s"
            )
            if heard.limited_seconds:
                withheld = f"{heard.limited_seconds:.1f} s"
                lines.append(f"    The line was too slow for pictures for {withheld}; sound went on.")
        if not self.people and self.joined_after is not None:
            lines.append("  Nobody else was seen or heard.")
        return "\n".join(lines)
