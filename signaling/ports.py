"""What signaling needs from the rest of the service. ``app.py`` hands in the adapters; the engine is in
``media``.

Every method may be called again with the same arguments after a failure or a restart and must then change
nothing more. A method that fails for a passing reason (a locked database) raises; the hub tries again, in
order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from signaling.media import Media
from signaling.messages import Role, SessionInfo
from signaling.moment import Clock, Moment

Ask = Literal["name", "email", "profession", "site"]
Device = Literal["phone", "tablet", "desktop", "endpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A session as signaling sees it."""

    info: SessionInfo
    room_id: str
    lobby: bool
    """True where visitors by the public link wait to be let in."""
    max_peers: int
    max_people: int | None = None
    """Practice rooms hold 3."""
    echo_delay_ms: int | None = None
    cancel_reason: str = ""
    """Why it was called off, for whoever waits for it to begin."""
    attendance: bool = True
    """False for practice rooms: nothing of theirs is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom the service knows."""

    person_id: str
    name: str
    site: str = ""
    profession: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What a token proves. The role comes from server state."""

    session: SessionFacts
    role: Role
    actor: str
    """Who gives orders through this token, for the record: a person's or an account's id, or empty."""
    name: str = ""
    person: Person | None = None
    """None for the public link, the practice link and the console."""
    registration_id: str | None = None
    asks: tuple[Ask, ...] = ()
    """What the join page must ask for where ``person`` is None."""
    console: bool = False
    """True for a console token: it watches and moderates, and has no seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a visitor without a personal link said of themselves."""

    name: str
    email: str
    profession: str
    site: str


class Directory(Protocol):
    """Sessions, links and people."""

    async def authenticate(self, token: str) -> Visitor:
        """Raises ``Refused`` with LINK_INVALID, LINK_EXPIRED or ENDED."""

    async def session(self, session_id: str) -> SessionFacts | None:
        """The session as it is now."""

    async def open_sessions(self) -> Sequence[SessionFacts]:
        """Every session whose room is open (practice rooms too), for a control process that starts."""

    async def enrol(self, session_id: str, identity: Identity) -> Person:
        """Makes (or finds, by e-mail) the person behind a visitor who was let in.

        A practice room's visitor gets an id of their own and no row. Raises ``Refused`` naming the field.
        """

    async def bar(self, session_id: str, person_id: str, *, by: str) -> None:
        """Revokes the person's link for this session, durably."""

    async def barred(self, session_id: str) -> frozenset[str]:
        """Ids of the persons who were removed from this session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """One connection as a restarted control process needs it back."""

    connection_id: str
    session_id: str
    person: Person
    registration_id: str | None
    role: Role
    device: Device
    secret_hash: str
    """SHA-256 of the resume secret, hexadecimal."""
    entered_at: datetime
    state: Literal["joined", "lost", "left", "removed"] = "joined"
    spell: int = 0
    """Number of the latest attendance interval of this connection, from 1; 0 before the first transport."""
    attending: bool = False
    """True while that interval is open."""
    seen: Moment | None = None
    """Last authenticated packet."""


class PresenceStore(Protocol):
    """The mutable table of connections."""

    async def put(self, *presences: Presence) -> None:
        """Inserts or replaces, by connection id, in one write."""

    async def seen(self, seen: Mapping[str, Moment]) -> None:
        """Checkpoint of last authenticated packets by connection id, in one write."""

    async def live(self, session_id: str) -> Sequence[Presence]:
        """Connections in state joined or lost."""


LeftCause = Literal["left", "moved", "lost", "ended"]


class Attendance(Protocol):
    """The ledger. Each call appends one event, the outbox row and the presence row in one transaction.

    (connection, kind, spell) is unique: the same call again changes nothing. Never called for sessions
    without attendance.
    """

    async def joined(self, presence: Presence, at: Moment) -> None:
        """An interval opens; ``presence.spell`` is its number."""

    async def left(self, presence: Presence, at: Moment, cause: LeftCause) -> None:
        """The interval closes at ``at``: the click, or the last authenticated packet."""

    async def evicted(self, presence: Presence, at: Moment, *, by: str) -> None:
        """The interval closes because a facilitator removed the person."""

    async def recovered(self, presence: Presence, at: Moment) -> None:
        """Control restarted and the media node vouches for the transport: the interval goes on."""


class Sessions(Protocol):
    """Orders to a session. What they change comes back through ``Hub.session_changed``."""

    async def extend(self, session_id: str, minutes: int, *, by: str) -> None:
        """Moves the end. Raises ``Refused`` where the session is over."""

    async def end(self, session_id: str, *, by: str) -> None:
        """Ends it now. Raises ``Refused`` where the session is over. Calls ``Hub.end_session`` first."""


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
