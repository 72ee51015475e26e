//! The lines that go in and come out.

use std::collections::{BTreeMap, BTreeSet};

use echo_sys::monotonic_ns;
use serde::{Deserialize, Serialize};

/// What a participant can publish; the names are those of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Microphone,
    Camera,
    Screen,
    ScreenSound,
}

impl Source {
    pub fn is_audio(self) -> bool {
        matches!(self, Source::Microphone | Source::ScreenSound)
    }

    /// The name as the service writes it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Microphone => "microphone",
            Source::Camera => "camera",
            Source::Screen => "screen",
            Source::ScreenSound => "screen_sound",
        }
    }
}

/// One line of input.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Request {
    /// Makes a participant; answered by `offer`.
    Join {
        peer: String,
        /// Camera and screen layers: 1, or 3 as a browser sends them.
        #[serde(default = "one")]
        layers: usize,
        #[serde(default)]
        voices: usize,
        #[serde(default)]
        videos: usize,
        /// By ICE-TCP instead of UDP.
        #[serde(default)]
        tcp: bool,
        #[serde(flatten)]
        reading: Reading,
    },
    /// Makes a participant that offers to send `publish` and to receive so many streams, with nothing of our service about it;
    /// answered by `offer`.
    Offer {
        peer: String,
        #[serde(default)]
        publish: Vec<Source>,
        #[serde(default = "one")]
        layers: usize,
        #[serde(default)]
        voices: usize,
        #[serde(default)]
        videos: usize,
        #[serde(flatten)]
        reading: Reading,
    },
    /// Makes a participant that answers the other side's offer, or renegotiates with one that is there; answered by `answer`.
    Accept {
        peer: String,
        offer: String,
        /// What it will send, in the order of the m-lines of that kind which the other side wants to receive.
        #[serde(default)]
        publish: Vec<Source>,
        #[serde(flatten)]
        reading: Reading,
    },
    /// One more candidate of the other side (`candidate:...`). An empty one, which ends them, is taken too.
    Candidate { peer: String, candidate: String },
    /// Carries the answer back.
    Answer { peer: String, answer: String },
    /// Starts or stops a publication.
    Publish {
        peer: String,
        source: Source,
        #[serde(default = "yes")]
        on: bool,
        /// Audio level in dB below full scale, for voices.
        #[serde(default = "level")]
        level: i8,
    },
    /// Asks the publisher in a receive slot for a keyframe.
    Keyframe { peer: String, mid: String },
    /// Lets a light participant send what nobody should, so many datagrams a second beside its media; 0 ends it.
    Misbehave { peer: String, manner: Manner, per_second: u32 },
    /// Ends a participant: with a goodbye, or as if its line were cut.
    Leave {
        peer: String,
        #[serde(default)]
        silently: bool,
    },
    /// Answered by `report`: figures since the last `reset`.
    Report {
        #[serde(default = "yes")]
        detail: bool,
    },
    /// Sends a report every so many seconds from now on; 0 ends it.
    Watch { seconds: f64 },
    /// Sets all figures back.
    Reset,
}

/// How a participant misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// Noise from an address that nobody knows.
    Strangers,
    /// Noise from its own address.
    Garbage,
    /// Sealed packets, cut short.
    Truncated,
    /// Says that packets are missing which were never sent.
    Nacks,
    /// Asks for keyframes of everything.
    Keyframes,
    /// Tells of transport-wide numbers that were never sent.
    Feedback,
    /// Publishes with forty SSRCs and rids.
    Streams,
    /// Header extensions that are longer than the block they are in.
    Extensions,
    /// Leaps of sequence numbers and timestamps.
    Leaps,
    /// One packet over and over.
    Replays,
}

/// How a participant reads what it receives.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Reading {
    /// By header alone, with feedback of its own, so that hundreds fit a core.
    #[serde(default)]
    pub light: bool,
    /// Of a light participant: one packet in so many is opened for its stamp.
    #[serde(default = "sixteen")]
    pub sample: u32,
    /// When the join began (CLOCK_MONOTONIC, nanoseconds): what `first_picture_ms` counts from. Else the request's arrival here.
    #[serde(default)]
    pub since_ns: Option<u64>,
}

