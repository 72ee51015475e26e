"""What the messages are made of: limits, names, and the shapes that several messages share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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
SlotState = Literal["starting", "live", "paused", "limited"]


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

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class Mids(Wire):
    """Which m-line of the offer is what, by mid.

    The four sending ones may be absent on a receive-only device.
    """

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
    state: SlotState
    """``paused``: its publisher sends nothing. ``limited``: the receiver's line is too slow for it."""
    layer: Literal["", "q", "h", "f"] = ""
