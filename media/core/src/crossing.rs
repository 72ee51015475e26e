//! What crosses from the core of one worker to that of another where a room is on both.
//!
//! The owner carries crossings from [`Core::take_crossings`](crate::Core::take_crossings) to
//! [`Core::take_in`](crate::Core::take_in) and keeps those of one core to another in their order. Packets may get lost on the
//! way, [`Freight::State`] must not.

use std::sync::Arc;

use crate::arena::Key;
use crate::ghost::{LayerSet, Remote};
use crate::layers::{LayerView, MOST_LAYERS};
use crate::messages::Source;
use crate::packet::{MediaPacket, VideoPacket};
use crate::peer::Origin;

/// So many workers may share rooms: what a [`WorkerSet`] holds.
pub const MOST_WORKERS: u16 = 64;

/// A set of workers, by index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct WorkerSet(u64);

impl WorkerSet {
    pub(crate) fn only(worker: u16) -> WorkerSet {
        WorkerSet(bit(worker))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn has(self, worker: u16) -> bool {
        self.0 & bit(worker) != 0
    }

    pub(crate) fn add(&mut self, worker: u16) {
        self.0 |= bit(worker);
    }

    pub(crate) fn remove(&mut self, worker: u16) {
        self.0 &= !bit(worker);
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u16> {
        (0..MOST_WORKERS).filter(move |worker| self.has(*worker))
    }
}

fn bit(worker: u16) -> u64 {
    1u64.checked_shl(u32::from(worker)).unwrap_or(0)
}

/// What a crossing is worth where there is no room for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freight {
    /// Must arrive.
    State,
    /// A packet of sound.
    Sound,
    /// A packet of a picture: the first to be left behind.
    Picture,
}

/// Something that one core has to tell another one.
#[derive(Debug, Clone)]
pub struct Crossing(pub(crate) Kind);

impl Crossing {
    /// To be told, in the name of a worker, to all others when its core was replaced: whatever it told before counts no more.
    pub fn replaced() -> Crossing {
        Crossing(Kind::Replaced)
    }

    /// What it is worth.
    pub fn freight(&self) -> Freight {
        match self.0 {
            // The first packet of a new stream also tells that it is one.
            Kind::Picture { anew: false, .. } => Freight::Picture,
            Kind::Sound { .. } => Freight::Sound,
            _ => Freight::State,
        }
    }
}

/// How a publication with pictures stands, as far as its own worker has to tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) muted: bool,
    pub(crate) flowing: bool,
    pub(crate) layers: [Option<LayerView>; MOST_LAYERS],
}

/// What is told.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// The sender takes part in a room from now on, and has nobody in it yet as far as the receiver is concerned. With `answer`
    /// it does not know who else takes part.
    Awake { room: Arc<str>, answer: bool },
    /// The sender takes part no more.
    Asleep { room: Arc<str> },
    /// The sender's core is a new one.
    Replaced,
    /// A peer came.
    Came { peer: Remote, room: Arc<str>, id: Arc<str>, sources: Vec<Source> },
    /// A peer left.
    Left { peer: Remote },
    /// When the sender's peers of a room were last heard, on the clock of events; to the room's home.
    Seen { room: Arc<str>, seen: Vec<(Key, u64)> },
    /// How a publication with pictures stands.
    Stands { peer: Remote, source: Source, standing: Standing },
    /// A publication of sound is held back or stopped.
    Silent { peer: Remote, source: Source },
    /// A layer goes on as another stream, of which no packet could be read yet.
    Anew { peer: Remote, origin: Origin },
    /// A packet of sound.
    Sound { peer: Remote, source: Source, packet: MediaPacket },
    /// A packet of a layer. With `anew` it is the first of another stream.
    Picture { peer: Remote, origin: Origin, anew: bool, packet: VideoPacket },
    /// What is kept of a layer that was not wanted before: all since a fresh keyframe, or an old keyframe alone.
    Kept { peer: Remote, origin: Origin, still: bool, packets: Vec<VideoPacket> },
    /// To the worker of a publisher: layers that are wanted by the sender's receivers. A layer that was not wanted before is to
    /// begin with a keyframe; for those of `steps` with one of just now, since somebody is shown a later picture already.
    Wanted { peer: Remote, source: Source, layers: LayerSet, steps: LayerSet },
    /// To the worker of a publisher: somebody wants a keyframe; with `waits` somebody is shown nothing new until it comes.
    KeyframeWanted { peer: Remote, origin: Origin, waits: bool },
}
