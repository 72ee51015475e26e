"""The protocol between the control process and a media node, and what the engine itself speaks.

One schema for three readers: control, the node process, and the Rust engine (``media/core``), which takes
``Command`` bodies and produces ``Event`` bodies as JSON of exactly these shapes. Times named ``boottime_ns``
are CLOCK_BOOTTIME of the node's kernel, in nanoseconds; an ``Anchor`` turns them into wall time.

Frames travel over one WebSocket, as JSON text. Control connects and sends ``claim``; the node answers with
``hello`` and ``snapshot``, then every event that control has not acknowledged, in order. A node keeps events
until they are acknowledged (of mere states, the newest). Commands are answered by ``reply`` with the same id.
A node that nobody claims for 60 s ends itself.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PROTOCOL = 1

Source = Literal["microphone", "camera", "screen", "screen_sound"]
PictureSource = Literal["camera", "screen"]
Layer = Literal["", "q", "h", "f"]


class Body(BaseModel):
    """Base of every shape here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mids(Body):
    """Which m-line of an offer is what."""

    microphone: str | None = None
    camera: str | None = None
    screen: str | None = None
    screen_sound: str | None = None
    voices: list[str] = []
    share_sound: str | None = None
    videos: list[str] = []


class WantedPicture(Body):
    """What a receiver's video slot is to carry, and how high it is shown there."""

    publisher: str
    source: PictureSource
    max_height: int


# --- commands --------------------------------------------------------------------------------------------


class OpenRoom(Body):
    """Makes a room, or changes nothing if it is there with the same options."""

    kind: Literal["open_room"] = "open_room"
    room: str
    max_peers: int
    echo_delay_ms: int | None = None
    """In a practice room: each peer also hears itself after this delay and may view its own camera."""


class CloseRoom(Body):
    """Ends a room and every peer in it (each gets its ``peer_closed``)."""

    kind: Literal["close_room"] = "close_room"
    room: str


class AddPeer(Body):
    """One join: an offer in, an answer out (``Answer``). The same peer id again replaces its transport."""

    kind: Literal["add_peer"] = "add_peer"
    room: str
    peer: str
    offer: str
    mids: Mids


class RemovePeer(Body):
    kind: Literal["remove_peer"] = "remove_peer"
    peer: str


class SetMuted(Body):
    """Holds back a publication at the server, whatever the client sends."""

    kind: Literal["set_muted"] = "set_muted"
    peer: str
    source: Source
    muted: bool


class SetPictures(Body):
    """What each video slot of a receiver carries, by slot index; null frees a slot."""

    kind: Literal["set_pictures"] = "set_pictures"
    peer: str
    pictures: list[WantedPicture | None]


Command = Annotated[
    OpenRoom | CloseRoom | AddPeer | RemovePeer | SetMuted | SetPictures, Field(discriminator="kind")
]


class Answer(Body):
    """Result of ``AddPeer``: the SDP answer and how many slots the engine took from the offer."""

    answer: str
    voices: int
    videos: int


# --- events ----------------------------------------------------------------------------------------------


class PeerConnected(Body):
    """DTLS is up: the peer's first authenticated packet."""

    kind: Literal["peer_connected"] = "peer_connected"
    room: str
    peer: str
    generation: int
    """Counts the transports of this peer id, from 1."""
    boottime_ns: int


class PeersSeen(Body):
    """Last authenticated packet of every connected peer of a room; at most one a second, latest wins."""

    kind: Literal["peers_seen"] = "peers_seen"
    room: str
    seen: dict[str, int]
    """Peer to boottime_ns."""


class PeerClosed(Body):
    """The peer is gone, or its transport was replaced (``reason`` "replaced")."""

    kind: Literal["peer_closed"] = "peer_closed"
    room: str
    peer: str
    generation: int
    reason: Literal[
        "removed", "room_closed", "closed_by_peer", "timed_out", "never_connected", "failed", "replaced"
    ]
    boottime_ns: int
    """Last authenticated packet; 0 where there was none."""


class PeerAway(Body):
    """No packet of a transport came for longer than an absence may be, and then one did. Told by the node's
    process, before the ``peers_seen`` with that packet."""

    kind: Literal["peer_away"] = "peer_away"
    room: str
    peer: str
    since_ns: int
    """Last authenticated packet before."""
    boottime_ns: int
    """First one after, or an early one."""


