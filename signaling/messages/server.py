"""Messages from the server."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from signaling.messages.parts import (
    PROTOCOL,
    IceServer,
    Id,
    OtherDevice,
    Participant,
    SessionInfo,
    Source,
    VideoSlot,
    Waiting,
    Wire,
    You,
)


class Slots(Wire):
    """What each receiving m-line carries, in the order of the join message's mids."""

    type: Literal["slots"] = "slots"
    voices: list[Id | None]
    share_sound: Id | None
    videos: list[VideoSlot | None]


class Room(Wire):
    """The whole state of the room; sent on join, on resume and whenever deltas were lost."""

    type: Literal["room"] = "room"
    revision: int
    session: SessionInfo
    participants: list[Participant]
    waiting: list[Waiting]
    """Empty for all but facilitators and coordinators."""


class Welcome(Wire):
    """Answer to ``hello``: who you are and what you are about to enter."""

    type: Literal["welcome"] = "welcome"
    protocol: int = PROTOCOL
    server_time: datetime
    session: SessionInfo
    you: You
    others: list[OtherDevice]
    ice_servers: list[IceServer]
    max_video_slots: int
    resumed: bool
    """True where the socket took over a participant in the room; a ``room`` and a ``slots`` follow."""


class InLobby(Wire):
    """The participant waits; ``joined`` follows once admitted, ``declined`` otherwise."""

    type: Literal["waiting"] = "waiting"
    waiting_id: Id
    since: datetime


class Declined(Wire):
    """The facilitator did not let the visitor in. The socket closes."""

    type: Literal["declined"] = "declined"
    message: str


class Joined(Wire):
    """In the room: the answer and everything there is to know."""

    type: Literal["joined"] = "joined"
    connection_id: Id
    secret: str
    """For ``hello.resume``."""
    participant_id: Id
    answer: str
    room: Room
    slots: Slots


class Rejoined(Wire):
    """Answer to ``rejoin``."""

    type: Literal["rejoined"] = "rejoined"
    answer: str
    slots: Slots


class Put(Wire):
    """A participant came or changed."""

    op: Literal["put"] = "put"
    participant: Participant


class Gone(Wire):
    """A participant left."""

    op: Literal["gone"] = "gone"
    participant_id: Id


class WaitingPut(Wire):
    """Somebody entered the lobby."""

    op: Literal["waiting_put"] = "waiting_put"
    waiting: Waiting


class WaitingGone(Wire):
    """Somebody left the lobby, admitted or not."""

    op: Literal["waiting_gone"] = "waiting_gone"
    waiting_id: Id


class SessionPut(Wire):
    """The session changed: extended, renamed, closing."""

    op: Literal["session_put"] = "session_put"
    session: SessionInfo


Change = Annotated[Put | Gone | WaitingPut | WaitingGone | SessionPut, Field(discriminator="op")]


class Delta(Wire):
    """Changes on top of the revision before; where ``revision`` is not the next one, ask by reconnecting."""

    type: Literal["delta"] = "delta"
    revision: int
    changes: list[Change]


class IceServers(Wire):
    """Fresh credentials of ``welcome.ice_servers``, for the next peer connection."""

    type: Literal["ice_servers"] = "ice_servers"
    ice_servers: list[IceServer]


class Speakers(Wire):
    """Who speaks now, loudest first, and who has the floor."""

    type: Literal["speakers"] = "speakers"
    dominant: Id | None
    speaking: list[Id]


class Muted(Wire):
    """The facilitator stopped one of your sources: stop sending it and say so."""

    type: Literal["muted"] = "muted"
    source: Source
    by: str


class RejoinPlease(Wire):
    """The media path is new: send ``rejoin`` after this many milliseconds."""

    type: Literal["rejoin_please"] = "rejoin_please"
    after_ms: int


class EndingSoon(Wire):
    """The session nears its end."""

    type: Literal["ending_soon"] = "ending_soon"
    ends_at: datetime
    closes_at: datetime


class CompanyChanged(Wire):
    """Somebody checked in or out in front of a shared camera: of your own, or, where you moderate, of any."""

    type: Literal["company_changed"] = "company_changed"


class Removed(Wire):
    """A facilitator removed you. The socket closes."""

    type: Literal["removed"] = "removed"
    message: str


class Moved(Wire):
    """You went on with another device. The socket closes."""

    type: Literal["moved"] = "moved"
    message: str


class Ended(Wire):
    """The session is over. The socket closes."""

    type: Literal["ended"] = "ended"
    message: str


class ErrorCode(StrEnum):
    """What can be wrong; the table with close codes is in ``signaling.errors``."""

    BAD_MESSAGE = "bad_message"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    OUT_OF_ORDER = "out_of_order"
    LINK_INVALID = "link_invalid"
    LINK_EXPIRED = "link_expired"
    NOT_OPEN = "not_open"
    ENDED = "ended"
    ROOM_FULL = "room_full"
    NOT_ALLOWED = "not_allowed"
    NO_SUCH_PARTICIPANT = "no_such_participant"
    MISSING_FIELD = "missing_field"
    SECOND_DEVICE = "second_device"
    OFFER_REFUSED = "offer_refused"
    MEDIA_UNAVAILABLE = "media_unavailable"
    TIMED_OUT = "timed_out"
    SLOW_READER = "slow_reader"
    OLD_CLIENT = "old_client"
    INTERNAL = "internal"


class Error(Wire):
    """Something was wrong: what, and what to do, in words for the person who reads them."""

    type: Literal["error"] = "error"
    code: ErrorCode
    message: str
    field: str | None = None
    fatal: bool
    """True where the socket closes after this."""


class Pong(Wire):
    """Answer to ``ping``."""

    type: Literal["pong"] = "pong"
    stamp: float
    server_time: datetime


ServerMessage = Annotated[
    Welcome
    | InLobby
    | Declined
    | Joined
    | Rejoined
    | Room
    | Delta
    | Slots
    | Speakers
    | IceServers
    | Muted
    | RejoinPlease
    | EndingSoon
    | CompanyChanged
    | Removed
    | Moved
    | Ended
    | Error
    | Pong,
    Field(discriminator="type"),
]

server_messages: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
