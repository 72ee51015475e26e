"""Every message of the signaling WebSocket, in both directions.

One definition serves the server, ``docs/protocol.md`` and the generated TypeScript types. Each message is one
JSON object in one text frame with a ``type`` that names it. Times are RFC 3339 in UTC; lengths are characters
unless a name says otherwise; heights are CSS pixels times the device pixel ratio.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PROTOCOL = 1
"""Version of this protocol; a client that speaks another one is told to reload."""

MAX_JOIN_BYTES = 256 * 1024
"""Largest ``join`` or ``rejoin`` frame, before and after decompression."""

MAX_FRAME_BYTES = 64 * 1024
"""Largest frame of any other type, before and after decompression."""

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Mid = Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Height = Annotated[int, Field(ge=0, le=4320)]


class Role(StrEnum):
    """What a person is in a session. Comes from server state only, never from a client."""

    FACILITATOR = "facilitator"
    PANELIST = "panelist"
    PARTICIPANT = "participant"
    OBSERVER = "observer"
    COORDINATOR = "coordinator"


class Source(StrEnum):
    """What a publication shows or sounds."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"
    SCREEN_SOUND = "screen_sound"


class PictureSource(StrEnum):
    """The sources that fill a video slot."""

    CAMERA = "camera"
    SCREEN = "screen"


class Wire(BaseModel):
    """Base of all messages: unknown fields are an error, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# --- parts -----------------------------------------------------------------------------------------------


class Mids(Wire):
    """Which m-line of the offer is what, by mid. The four sending ones may be absent on a receive-only device."""

    microphone: Mid | None = None
    camera: Mid | None = None
    screen: Mid | None = None
    screen_sound: Mid | None = None
    voices: list[Mid] = Field(default_factory=list, max_length=3)
    """Receiving audio slots for the loudest voices."""
    share_sound: Mid | None = None
    """Receiving audio slot for the sound of a shared screen."""
    videos: list[Mid] = Field(default_factory=list, max_length=25)
    """Receiving video slots."""


class Resume(Wire):
    """Names the connection that a new socket takes over."""

    connection_id: Id
    secret: Annotated[str, Field(min_length=16, max_length=128)]


class ViewItem(Wire):
    """One picture that the page shows now, and how high it is on screen."""

    participant_id: Id
    source: PictureSource
    height: Height


class SessionInfo(Wire):
    """What a participant may know of the session."""

    session_id: Id
    title: str
    kind: Literal["session", "practice"]
    status: Literal["scheduled", "open", "closed", "cancelled"]
    zone: str
    """IANA time zone of the hub."""
    starts_at: datetime
    ends_at: datetime
    """End as planned, extensions included; the room closes at ``closes_at``."""
    opens_at: datetime
    closes_at: datetime
    contact: str
    """Whom to ask for help, as the hub wrote it; may be empty."""


class You(Wire):
    """Who the link says the visitor is."""

    known: bool
    """False for a public link: the join message must then carry name, e-mail, profession and site."""
    name: str
    site: str
    role: Role
    asks: list[Literal["name", "email", "profession", "site"]]
    """Fields that the join page must ask for."""
    lobby: bool
    """True where joining means asking to be let in."""


class OtherDevice(Wire):
    """A connection of the same person that is in the room already."""

    participant_id: Id
    device: Literal["phone", "tablet", "desktop", "endpoint"]
    joined_at: datetime


class IceServer(Wire):
    """As RTCIceServer of the browser."""

    urls: list[str]
    username: str = ""
    credential: str = ""


class Participant(Wire):
    """One device of one person in the room, as everybody may see it."""

    participant_id: Id
    person_id: Id
    name: str
    site: str
    role: Role
    device: Literal["phone", "tablet", "desktop", "endpoint"]
    joined_at: datetime
    microphone: bool
    """True while the participant says it sends sound and nobody muted it."""
    camera: bool
    screen: bool
    screen_sound: bool
    connected: bool
    """False while its media path is interrupted or not up yet."""


class Waiting(Wire):
    """Somebody in the lobby, as facilitators and coordinators see it."""

    waiting_id: Id
    name: str
    site: str
    profession: str
    since: datetime


class VideoSlot(Wire):
    """What a video slot carries now."""

    participant_id: Id
    source: PictureSource
    state: Literal["starting", "live", "paused"]
    """``paused``: the line is too slow for it, or its publisher sends nothing."""
    layer: Literal["", "q", "h", "f"] = ""


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


# --- from the client -------------------------------------------------------------------------------------


class Hello(Wire):
    """First message of every socket, within the deadline."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    token: Annotated[str, Field(min_length=1, max_length=2048)]
    client: Annotated[str, Field(max_length=64)]
    """Name and version of the client, for support."""
    resume: Resume | None = None


