"""All live rooms. The composition root makes one hub and feeds it what happens elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signaling.media import Media, MediaEvent, RoomSnapshot
from signaling.moment import Clock
from signaling.ports import Attendance, Directory, PresenceStore, Sessions
from signaling.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside that the hub uses."""

    directory: Directory
    media: Media
    presence: PresenceStore
    attendance: Attendance
    sessions: Sessions
    clock: Clock
    token: Callable[[int], str]
    """Random URL-safe text of that many bytes: ``secrets.token_urlsafe``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """People, not connections."""

    here: int
    waiting: int


class Hub:
    """Owner of the live rooms."""

    def __init__(self, *, ports: Ports, settings: Settings) -> None:
        raise NotImplementedError

    async def start(self) -> None:
        """Rebuilds the rooms of open sessions from the presence table and starts the clock tick."""
        raise NotImplementedError

    async def close(self) -> None:
        """Closes every socket with GOING_AWAY and waits for what is being written. Nobody leaves by this."""
        raise NotImplementedError

    def counts(self, session_id: str) -> Counts:
        """Who is here and who waits."""
        raise NotImplementedError

    async def session_changed(self, session_id: str) -> None:
        """Reads the session again and tells the room: opened, extended, renamed, closed, cancelled."""
        raise NotImplementedError

    async def ending_soon(self, session_id: str) -> None:
        """Warns everybody in the room of its end."""
        raise NotImplementedError

    async def end_session(self, session_id: str, message: str) -> None:
        """Says ``ended`` to everybody and closes the room. Returns once every leave is recorded, so that
        the caller can then write the end of the session after them."""
        raise NotImplementedError

    async def person_barred(self, session_id: str, person_id: str, *, by: str) -> None:
        """A registration was taken back over the API: removes the person from the room."""
        raise NotImplementedError

    async def media_event(self, event: MediaEvent) -> None:
        """Takes one event of the engine, in order. Returns once what follows from it is durable, so that
        the caller can acknowledge it; to be awaited apart from the loop that reads the engine's replies."""
        raise NotImplementedError

    async def media_attached(self, rooms: Sequence[RoomSnapshot]) -> None:
        """A media node answers, new or the one from before, and holds these rooms."""
        raise NotImplementedError

    def media_detached(self) -> None:
        """The line to the media node is down."""
        raise NotImplementedError
