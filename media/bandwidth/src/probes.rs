//! Trying whether the line carries more: short bursts above the estimate, timed where they arrive.
//!
//! The draft leaves probing out. Numbers without a word are those of browsers' senders.

use std::time::Duration;

use crate::Bitrate;
use crate::history::Micros;

/// A probe lasts at least this long.
const LASTS: Duration = Duration::from_millis(15);
/// ... and has at least this many packets, of at least this size: an arrival time has a resolution of 250 us
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.5), and one queue on the way must not decide alone.
const LEAST_PACKETS: usize = 5;
const LEAST_SIZE: usize = 200;
/// The first probe goes this far above the guess, later ones this far above what is known.
const FIRST_STEP: f64 = 3.0;
const STEP: f64 = 2.0;
/// A probe that brought at least this share of its rate is followed by the next at once.
const GOES_ON: f64 = 0.7;
/// Share of its packets that must have arrived.
const LEAST_ARRIVED: f64 = 0.8;
/// What arrives this much faster than it was sent was held up and says nothing.
const MOST_COMPRESSED: f64 = 2.0;
/// Where less than this share of the sent rate arrives, the line was full...
const FULL: f64 = 0.9;
/// ... and this share of what came through may be used of it.
const USED: f64 = 0.95;
/// Between two probes while more is wanted than the estimate. Ours, somewhat shorter than the usual 5 s, so that a line
/// that has recovered is used within 10 s; at 0.4 Mbit/s it costs 4 kbit/s.
const EVERY: Micros = 3_000_000;
/// After the estimate went down: the queue has to drain first. Ours.
const AFTER_DROP: Micros = 1_000_000;
/// A probe that is not told of in this time is given up. Ours: four round trips of a slow line.
const GIVEN_UP: Micros = 1_000_000;
/// An estimate this close to the ceiling needs no probe. Ours.
const CLOSE: f64 = 0.95;
/// A ceiling this much above the one that counted last is a reason to probe at once, and one this much below counts
/// too. Ours: the ceiling comes from measured rates, which move by a tenth or two while the same is wanted.
const MUCH_MORE: f64 = 1.25;
const MUCH_LESS: f64 = 0.8;

/// A probe to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) id: u16,
    pub(crate) bitrate: Bitrate,
    pub(crate) bytes: usize,
    pub(crate) packets: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Side {
    first: Micros,
    last: Micros,
    bytes: u64,
    packets: u32,
    /// Size of the first packet (arrivals) or of the last one (departures): a span holds one packet less than there are.
    outside: u64,
}

#[derive(Debug, Clone)]
struct Cluster {
    plan: Plan,
    begun: Micros,
    sent: Side,
    arrived: Side,
    lost: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct Probes {
    running: Option<Cluster>,
    last_id: u16,
    next: Option<Micros>,
    ceiling: Bitrate,
    /// The ceiling when it last differed much from what it had been.
    counted: Bitrate,
    /// Rate of the next probe where the last one told it.
    follow: Option<Bitrate>,
    begun: u64,
    proven: bool,
}

impl Probes {
    pub(crate) fn new() -> Probes {
        Probes {
            running: None,
            last_id: 0,
            next: None,
            ceiling: Bitrate::ZERO,
            counted: Bitrate::ZERO,
            follow: None,
            begun: 0,
            proven: false,
        }
    }

    /// Probes begun since the start.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    pub(crate) fn next(&self) -> Option<Micros> {
        let given_up = self.running.as_ref().map(|cluster| cluster.begun + GIVEN_UP);
        given_up.or(self.next)
    }

    /// Probes go up to here. A much higher one is a reason to probe at once.
    pub(crate) fn set_ceiling(&mut self, now: Micros, ceiling: Bitrate, estimate: Bitrate) {
        let higher = ceiling > self.counted * MUCH_MORE;
        if higher || ceiling < self.counted * MUCH_LESS {
            self.counted = ceiling;
        }
        self.ceiling = ceiling;
        if !self.wanted(estimate) {
            self.next = None;
            self.follow = None;
        } else if higher && self.follow.is_none() {
            self.next = Some(now);
        } else {
            self.next.get_or_insert(now + EVERY);
        }
    }

    /// The estimate went down.
    pub(crate) fn dropped(&mut self, now: Micros) {
        self.follow = None;
        self.next = self.next.map(|_| now + AFTER_DROP);
    }

    /// The estimate changed without a probe.
    pub(crate) fn estimate_changed(&mut self, now: Micros, estimate: Bitrate) {
        if self.next.is_none() && self.running.is_none() && self.wanted(estimate) {
            self.next = Some(now + EVERY);
        }
    }

    /// Something new is to be learned, soon.
    pub(crate) fn hurry(&mut self, now: Micros) {
        self.next = Some(now);
    }

