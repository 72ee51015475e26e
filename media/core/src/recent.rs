//! The packets of one layer since its last keyframe: so that a newcomer need not wait for the next one, and so that
//! packets that overtook the keyframe they belong to are not lost at a switch.

use std::time::{Duration, Instant};

use crate::packet::VideoPacket;

/// A slot that shows nothing yet catches up from a keyframe no older than this: a little more than the time in which no
/// second keyframe is asked for. Catching up from further back would cost the receiver more than a new keyframe does.
pub(crate) const FRESH: Duration = Duration::from_millis(600);
/// A slot that shows another layer does not step back by more than this: when a camera starts, its layers begin within
/// a few milliseconds of each other, and a second keyframe would be a waste.
pub(crate) const JUST_NOW: Duration = Duration::from_millis(100);
/// No more than this goes out at once to a newcomer: about 150 ms of a 5 Mbit/s line.
const MOST_BYTES: usize = 96 * 1024;
const MOST_PACKETS: usize = 160;

/// Recent packets of one layer, in order of sequence numbers.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    packets: Vec<VideoPacket>,
    bytes: usize,
    keyframe_arrived: Option<Instant>,
    /// More came since the keyframe than is kept.
    overflowed: bool,
}

impl Recent {
    /// Keeps a packet.
    pub(crate) fn push(&mut self, packet: &VideoPacket) {
        if packet.starts_keyframe() {
            self.start(packet);
        }
        if self.overflowed {
            // Without a keyframe to start from, the rest serves only those that overtake the next one.
            self.make_room();
        }
        let place = self.packets.partition_point(|kept| kept.media.sequence <= packet.media.sequence);
        self.packets.insert(place, packet.clone());
        self.bytes += packet.media.payload.len();
        if self.bytes > MOST_BYTES || self.packets.len() > MOST_PACKETS {
            self.overflowed = true;
            self.keyframe_arrived = None;
            self.make_room();
        }
    }

    /// Everything since a keyframe no older than `age`, beginning with it; empty where there is none.
    pub(crate) fn since_keyframe(&self, now: Instant, age: Duration) -> &[VideoPacket] {
        let fresh = self.keyframe_arrived.is_some_and(|at| now.saturating_duration_since(at) <= age);
        if fresh { &self.packets } else { &[] }
    }

    /// Packets already here that come after this keyframe's first packet: they overtook it.
    pub(crate) fn after(&self, sequence: u64) -> &[VideoPacket] {
        let first = self.packets.partition_point(|kept| kept.media.sequence <= sequence);
        &self.packets[first..]
    }

    fn start(&mut self, keyframe: &VideoPacket) {
        let first = self.packets.partition_point(|kept| kept.media.sequence < keyframe.media.sequence);
        self.packets.drain(..first);
        self.bytes = self.packets.iter().map(|kept| kept.media.payload.len()).sum();
        self.overflowed = false;
        self.keyframe_arrived = Some(keyframe.media.arrived);
    }

    /// Leaves the last few, many packets at once: to move up the others costs as much for one as for sixteen.
    fn make_room(&mut self) {
        const KEPT: usize = 16;
        if self.packets.len() >= 2 * KEPT {
            self.packets.drain(..self.packets.len() - KEPT);
            self.bytes = self.packets.iter().map(|kept| kept.media.payload.len()).sum();
        }
    }
}
