//! What was sent of late: the packets of a layer, kept once for all who receive it, and for each slot the way from its own
//! numbers back to theirs.
//!
//! Between two switches that way is a constant distance, so a slot keeps one entry a switch, not one a packet.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::arena::Key;
use crate::messages::{Layer, Source};
use crate::packet::VideoPacket;
use crate::rewrite::Shift;
use crate::vp8::PictureShift;

/// A packet that was not asked for again by then no longer will be: receivers wait no longer for a picture.
const AGE: Duration = Duration::from_secs(2);
const MOST_PACKETS: usize = 1024;
/// Packets that are forgotten at once: what is old has left the processor's cache, and to look for one costs as much as for some.
const AT_ONCE: u8 = 16;
/// Switches of a slot that are remembered.
const MOST_SPANS: usize = 8;

/// Packets of one layer, in order of sequence numbers, for retransmission to any of its receivers.
#[derive(Debug, Default)]
pub(crate) struct History {
    packets: VecDeque<VideoPacket>,
    /// Packets kept since old ones were forgotten.
    since: u8,
}

impl History {
    /// Keeps a packet, and forgets what is old.
    pub(crate) fn push(&mut self, packet: &VideoPacket) {
        self.since += 1;
        if self.since >= AT_ONCE {
            self.forget_old(packet.media.arrived);
        }
        if self.packets.len() >= MOST_PACKETS {
            self.packets.pop_front();
        }
        let sequence = packet.media.sequence;
        if self.packets.back().is_some_and(|last| last.media.sequence > sequence + MOST_PACKETS as u64) {
            // The publisher began anew; what came before belongs to no one's holes.
            self.packets.clear();
        }
        let place = match self.packets.back() {
            Some(last) if last.media.sequence >= sequence => self.first_from(sequence),
            _ => self.packets.len(),
        };
        self.packets.insert(place, packet.clone());
    }

    /// Forgets what is old by now.
    pub(crate) fn forget_old(&mut self, now: Instant) {
        self.since = 0;
        let old = |kept: &VideoPacket| now.saturating_duration_since(kept.media.arrived) > AGE;
        while self.packets.front().is_some_and(old) {
            self.packets.pop_front();
        }
    }

    /// The packet with this sequence number.
    pub(crate) fn get(&self, sequence: u64) -> Option<&VideoPacket> {
        self.packets.get(self.first_from(sequence)).filter(|packet| packet.media.sequence == sequence)
    }

    fn first_from(&self, sequence: u64) -> usize {
        self.packets.partition_point(|kept| kept.media.sequence < sequence)
    }
}

/// What a slot carried from one sequence number on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) publisher: Key,
    pub(crate) source: Source,
    pub(crate) layer: Layer,
    pub(crate) shift: Shift,
    pub(crate) pictures: PictureShift,
}

/// The last switches of a slot, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    spans: VecDeque<Span>,
}

impl Spans {
    /// Takes note of what the slot carries now.
    pub(crate) fn note(&mut self, span: Span) {
        if self.spans.len() == MOST_SPANS {
            self.spans.pop_front();
        }
        self.spans.push_back(span);
    }

    /// What the slot carried at one of its own sequence numbers, and the publication's number of it.
    pub(crate) fn find(&self, sequence: u64) -> Option<(Span, u64)> {
        let span = self.spans.iter().rev().find(|span| span.shift.begin <= sequence)?;
        Some((*span, span.shift.back(sequence)?))
    }
}