    /// The probe that is due; `may` tells whether the line is calm.
    pub(crate) fn poll(&mut self, now: Micros, estimate: Bitrate, may: bool) -> Option<Plan> {
        if let Some(cluster) = &self.running {
            if now < cluster.begun + GIVEN_UP {
                return None;
            }
            self.running = None;
            self.next.get_or_insert(now + EVERY);
        }
        if self.next.is_none_or(|next| next > now) {
            return None;
        }
        if !self.wanted(estimate) {
            self.next = None;
            return None;
        }
        self.next = Some(now + EVERY);
        if !may {
            self.follow = None;
            self.next = Some(now + AFTER_DROP / 4);
            return None;
        }
        let step = if self.proven { STEP } else { FIRST_STEP };
        let bitrate = self.follow.take().unwrap_or(estimate * step).min(self.ceiling);
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let bytes = usize::try_from(bitrate.bytes_in(LASTS)).unwrap_or(usize::MAX);
        let bytes = bytes.max(LEAST_PACKETS * LEAST_SIZE);
        let plan = Plan { id: self.last_id, bitrate, bytes, packets: LEAST_PACKETS };
        self.running = Some(Cluster { plan, begun: now, sent: Side::default(), arrived: Side::default(), lost: 0 });
        self.begun += 1;
        Some(plan)
    }

    pub(crate) fn sent(&mut self, id: u16, at: Micros, bytes: u16) {
        if let Some(cluster) = self.running.as_mut().filter(|cluster| cluster.plan.id == id) {
            cluster.sent.add(at, bytes);
            cluster.sent.outside = u64::from(bytes);
        }
    }

    pub(crate) fn arrived(&mut self, id: u16, at: Micros, bytes: u16) {
        if let Some(cluster) = self.running.as_mut().filter(|cluster| cluster.plan.id == id) {
            if cluster.arrived.packets == 0 || at < cluster.arrived.first {
                cluster.arrived.outside = u64::from(bytes);
            }
            cluster.arrived.add(at, bytes);
        }
    }

    pub(crate) fn lost(&mut self, id: u16) {
        if let Some(cluster) = self.running.as_mut().filter(|cluster| cluster.plan.id == id) {
            cluster.lost += 1;
        }
    }

    /// What had been told lost came late, and counts as arrived.
    pub(crate) fn recovered(&mut self, id: u16) {
        if let Some(cluster) = self.running.as_mut().filter(|cluster| cluster.plan.id == id) {
            cluster.lost = cluster.lost.saturating_sub(1);
        }
    }

    /// Forgets the running probe: the receiver's clock jumped.
    pub(crate) fn forget(&mut self) {
        if let Some(cluster) = &mut self.running {
            cluster.arrived = Side::default();
        }
    }

    /// What the running probe found, once all of it is told of.
    pub(crate) fn result(&mut self, now: Micros) -> Option<Bitrate> {
        let cluster = self.running.take_if(|cluster| cluster.told())?;
        self.next = Some(now + EVERY);
        let found = cluster.found()?;
        self.proven = true;
        if found >= cluster.plan.bitrate * GOES_ON && found < self.ceiling * CLOSE {
            self.follow = Some(found * STEP);
            self.next = Some(now);
        }
        Some(found)
    }

    fn wanted(&self, estimate: Bitrate) -> bool {
        estimate < self.ceiling * CLOSE
    }
}

impl Side {
    fn add(&mut self, at: Micros, bytes: u16) {
        (self.first, self.last) = if self.packets == 0 { (at, at) } else { (self.first.min(at), self.last.max(at)) };
        self.bytes += u64::from(bytes);
        self.packets += 1;
    }

    fn rate(&self) -> Option<Bitrate> {
        let span = u64::try_from(self.last - self.first).ok().filter(|span| *span > 0)?;
        Some(Bitrate::of(self.bytes - self.outside, Duration::from_micros(span)))
    }
}

impl Cluster {
    fn told(&self) -> bool {
        self.sent.bytes >= self.plan.bytes as u64
            && self.sent.packets as usize >= self.plan.packets
            && self.arrived.packets + self.lost >= self.sent.packets
    }

    fn found(&self) -> Option<Bitrate> {
        if f64::from(self.arrived.packets) < f64::from(self.sent.packets) * LEAST_ARRIVED {
            return None;
        }
        let sent = self.sent.rate()?;
        // What arrives all at once has come as fast as it left, as far as can be told.
        let arrived = self.arrived.rate().unwrap_or(sent);
        if arrived > sent * MOST_COMPRESSED {
            return None;
        }
        Some(if arrived < sent * FULL { arrived * USED } else { sent.min(arrived) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_told_lost_that_came_late_counts_once() {
        let mut probes = Probes::new();
        probes.set_ceiling(0, Bitrate::kbps(2000), Bitrate::kbps(500));
        let Some(plan) = probes.poll(0, Bitrate::kbps(500), true) else { panic!("more is wanted") };
        let bytes = u16::try_from(plan.bytes.div_ceil(plan.packets)).unwrap_or(u16::MAX);
        for at in 0..5 {
            probes.sent(plan.id, at * 3000, bytes);
        }
        probes.lost(plan.id);
        probes.recovered(plan.id);
        for at in 0..4 {
            probes.arrived(plan.id, at * 3000, bytes);
        }
        assert_eq!(probes.result(20_000), None, "one is not told of yet");
        probes.arrived(plan.id, 12_000, bytes);
        assert!(probes.result(20_000).is_some());
    }
}