class Join(Wire):
    """Asks for the room: identity and offer at once. Answered by ``joined``, ``waiting`` or ``error``."""

    type: Literal["join"] = "join"
    identity: Literal["me", "other"] = "me"
    """``other``: the personal link was opened by somebody else, whose fields follow."""
    name: Name | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    profession: Annotated[str, Field(max_length=80)] | None = None
    site: Annotated[str, Field(max_length=120)] | None = None
    second_device: Literal["both", "move"] | None = None
    """Needed where ``welcome.others`` is not empty."""
    device: Literal["phone", "tablet", "desktop", "endpoint"]
    offer: Annotated[str, Field(max_length=200_000)]
    mids: Mids
    microphone: bool
    camera: bool


class Rejoin(Wire):
    """A new peer connection for a participant who is in the room already. Answered by ``rejoined``."""

    type: Literal["rejoin"] = "rejoin"
    offer: Annotated[str, Field(max_length=200_000)]
    mids: Mids


class Watch(Wire):
    """Follow the room without joining it (console; facilitators and coordinators). Answered by ``room``."""

    type: Literal["watch"] = "watch"


class Publish(Wire):
    """The page starts or stops sending a source."""

    type: Literal["publish"] = "publish"
    source: Source
    on: bool


class View(Wire):
    """Everything that the page shows now, most wanted first. Replaces the one before."""

    type: Literal["view"] = "view"
    items: list[ViewItem] = Field(max_length=64)


class Leave(Wire):
    """The participant pressed Leave."""

    type: Literal["leave"] = "leave"


class Admit(Wire):
    """Lets somebody in from the lobby; without an id, everybody."""

    type: Literal["admit"] = "admit"
    waiting_id: Id | None = None


class Decline(Wire):
    """Sends somebody in the lobby away."""

    type: Literal["decline"] = "decline"
    waiting_id: Id


class Mute(Wire):
    """Stops a participant's source; the participant may start it again. Without an id, everybody else's."""

    type: Literal["mute"] = "mute"
    participant_id: Id | None = None
    source: Source = Source.MICROPHONE


class Remove(Wire):
    """Removes a person, with all devices; the link does not let them in again in this session."""

    type: Literal["remove"] = "remove"
    participant_id: Id


class Extend(Wire):
    """Moves the planned end."""

    type: Literal["extend"] = "extend"
    minutes: Annotated[int, Field(ge=1, le=120)]


class End(Wire):
    """Ends the session for everybody."""

    type: Literal["end"] = "end"


class Ping(Wire):
    """Liveness as the page sees it; answered by ``pong`` with the same stamp."""

    type: Literal["ping"] = "ping"
    stamp: float


ClientMessage = Annotated[
    Hello
    | Join
    | Rejoin
    | Watch
    | Publish
    | View
    | Leave
    | Admit
    | Decline
    | Mute
    | Remove
    | Extend
    | End
    | Ping,
    Field(discriminator="type"),
]

# --- from the server -------------------------------------------------------------------------------------


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
    | Muted
    | RejoinPlease
    | EndingSoon
    | Removed
    | Moved
    | Ended
    | Error
    | Pong,
    Field(discriminator="type"),
]

client_messages: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
server_messages: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
