"""Mail: what is written to people, and what becomes of it. The words that tables and worker share."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

__all__ = ["CALENDAR", "GIVE_UP_AFTER", "STANDING", "MailKind", "MailState"]


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
    """A series or session has changed. Content: ``what``, plain sentences; ``part_ids``; ``reason``."""
    CANCELLATION = "cancellation"
    """A session, a series or the rest of one does not take place. Content: ``reason``, ``part_ids``."""
    RESTORED = "restored"
    """What was cancelled takes place after all."""
    REMINDER = "reminder"
    """Content: ``minutes`` before the start; 0 when the room opens."""
    LOST_LINK = "lost_link"
    """Somebody asked for the links of an address. Content: ``address``, ``person_ids``."""
    LINK = "link"
    """A personal link, sent again or made anew."""


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


GIVE_UP_AFTER = timedelta(days=2)
"""So long a message is tried that the server puts off."""