impl Reading {
    /// When the join began.
    pub fn since(self) -> u64 {
        self.since_ns.unwrap_or_else(monotonic_ns)
    }
}

fn one() -> usize {
    1
}

fn sixteen() -> u32 {
    16
}

fn yes() -> bool {
    true
}

fn level() -> i8 {
    20
}

/// Which m-line is what; the shape of the service's `Mids`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Mids {
    pub microphone: Option<String>,
    pub camera: Option<String>,
    pub screen: Option<String>,
    pub screen_sound: Option<String>,
    pub voices: Vec<String>,
    pub share_sound: Option<String>,
    pub videos: Vec<String>,
}

impl Mids {
    /// Whether no two m-lines have the same name.
    pub fn distinct(&self) -> bool {
        let sending = [&self.microphone, &self.camera, &self.screen, &self.screen_sound, &self.share_sound];
        let all: Vec<&String> = sending.into_iter().flatten().chain(&self.voices).chain(&self.videos).collect();
        all.iter().collect::<BTreeSet<_>>().len() == all.len()
    }
}

/// One line of output.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Notice {
    Offer {
        peer: String,
        offer: String,
        mids: Mids,
    },
    /// To an offer of the other side.
    Answer {
        peer: String,
        answer: String,
    },
    Connected {
        peer: String,
    },
    /// The other side is gone, or the transport failed.
    Closed {
        peer: String,
    },
    Error {
        message: String,
    },
    Report(Report),
}

/// Figures since the last reset.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub seconds: f64,
    pub total: Received,
    /// Packets missing in all slots together.
    pub lost: u64,
    /// Each participant's own figures.
    pub peers: BTreeMap<String, Peer>,
    pub sent: BTreeMap<String, Sent>,
    /// Receiver, then slot (mid).
    pub slots: BTreeMap<String, BTreeMap<String, Slot>>,
    /// Receiver, then publication (`publisher/source`), as the stamps in the packets say.
    pub from: BTreeMap<String, BTreeMap<String, Received>>,
}

/// What arrived of something.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Received {
    pub packets: u64,
    pub bytes: u64,
    pub keyframes: u64,
    /// Largest time between two packets, the time since the last one included.
    pub gap_ms: f64,
    /// From writing to reading; of stamped packets that were opened.
    pub delay_p50_ms: f64,
    pub delay_p99_ms: f64,
    pub delay_worst_ms: f64,
    /// The same without the packets of keyframes: a newcomer's first ones may have waited in a cache.
    pub delta_p50_ms: f64,
    pub delta_p99_ms: f64,
    pub delta_worst_ms: f64,
    /// Packets by layer, where there are layers.
    pub layers: BTreeMap<char, u64>,
}

/// One participant.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Peer {
    /// From the beginning of its join to the line being up; not set back.
    pub connected_ms: Option<f64>,
    /// From the beginning of its join to the first packet of a keyframe that could be opened; not set back.
    pub first_picture_ms: Option<f64>,
    pub packets: u64,
    pub lost: u64,
    pub late: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub worst_ms: f64,
    /// How packets are sealed; known of light participants.
    pub profile: Option<String>,
    /// Packets that were opened: what the delays are of.
    pub opened: u64,
    /// Packets that could not be opened.
    pub unopened: u64,
    /// Datagrams that did not fit the socket's buffer since the participant was made.
    pub overflowed: u64,
}

/// What arrived in a slot, by its own sequence numbers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Slot {
    pub packets: u64,
    pub lost: u64,
    /// Packets that the other side sent twice, or that arrived after a later one.
    pub late: u64,
    pub gap_ms: f64,
}

/// What a participant sent.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Sent {
    pub audio: u64,
    pub video: u64,
    pub keyframes: u64,
    pub keyframe_requests: u64,
}
