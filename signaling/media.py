"""What signaling needs from the media engine: commands out, events in. Peer ids are participant ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from signaling.messages import Mids, PictureSource, SlotState, Source
from signaling.moment import Moment

Layer = Literal["", "q", "h", "f"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The SDP answer, and how many slots of the offer the engine serves."""

    sdp: str
    voices: int
    videos: int


@dataclass(frozen=True, slots=True)
class WantedPicture:
    """What a video slot is to carry."""

    publisher: str
    source: PictureSource
    max_height: int


class Media(Protocol):
    """The engine. Every method raises ``Refused`` with OFFER_REFUSED, ROOM_FULL or MEDIA_UNAVAILABLE.

    Commands about one peer are issued in order, one at a time; those about different peers run at once.
    """

    async def open_room(self, room_id: str, *, max_peers: int, echo_delay_ms: int | None) -> None:
        """Makes the room; changes nothing where it is there already."""

    async def close_room(self, room_id: str) -> None:
        """Ends the room with its peers; an unknown room is no error."""

    async def add_peer(self, room_id: str, peer: str, offer: str, mids: Mids) -> Answer:
        """Answers an offer; a peer that is there already gets a new transport."""

    async def remove_peer(self, peer: str) -> None:
        """Ends a peer; an unknown one is no error."""

    async def set_muted(self, peer: str, source: Source, muted: bool) -> None:
        """Holds back a publication, whatever the client sends."""

    async def set_pictures(self, peer: str, pictures: Sequence[WantedPicture | None]) -> None:
        """What each video slot of a receiver carries, by index."""


# --- events, in the order in which the engine made them ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeerConnected:
    """The first authenticated packet of a transport; ``generation`` counts the peer's transports from 1."""

    room_id: str
    peer: str
    generation: int
    at: Moment


@dataclass(frozen=True, slots=True)
class PeersSeen:
    """The last authenticated packet of each connected peer."""

    room_id: str
    seen: Mapping[str, Moment]


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """A transport ended; ``at`` is its last authenticated packet, None where there was none."""

    room_id: str
    peer: str
    generation: int
    reason: Literal[
        "removed", "room_closed", "closed_by_peer", "timed_out", "never_connected", "failed", "replaced"
    ]
    at: Moment | None


@dataclass(frozen=True, slots=True)
class PeerAway:
    """Of a transport that goes on, no packet came after ``since`` for longer than an absence may be, up to
    ``at``. Comes before the ``PeersSeen`` with that packet."""

    room_id: str
    peer: str
    since: Moment
    at: Moment


@dataclass(frozen=True, slots=True)
class PublicationFlow:
    """Packets of a publication began to arrive, or stopped."""

    room_id: str
    peer: str
    source: Source
    flowing: bool


@dataclass(frozen=True, slots=True)
class VoiceSlots:
    """Whose voice each audio slot of a receiver carries."""

    room_id: str
    peer: str
    voices: tuple[str | None, ...]
    share_sound: str | None


@dataclass(frozen=True, slots=True)
class PictureSlot:
    """What a video slot of a receiver does."""

    room_id: str
    peer: str
    slot: int
    publisher: str
    source: PictureSource
    state: SlotState
    layer: Layer


@dataclass(frozen=True, slots=True)
class SpeakersNow:
    """Who speaks, loudest first."""

    room_id: str
    dominant: str | None
    speaking: tuple[str, ...]


MediaEvent = (
    PeerConnected
    | PeersSeen
    | PeerAway
    | PeerClosed
    | PublicationFlow
    | VoiceSlots
    | PictureSlot
    | SpeakersNow
)


# --- snapshot --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeerSnapshot:
    """One peer as the engine holds it."""

    peer: str
    generation: int
    connected: bool
    seen: Moment | None
    flowing: frozenset[Source]
    muted: frozenset[Source]
    voices: tuple[str | None, ...]
    share_sound: str | None
    pictures: tuple[PictureSlot | None, ...]


@dataclass(frozen=True, slots=True)
class RoomSnapshot:
    """One room as the engine holds it."""

    room_id: str
    peers: tuple[PeerSnapshot, ...]