class PublicationFlow(Body):
    """Packets of a publication began to arrive, or none came for a second."""

    kind: Literal["publication_flow"] = "publication_flow"
    room: str
    peer: str
    source: Source
    flowing: bool


class VoiceSlots(Body):
    """Whose voice each audio slot of a receiver carries now."""

    kind: Literal["voice_slots"] = "voice_slots"
    room: str
    peer: str
    voices: list[str | None]
    share_sound: str | None


class PictureSlot(Body):
    """What a receiver's video slot does now."""

    kind: Literal["picture_slot"] = "picture_slot"
    room: str
    peer: str
    slot: int
    publisher: str
    source: PictureSource
    state: Literal["starting", "live", "paused", "limited"]
    """``limited``: paused since the receiver's line is too narrow for it; sound goes on."""
    layer: Layer


class SpeakersNow(Body):
    """Who speaks, loudest first; sent on change, at most five a second."""

    kind: Literal["speakers"] = "speakers"
    room: str
    dominant: str | None
    speaking: list[str]


Event = Annotated[
    PeerConnected
    | PeersSeen
    | PeerClosed
    | PeerAway
    | PublicationFlow
    | VoiceSlots
    | PictureSlot
    | SpeakersNow,
    Field(discriminator="kind"),
]

# --- snapshot --------------------------------------------------------------------------------------------


class PeerState(Body):
    """One peer as the engine holds it."""

    peer: str
    generation: int
    connected: bool
    boottime_ns: int
    """Last authenticated packet; 0 where there was none."""
    flowing: list[Source]
    muted: list[Source]
    voices: list[str | None]
    share_sound: str | None
    pictures: list[PictureSlot | None]
    estimate_bps: int | None = None
    """Bits a second that the line to it is believed to carry, where that is estimated."""


class RoomState(Body):
    room: str
    max_peers: int
    echo_delay_ms: int | None
    peers: list[PeerState]


# --- frames ----------------------------------------------------------------------------------------------


class Anchor(Body):
    """Wall time and boot time of one instant on the node."""

    boot_id: str
    boottime_ns: int
    wall_ns: int


class Claim(Body):
    """First frame of control. ``acknowledged`` counts only where ``incarnation`` is the node's own."""

    type: Literal["claim"] = "claim"
    protocol: int = PROTOCOL
    secret: str
    control: str
    incarnation: str | None = None
    acknowledged: int = 0


class NodeHello(Body):
    """First frame of the node."""

    type: Literal["hello"] = "hello"
    protocol: int = PROTOCOL
    incarnation: str
    anchor: Anchor


class Snapshot(Body):
    """Everything the engine holds, as of event number ``seq``."""

    type: Literal["snapshot"] = "snapshot"
    seq: int
    waiting: int = 0
    """So many events, up to that number, are not acknowledged and follow."""
    rooms: list[RoomState]


class CommandFrame(Body):
    type: Literal["command"] = "command"
    id: int
    command: Command


class Reply(Body):
    """``error`` is a sentence for the person who joins; ``code`` says whose fault it is."""

    type: Literal["reply"] = "reply"
    id: int
    ok: bool
    answer: Answer | None = None
    code: Literal["", "bad_offer", "no_room", "room_full", "no_peer", "internal"] = ""
    error: str = ""


class EventFrame(Body):
    type: Literal["event"] = "event"
    seq: int
    event: Event


class Acknowledge(Body):
    """Control has durably dealt with every event up to and including ``seq``."""

    type: Literal["ack"] = "ack"
    seq: int


class Bye(Body):
    """The node is about to end, and why."""

    type: Literal["bye"] = "bye"
    reason: str


ControlFrame = Annotated[Claim | CommandFrame | Acknowledge, Field(discriminator="type")]
NodeFrame = Annotated[NodeHello | Snapshot | Reply | EventFrame | Bye, Field(discriminator="type")]

commands: TypeAdapter[Command] = TypeAdapter(Command)
events: TypeAdapter[Event] = TypeAdapter(Event)
control_frames: TypeAdapter[ControlFrame] = TypeAdapter(ControlFrame)
node_frames: TypeAdapter[NodeFrame] = TypeAdapter(NodeFrame)
