//! The last whole keyframe of a layer: what a newcomer is shown at once, however old it is, until a fresh one comes.

use std::time::Instant;

use crate::packet::VideoPacket;

/// Packets of a keyframe that is kept; a larger one would take a newcomer's line for too long.
const MOST_PACKETS: usize = 160;

/// The last keyframe of one layer, and the one that is coming in.
#[derive(Debug, Default)]
pub(crate) struct Still {
    whole: Vec<VideoPacket>,
    coming: Vec<VideoPacket>,
}

impl Still {
    /// Keeps a packet, if it belongs to a keyframe.
    pub(crate) fn push(&mut self, packet: &VideoPacket) {
        if packet.starts_keyframe() {
            self.coming.clear();
        } else if self.coming.first().is_none_or(|first| first.media.timestamp != packet.media.timestamp) {
            return;
        }
        let sequence = packet.media.sequence;
        let place = self.coming.partition_point(|kept| kept.media.sequence < sequence);
        self.coming.insert(place, packet.clone());
        if self.coming.len() > MOST_PACKETS {
            self.coming.clear();
        } else if self.is_whole() {
            self.whole = std::mem::take(&mut self.coming);
        }
    }

    /// The packets of the last keyframe as if it had been captured now: a receiver relates timestamps to the time at which
    /// packets come, and would wait for the fresh keyframe as long as this one is old. Empty where there is none.
    pub(crate) fn as_of(&self, now: Instant) -> Vec<VideoPacket> {
        let mut packets = self.whole.clone();
        for packet in &mut packets {
            packet.media.captured = now;
            packet.media.arrived = now;
        }
        packets
    }

    /// A packet of the last keyframe.
    pub(crate) fn get(&self, sequence: u64) -> Option<&VideoPacket> {
        self.whole.iter().find(|packet| packet.media.sequence == sequence)
    }

    fn is_whole(&self) -> bool {
        let (Some(first), Some(last)) = (self.coming.first(), self.coming.last()) else { return false };
        let length = last.media.sequence - first.media.sequence + 1;
        first.starts_keyframe() && last.media.marker && length == self.coming.len() as u64
    }
}
