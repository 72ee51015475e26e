"""A stand-in for the engine, and shorthand for its events."""

from __future__ import annotations

import contextlib
import os
import threading

from echo_session.media.errors import CommandRefusedError
from echo_session.media.protocol import (
    AddPeer,
    Answer,
    CloseRoom,
    Command,
    Event,
    OpenRoom,
    PeerClosed,
    PeerConnected,
    PeersSeen,
    PictureSlot,
    RoomState,
    SpeakersNow,
)


class FakeEngine:
    """Remembers commands; events are put in by the test. ``gate`` holds offers back until it is set."""

    def __init__(self) -> None:
        self._eventfd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._events: list[Event] = []
        self.applied: list[Command] = []
        self.offer_niceness: list[int] = []
        """Of the thread that read each offer."""
        self.rooms: dict[str, RoomState] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.together = threading.Barrier(1)
        """So many offers are read at once, or none gets on."""
        self.closed = False

    def emit(self, *events: Event) -> None:
        self._events += events
        os.eventfd_write(self._eventfd, 1)

    def fileno(self) -> int:
        return self._eventfd

    def take_events(self) -> list[Event]:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._eventfd)
        events, self._events = self._events, []
        return events

    def apply(self, command: Command) -> None:
        match command:
            case OpenRoom():
                self.rooms[command.room] = RoomState(
                    room=command.room, max_peers=command.max_peers, echo_delay_ms=None, peers=[]
                )
            case CloseRoom() if command.room not in self.rooms:
                raise CommandRefusedError("no_room", "There is no such room.")
        self.applied.append(command)

    def add_peer(self, command: AddPeer) -> Answer:
        self.offer_niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        self.gate.wait()
        self.together.wait()
        if command.offer == "rubbish":
            raise CommandRefusedError("bad_offer", "This browser offers no codec that the session speaks.")
        self.applied.append(command)
        return Answer(answer=f"answer to {command.offer}", voices=3, videos=9)

    def snapshot(self) -> list[RoomState]:
        return list(self.rooms.values())

    def counters(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            os.close(self._eventfd)


def connected(peer: str, generation: int = 1, at: int = 0) -> PeerConnected:
    return PeerConnected(room="room_a", peer=peer, generation=generation, boottime_ns=at)


def closed(peer: str, generation: int = 1, at: int = 0) -> PeerClosed:
    return PeerClosed(
        room="room_a", peer=peer, generation=generation, reason="closed_by_peer", boottime_ns=at
    )


def seen(at: int, room: str = "room_a") -> PeersSeen:
    return PeersSeen(room=room, seen={"con_a": at})


def speakers(*names: str) -> SpeakersNow:
    return SpeakersNow(room="room_a", dominant=None, speaking=list(names))


def picture(slot: int, publisher: str) -> PictureSlot:
    return PictureSlot(
        room="room_a", peer="con_a", slot=slot, publisher=publisher, source="camera", state="live", layer="q"
    )


__all__ = ["FakeEngine", "closed", "connected", "picture", "seen", "speakers"]
