//! What a participant received, since the last reset.

use std::collections::{BTreeMap, HashSet};

use crate::clip::starts_keyframe;
use crate::control::{Peer, Received, Slot};
use crate::histogram::Histogram;
use crate::stamp::{self, Stamp};

/// How a participant came in.
pub struct Beginning {
    since_ns: u64,
    connected_ns: Option<u64>,
    picture_ns: Option<u64>,
}

impl Beginning {
    /// A join that began at `since_ns` of CLOCK_MONOTONIC.
    pub fn new(since_ns: u64) -> Beginning {
        Beginning { since_ns, connected_ns: None, picture_ns: None }
    }

    /// The line is up.
    pub fn connected(&mut self, now_ns: u64) {
        self.connected_ns.get_or_insert(now_ns);
    }

    /// A packet of a keyframe could be opened.
    pub fn picture(&mut self, now_ns: u64) {
        self.picture_ns.get_or_insert(now_ns);
    }

    /// Writes into a participant's figures.
    pub fn figures(&self, peer: &mut Peer) {
        let after = |at: Option<u64>| at.map(|at| at.saturating_sub(self.since_ns) as f64 / 1e6);
        (peer.connected_ms, peer.first_picture_ms) = (after(self.connected_ns), after(self.picture_ns));
    }
}

/// Time between arrivals.
#[derive(Default, Clone)]
struct Gaps {
    last_ns: u64,
    largest_ns: u64,
}

impl Gaps {
    fn arrival(&mut self, now_ns: u64) {
        self.largest_ns = self.until(now_ns);
        self.last_ns = now_ns;
    }

    fn until(&self, now_ns: u64) -> u64 {
        if self.last_ns == 0 { 0 } else { self.largest_ns.max(now_ns - self.last_ns) }
    }

    fn milliseconds(&self, now_ns: u64) -> f64 {
        self.until(now_ns) as f64 / 1e6
    }
}

/// One publication as one receiver gets it.
pub struct PublicationMeter {
    gaps: Gaps,
    delays: Histogram,
    /// Without those of keyframes.
    deltas: Histogram,
    packets: u64,
    bytes: u64,
    keyframes: u64,
    layers: BTreeMap<char, u64>,
}

impl PublicationMeter {
    pub fn new() -> PublicationMeter {
        PublicationMeter {
            gaps: Gaps::default(),
            delays: Histogram::new(),
            deltas: Histogram::new(),
            packets: 0,
            bytes: 0,
            keyframes: 0,
            layers: BTreeMap::new(),
        }
    }

    /// A packet that was opened.
    pub fn packet(&mut self, now_ns: u64, stamp: &Stamp, payload: &[u8]) {
        let delay = now_ns.saturating_sub(stamp.at_ns);
        self.delays.add(delay);
        if !stamp.key {
            self.deltas.add(delay);
        }
        self.keyframes += u64::from(!stamp.source.is_audio() && starts_keyframe(payload));
        self.unopened(now_ns, stamp.layer, payload.len());
    }

    /// A packet that is taken for one of these, with so many bytes of payload.
    pub fn unopened(&mut self, now_ns: u64, layer: char, bytes: usize) {
        self.gaps.arrival(now_ns);
        self.packets += 1;
        self.bytes += bytes as u64;
        if layer != stamp::NO_LAYER {
            *self.layers.entry(layer).or_default() += 1;
        }
    }

    /// Whether anything came.
    pub fn began(&self) -> bool {
        self.packets > 0
    }

    /// Adds this to a sum; the largest gap is the largest of all.
    pub fn merge_into(&self, sum: &mut PublicationMeter, now_ns: u64) {
        sum.gaps.largest_ns = sum.gaps.largest_ns.max(self.gaps.until(now_ns));
        sum.gaps.last_ns = now_ns;
        sum.delays.merge(&self.delays);
        sum.deltas.merge(&self.deltas);
        sum.packets += self.packets;
        sum.bytes += self.bytes;
        sum.keyframes += self.keyframes;
        for (&layer, count) in &self.layers {
            *sum.layers.entry(layer).or_default() += count;
        }
    }

    pub fn figures(&self, now_ns: u64) -> Received {
        Received {
            packets: self.packets,
            bytes: self.bytes,
            keyframes: self.keyframes,
            gap_ms: self.gaps.milliseconds(now_ns),
            delay_p50_ms: self.delays.quantile(0.5) as f64 / 1e6,
            delay_p99_ms: self.delays.quantile(0.99) as f64 / 1e6,
            delay_worst_ms: self.delays.worst() as f64 / 1e6,
            delta_p50_ms: self.deltas.quantile(0.5) as f64 / 1e6,
            delta_p99_ms: self.deltas.quantile(0.99) as f64 / 1e6,
            delta_worst_ms: self.deltas.worst() as f64 / 1e6,
            layers: self.layers.clone(),
        }
    }
}

/// One receive slot, stamped packets or not.
#[derive(Default)]
pub struct SlotMeter {
    gaps: Gaps,
    packets: u64,
    late: u64,
    highest: u64,
    /// Sequence numbers skipped over and not yet seen.
    missing: HashSet<u64>,
}

impl SlotMeter {
    /// Whether anything came.
    pub fn began(&self) -> bool {
        self.packets > 0
    }

    /// `seq` is the extended sequence number.
    pub fn packet(&mut self, now_ns: u64, seq: u64) {
        self.gaps.arrival(now_ns);
        if self.packets == 0 {
            self.highest = seq;
        } else if seq > self.highest {
            self.missing.extend(self.highest + 1..seq);
            self.highest = seq;
        } else {
            self.late += 1;
            self.missing.remove(&seq);
        }
        self.packets += 1;
    }

    pub fn figures(&self, now_ns: u64) -> Slot {
        Slot {
            packets: self.packets,
            lost: self.missing.len() as u64,
            late: self.late,
            gap_ms: self.gaps.milliseconds(now_ns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn losses_are_holes_that_nothing_filled() {
        let mut slot = SlotMeter::default();
        for (at, seq) in [(1, 10), (2, 11), (3, 14), (40, 13), (41, 15)] {
            slot.packet(at * MS, seq);
        }
        let figures = slot.figures(42 * MS);
        assert_eq!((figures.packets, figures.lost, figures.late, figures.gap_ms), (5, 1, 1, 37.0));
    }

    #[test]
    fn the_time_since_the_last_packet_counts_as_a_gap() {
        let mut slot = SlotMeter::default();
        assert_eq!(slot.figures(5 * MS).gap_ms, 0.0);
        slot.packet(10 * MS, 1);
        assert_eq!(slot.figures(250 * MS).gap_ms, 240.0);
    }
}
