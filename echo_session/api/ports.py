"""What the HTTP side needs from outside; the composition root hands it in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from echo_session.domain.ids import RandomBytes
from echo_session.domain.presence import Instant
from echo_session.domain.series_dates import Expand
from echo_session.store.chain import on_the_wall
from echo_session.store.engine import Database
from echo_session.tokens import Links

MINUTE = 60.0


class Counts(Protocol):
    """People, not connections."""

    @property
    def here(self) -> int:
        """In the room."""

    @property
    def waiting(self) -> int:
        """In the waiting room."""


class Rooms(Protocol):
    """The live rooms."""

    def counts(self, session_id: str) -> Counts:
        """Who is here and who waits."""

    async def session_changed(self, session_id: str) -> None:
        """The records of this session are different now."""

    async def person_barred(self, session_id: str, person_id: str, *, by: str) -> None:
        """The person's invitation was taken back: out of the room."""

    async def role_changed(self, session_id: str, person_id: str, role: str) -> None:
        """The person is something else in this session by now."""

    async def company_changed(self, session_id: str, host_person_id: str) -> None:
        """Somebody checked in or out in front of this person's device, or answered there."""

    async def people_allowed(self, session_id: str, person_ids: Collection[str]) -> None:
        """They were invited, or got a new link: whoever was removed before may come in again."""


class Closing(Protocol):
    """The end of a session: first of the room, then of the records."""

    async def close(self, session_id: str, message: str) -> None:
        """Says the message to everybody, ends the room, then closes the session. Raises NotPossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one address may ask without having signed in."""

    practice_rooms: int = 50
    """Open at a time, of all addresses together."""
    practice_per_address: int = 5
    practice_window: float = 10 * MINUTE
    """Seconds in which an address may open so many."""
    sign_ins_per_address: int = 20
    sign_in_window: float = 10 * MINUTE
    public_looks_per_address: int = 300
    """Public pages, and letters typed to find a site."""
    public_window: float = 10 * MINUTE
    registrations_per_address: int = 60
    """A clinic behind one address registers a dozen people in one go."""
    registrations_per_email: int = 20
    """Clinics share mailboxes; each registration is a mail there."""
    lost_links_per_address: int = 20
    lost_links_per_email: int = 3
    """Mails that anybody may have sent to an address in an hour."""
    codes_per_address: int = 300
    """Looking up codes of shared cameras, and checking in there: a clinic's telephones have one address."""
    shared_camera_asks: int = 600
    """Of one device, or of one telephone that is checked in: each looks again every few seconds."""
    email_window: float = 60 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything outside that the API uses."""

    database: Database
    links: Links
    rooms: Rooms
    closing: Closing
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    random: RandomBytes
    origins: frozenset[str]
    """Origins (``https://host[:port]``) of our own pages; that of the request itself always is one."""
    secure_cookies: bool
    """True where people come by https."""
    expand: Expand
    """Finds the dates of a rule."""
    limits: Limits = Limits()
    instant_of: Callable[[datetime], Instant] = on_the_wall
    """The same moment on the boot clock too, for the ledger; by default only on the wall."""
