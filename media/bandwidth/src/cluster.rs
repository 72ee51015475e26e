//! One probe under way: what was sent, what came of it and how fast.
//!
//! A shaper lets a bucket of bytes pass as fast as they come before it holds them to its rate. So the beginning of a
//! probe says nothing; what counts is whether its end waited longer than its beginning, and how fast the end came.

use std::time::Duration;

use crate::Bitrate;
use crate::history::Micros;

/// Parts of equal size in which a probe is looked at, in the order of arrival.
const PARTS: usize = 4;
/// Share of its packets that must have arrived for a probe to say that the line carries more.
const LEAST_ARRIVED: f64 = 0.9;
/// ... and to say anything.
const LEAST_TOLD: f64 = 0.5;
/// What left last waited this much longer than what left first: a queue has grown. Ours, several times the resolution
/// of arrival times (250 us: draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1.5).
const GROWN: Micros = 5000;
/// ... or by this share of the time the probe took, so that not all of what was sent came in the same time; but no more than
/// this, for the rest may have come out of the bucket.
const SHORTFALL: i64 = 20;
const MOST_GROWN: Micros = 20_000;
/// A queue that has grown by this much has said it all; more would only keep sound waiting. Ours: half of what a
/// browser's jitter buffer holds.
const ENOUGH: Micros = 60_000;
/// ... which so many packets in a row must show.
const MOST_LATE: u32 = 3;
/// Where this share of its rate came through to the end, the delay has grown by chance.
const ALL: f64 = 0.95;
/// This share of what came through a full line may be used of it. As browsers' senders have it.
const USED: f64 = 0.95;

/// A probe to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) id: u16,
    pub(crate) bitrate: Bitrate,
    pub(crate) bytes: usize,
    pub(crate) packets: usize,
}

/// What a probe has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// The line carries at least this.
    AtLeast(Bitrate),
    /// The line carries this and no more.
    Full(Bitrate),
}

#[derive(Debug, Clone, Copy)]
struct Part {
    least_delay: Micros,
    first: Micros,
    last: Micros,
    bytes: u64,
    /// Bytes of the packet that arrived first: a span holds one packet less than there are.
    outside: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    pub(crate) plan: Plan,
    pub(crate) begun: Micros,
    first_sent: Option<Micros>,
    last_sent: Micros,
    sent: u64,
    sent_packets: u32,
    arrived: u64,
    arrived_packets: u32,
    lost: u32,
    parts: [Option<Part>; PARTS],
    /// Arrivals in a row that waited too long.
    late: u32,
    /// Nothing more of it is to be sent.
    ended: bool,
    /// ... since a queue has grown.
    cut_short: bool,
}

impl Cluster {
    pub(crate) fn new(plan: Plan, begun: Micros) -> Cluster {
        Cluster {
            plan,
            begun,
            first_sent: None,
            last_sent: begun,
            sent: 0,
            sent_packets: 0,
            arrived: 0,
            arrived_packets: 0,
            lost: 0,
            parts: [None; PARTS],
            late: 0,
            ended: false,
            cut_short: false,
        }
    }

    /// How long it was to take.
    pub(crate) fn lasts(&self) -> Micros {
        i64::try_from(self.plan.bitrate.time_for(self.plan.bytes as u64).as_micros()).unwrap_or(0).max(1)
    }

    /// How long it took.
    pub(crate) fn took(&self) -> Micros {
        self.last_sent - self.begun
    }

    pub(crate) fn sent(&mut self, at: Micros, bytes: u16) {
        self.first_sent.get_or_insert(at);
        self.last_sent = at;
        self.sent += u64::from(bytes);
        self.sent_packets += 1;
        self.ended |= self.sent >= self.plan.bytes as u64 && self.sent_packets as usize >= self.plan.packets;
    }

    pub(crate) fn arrived(&mut self, sent: Micros, at: Micros, bytes: u16) {
        self.arrived_packets += 1;
        let (delay, bytes) = (at - sent, u64::from(bytes));
        let place = (self.arrived as usize * PARTS / self.plan.bytes.max(1)).min(PARTS - 1);
        self.arrived += bytes;
        let part =
            self.parts[place].get_or_insert(Part { least_delay: delay, first: at, last: at, bytes: 0, outside: bytes });
        part.least_delay = part.least_delay.min(delay);
        if at < part.first {
            (part.first, part.outside) = (at, bytes);
        }
        part.last = part.last.max(at);
        part.bytes += bytes;
        let first = self.parts[0].map_or(delay, |part| part.least_delay);
        self.late = if delay - first > ENOUGH { self.late + 1 } else { 0 };
    }

