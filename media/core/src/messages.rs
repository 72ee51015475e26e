//! The JSON that crosses between the engine and its owner: exactly the shapes of `echo_session/media/protocol.py`.
//!
//! Times named `boottime_ns` are `CLOCK_BOOTTIME` in nanoseconds, mapped from the engine's `Instant`s by the pair
//! of [`CoreConfig`](crate::CoreConfig).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a participant publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person's voice.
    Microphone,
    /// The person's picture.
    Camera,
    /// A shared screen.
    Screen,
    /// The sound of a shared screen.
    ScreenSound,
}

impl Source {
    /// Every source, in the order in which they are reported.
    pub const ALL: [Source; 4] = [Source::Microphone, Source::Camera, Source::Screen, Source::ScreenSound];

    /// Whether packets of this source are sound.
    pub fn is_audio(self) -> bool {
        matches!(self, Source::Microphone | Source::ScreenSound)
    }
}

/// What a video slot can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureSource {
    /// The person's picture.
    Camera,
    /// A shared screen.
    Screen,
}

impl From<PictureSource> for Source {
    fn from(source: PictureSource) -> Source {
        match source {
            PictureSource::Camera => Source::Camera,
            PictureSource::Screen => Source::Screen,
        }
    }
}

/// A simulcast layer by its rid; the ordering is by height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// No layer at all: nothing flows.
    #[serde(rename = "")]
    None,
    /// A quarter of the height.
    Q,
    /// Half the height.
    H,
    /// The full height; also the one layer of a publication without simulcast.
    F,
}

/// Which m-line of an offer is what, by mid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mids {
    /// Voice, sent by the client.
    pub microphone: Option<String>,
    /// Picture, sent by the client, with up to three rids.
    pub camera: Option<String>,
    /// Shared screen, sent by the client.
    pub screen: Option<String>,
    /// Sound of the shared screen, sent by the client.
    pub screen_sound: Option<String>,
    /// Voice slots of the receiver.
    pub voices: Vec<String>,
    /// Slot for the sound of a shared screen.
    pub share_sound: Option<String>,
    /// Video slots of the receiver.
    pub videos: Vec<String>,
}

/// What a receiver's video slot is to carry, and how high it is shown there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedPicture {
    /// Peer whose picture is wanted.
    pub publisher: String,
    /// Camera or screen.
    pub source: PictureSource,
    /// Height in pixels at which the receiver shows it.
    pub max_height: u32,
}

/// Makes a room, or changes its options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRoom {
    /// Room id.
    pub room: String,
    /// How many peers the room takes.
    pub max_peers: usize,
    /// In a practice room: each peer hears itself after this many milliseconds and may view its own camera.
    #[serde(default)]
    pub echo_delay_ms: Option<u64>,
}

/// Ends a room and every peer in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseRoom {
    /// Room id.
    pub room: String,
}

/// One join. The same peer id again replaces its transport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPeer {
    /// Room id.
    pub room: String,
    /// Peer id, unique over all rooms.
    pub peer: String,
    /// The SDP offer.
    pub offer: String,
    /// What each m-line of the offer is.
    pub mids: Mids,
}

/// Ends a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovePeer {
    /// Peer id.
    pub peer: String,
}

/// Holds back a publication at the server, whatever the client sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMuted {
    /// Publisher.
    pub peer: String,
    /// Which of its publications.
    pub source: Source,
    /// Held back or let through.
    pub muted: bool,
}

/// What each video slot of a receiver carries, by slot index; `None` frees a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPictures {
    /// Receiver.
    pub peer: String,
    /// Wishes by slot index; slots beyond the list are freed.
    pub pictures: Vec<Option<WantedPicture>>,
}

/// Everything the owner may ask of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Command {
    /// See [`OpenRoom`].
    OpenRoom(OpenRoom),
    /// See [`CloseRoom`].
    CloseRoom(CloseRoom),
    /// See [`AddPeer`]; goes through [`Factory::prepare`](crate::Factory::prepare), never to a core directly.
    AddPeer(AddPeer),
    /// See [`RemovePeer`].
    RemovePeer(RemovePeer),
    /// See [`SetMuted`].
    SetMuted(SetMuted),
    /// See [`SetPictures`].
    SetPictures(SetPictures),
}

/// Result of [`AddPeer`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The SDP answer.
    pub answer: String,
    /// Voice slots taken from the offer.
    pub voices: usize,
    /// Video slots taken from the offer.
    pub videos: usize,
}

