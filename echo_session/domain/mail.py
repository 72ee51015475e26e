"""Mail: what is written to people, and what becomes of it. The words that tables and worker share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

__all__ = [
    "CALENDAR",
    "NO_MORE_MAIL",
    "STANDING",
    "ClaimedMail",
    "Fate",
    "MailKind",
    "MailState",
    "Outcome",
    "Ruling",
]


class MailKind(StrEnum):
    """An occasion to write. ``content`` is what it needs beyond the records, all of it optional."""

    INVITATION = "invitation"
    """The registration is approved: the dates for the calendar, and the link."""
    RECEIVED = "received"
    """The registration waits until a coordinator has decided."""
    WAITING = "waiting"
    """The registration is on the waiting list."""
    DECLINED = "declined"
    """Content: ``reason``."""
    UPDATE = "update"
    """A series or session has changed. Content: ``what``, plain sentences; ``reason``; of a session that
    begins at another time, ``moved``: the instants before and after; of a series too
    ``part_ids``, and ``session_ids`` of those that are different, for who comes to one of them alone."""
    CANCELLATION = "cancellation"
    """A session, a series or the rest of one does not take place. Content: as of an update."""
    RESTORED = "restored"
    """What was cancelled takes place after all."""
    REMINDER = "reminder"
    """Content: ``minutes`` before the start; 0 when the room opens."""
    LOST_LINK = "lost_link"
    """Somebody asked for the links of an address. Content: ``address``, ``person_ids``."""
    LINK = "link"
    """A personal link, sent again or made anew."""
    CREDIT = "credit"
    """After a session, to who was there: their time, and the page on which they evaluate it and claim."""


CALENDAR = frozenset({MailKind.INVITATION, MailKind.UPDATE, MailKind.CANCELLATION, MailKind.RESTORED})
"""Kinds that bring something for the calendar."""

STANDING = frozenset(
    {MailKind.LOST_LINK, MailKind.LINK, MailKind.DECLINED, MailKind.RECEIVED, MailKind.WAITING}
)
"""Kinds that answer what the person has done; they go to who wants no mail of the program, too."""


class MailState(StrEnum):
    """Where one message stands. The last three are final, but a coordinator may try a failed one again."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


NO_MORE_MAIL = "They have asked for no more mail about this program."
"""Why a message to somebody who unsubscribed is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMail:
    """One message that is ours until ``lease_until``."""

    id: str
    mailing_id: str
    kind: MailKind
    content: Mapping[str, Any]
    program_id: str | None
    series_id: str | None
    session_id: str | None
    to_one: bool
    """The mailing is for this one registration alone."""
    registration_id: str | None
    person_id: str | None = None
    """Whom it is for where no registration says so."""
    part: str
    to_address: str
    to_name: str
    message_id: str
    attempts: int
    epoch: int
    lease_until: datetime
    created_at: datetime


class Fate(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    REFUSED = "refused"
    """For good: the address is unknown, the message is not wanted."""
    PUT_OFF = "put_off"
    """The server asks to try this one later, or did not answer in time."""
    UNANSWERED = "unanswered"
    """The text was sent and no answer came: the server may have it."""
    DOWN = "down"
    """The server cannot be reached, or takes nothing from us. Says nothing of this message."""
    OBSOLETE = "obsolete"
    """There is nothing to send any more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt, in words for a coordinator."""

    fate: Fate
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an attempt means for its message."""

    state: MailState
    attempts: int
    next_attempt_at: datetime | None
    possible_duplicate: bool
    error: str