    pub(crate) fn lost(&mut self) {
        self.lost += 1;
    }

    pub(crate) fn recovered(&mut self) {
        self.lost = self.lost.saturating_sub(1);
    }

    /// Forgets what arrived, and that it was to be more.
    pub(crate) fn forget(&mut self) {
        self.parts = [None; PARTS];
    }

    /// Whether more of it is to be sent.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.ended
    }

    /// Ends it where a queue has grown long enough, or overflows: the rest would tell nothing new.
    pub(crate) fn judge(&mut self) {
        let lost = f64::from(self.lost) > f64::from(self.sent_packets) * (1.0 - LEAST_ARRIVED) + 1.0;
        self.cut_short |= !self.ended && (lost || self.late >= MOST_LATE);
        self.ended |= self.cut_short;
    }

    /// Whether all that was sent of it is told of.
    pub(crate) fn told(&self) -> bool {
        self.ended && self.arrived_packets + self.lost >= self.sent_packets
    }

    /// By how much the delay has grown from its beginning to its end.
    fn growth(&self) -> Micros {
        let mut delays = self.parts.iter().flatten().map(|part| part.least_delay);
        delays.next().zip(delays.next_back()).map_or(0, |(first, last)| last - first)
    }

    /// What it has shown; `None` where too little of it arrived.
    pub(crate) fn found(&self) -> Option<Found> {
        let share = f64::from(self.arrived_packets) / f64::from(self.sent_packets.max(1));
        let took = self.last_sent - self.first_sent?;
        if share < LEAST_TOLD || self.parts.iter().all(Option::is_none) {
            return None;
        }
        let grown = self.growth() > (took / SHORTFALL).clamp(GROWN, MOST_GROWN) || self.late >= MOST_LATE;
        if !self.cut_short && share >= LEAST_ARRIVED && !grown {
            let sent = Bitrate::of(self.sent, Duration::from_micros(took.max(1).unsigned_abs()));
            return Some(Found::AtLeast(self.plan.bitrate.min(sent)));
        }
        // The second half of what there is: by then the bucket was empty.
        let known = self.parts.iter().flatten().count();
        let mut late = self.parts.iter().flatten().skip(known / 2);
        let begin = late.next()?;
        let (mut bytes, mut last) = (begin.bytes - begin.outside, begin.last);
        for part in late {
            bytes += part.bytes;
            last = last.max(part.last);
        }
        let span = u64::try_from(last - begin.first).ok().filter(|span| *span > 0)?;
        let through = Bitrate::of(bytes, Duration::from_micros(span));
        let all = !self.cut_short && share >= LEAST_ARRIVED && through >= self.plan.bitrate * ALL;
        Some(if all { Found::AtLeast(self.plan.bitrate) } else { Found::Full(through * USED) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 packets of 300 bytes in 150 ms, 1.6 Mbit/s, over a line that lets `bucket` bytes pass and then so much.
    fn over(bucket: i64, kbps: i64) -> Option<Found> {
        let plan = Plan { id: 1, bitrate: Bitrate::kbps(1600), bytes: 30_000, packets: 5 };
        let (mut cluster, mut free) = (Cluster::new(plan, 0), i64::MIN / 2);
        for packet in 0..100 {
            let at = packet * 1500;
            cluster.sent(at, 300);
            let time = |bytes: i64| bytes * 8000 / kbps;
            free = free.max(at) + time(300);
            cluster.arrived(at, at.max(free - time(bucket)) + 25_000, 300);
        }
        assert!(cluster.told());
        cluster.found()
    }

    #[test]
    fn a_bucket_is_not_the_line() {
        let Some(Found::Full(through)) = over(4096, 1000) else { panic!("the line is full") };
        assert!((900..=1000).contains(&(through.as_bps() / 1000)), "{through:?}");
        let Some(Found::AtLeast(rate)) = over(0, 5000) else { panic!("it carries more") };
        assert!((1500..=1600).contains(&(rate.as_bps() / 1000)), "{rate:?}");
    }

    #[test]
    fn a_packet_told_lost_that_came_late_counts_once() {
        let plan = Plan { id: 1, bitrate: Bitrate::kbps(1000), bytes: 1000, packets: 5 };
        let mut cluster = Cluster::new(plan, 0);
        for at in 0..5 {
            cluster.sent(at * 1600, 200);
        }
        cluster.lost();
        cluster.recovered();
        for at in 0..4 {
            cluster.arrived(at * 1600, at * 1600, 200);
        }
        assert!(!cluster.told(), "one is not told of yet");
        cluster.arrived(4 * 1600, 4 * 1600, 200);
        assert!(cluster.told());
    }
}