/// Why a peer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// By [`RemovePeer`].
    Removed,
    /// By [`CloseRoom`].
    RoomClosed,
    /// The client said goodbye (DTLS `close_notify`).
    ClosedByPeer,
    /// Nothing authenticated came any more.
    TimedOut,
    /// Its connection was never established.
    NeverConnected,
    /// Its work failed in the engine.
    Failed,
    /// A newer transport of the same peer id took over.
    Replaced,
}

/// State of a receiver's video slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureState {
    /// Waiting for a first keyframe.
    Starting,
    /// Packets are being forwarded.
    Live,
    /// The publication does not flow, is muted, or is gone.
    Paused,
    /// Paused since the receiver's line is too narrow for it.
    Limited,
}

/// DTLS is up: the peer's first authenticated packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerConnected {
    /// Room id.
    pub room: String,
    /// Peer id.
    pub peer: String,
    /// Counts the transports of this peer id, from 1.
    pub generation: u32,
    /// When.
    pub boottime_ns: u64,
}

/// Last authenticated packet of every connected peer of a room; at most one a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeersSeen {
    /// Room id.
    pub room: String,
    /// Peer to `boottime_ns`.
    pub seen: BTreeMap<String, u64>,
}

/// The peer is gone, or its transport was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerClosed {
    /// Room id.
    pub room: String,
    /// Peer id.
    pub peer: String,
    /// Which transport of this peer id.
    pub generation: u32,
    /// Why.
    pub reason: CloseReason,
    /// Last authenticated packet; 0 where there was none.
    pub boottime_ns: u64,
}

/// Packets of a publication began to arrive, or none came for a second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationFlow {
    /// Room id.
    pub room: String,
    /// Publisher.
    pub peer: String,
    /// Which of its publications.
    pub source: Source,
    /// Whether packets arrive.
    pub flowing: bool,
}

/// Whose voice each audio slot of a receiver carries now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceSlots {
    /// Room id.
    pub room: String,
    /// Receiver.
    pub peer: String,
    /// Publisher by slot index.
    pub voices: Vec<Option<String>>,
    /// Publisher of the shared sound.
    pub share_sound: Option<String>,
}

/// What a receiver's video slot does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureSlot {
    /// Room id.
    pub room: String,
    /// Receiver.
    pub peer: String,
    /// Slot index.
    pub slot: usize,
    /// Publisher.
    pub publisher: String,
    /// Camera or screen.
    pub source: PictureSource,
    /// What the slot does.
    pub state: PictureState,
    /// Layer on the wire.
    pub layer: Layer,
}

/// Who speaks, loudest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeakersNow {
    /// Room id.
    pub room: String,
    /// Dominant speaker.
    pub dominant: Option<String>,
    /// Everybody who speaks, loudest first.
    pub speaking: Vec<String>,
}

/// Everything the engine tells its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// See [`PeerConnected`].
    PeerConnected(PeerConnected),
    /// See [`PeersSeen`].
    PeersSeen(PeersSeen),
    /// See [`PeerClosed`].
    PeerClosed(PeerClosed),
    /// See [`PublicationFlow`].
    PublicationFlow(PublicationFlow),
    /// See [`VoiceSlots`].
    VoiceSlots(VoiceSlots),
    /// See [`PictureSlot`].
    PictureSlot(PictureSlot),
    /// See [`SpeakersNow`].
    Speakers(SpeakersNow),
}

/// One peer as the engine holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerState {
    /// Peer id.
    pub peer: String,
    /// Which transport of this peer id.
    pub generation: u32,
    /// Whether DTLS is up.
    pub connected: bool,
    /// Last authenticated packet; 0 where there was none.
    pub boottime_ns: u64,
    /// Publications whose packets arrive.
    pub flowing: Vec<Source>,
    /// Publications held back at the server.
    pub muted: Vec<Source>,
    /// Publisher by voice slot.
    pub voices: Vec<Option<String>>,
    /// Publisher of the shared sound.
    pub share_sound: Option<String>,
    /// Video slots.
    pub pictures: Vec<Option<PictureSlot>>,
    /// Bits a second that the line to it is believed to carry; none where that is not estimated.
    pub estimate_bps: Option<u64>,
}

/// One room as the engine holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomState {
    /// Room id.
    pub room: String,
    /// How many peers the room takes.
    pub max_peers: usize,
    /// Practice echo, in milliseconds.
    pub echo_delay_ms: Option<u64>,
    /// Its peers.
    pub peers: Vec<PeerState>,
}
