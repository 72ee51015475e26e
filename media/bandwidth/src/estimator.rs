//! One receiver's line: what it carries, learned from what arrived and when.

use std::time::{Duration, Instant};

use crate::Bitrate;

/// Names one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProbeId(pub u16);

/// Bytes to send at a bitrate above the estimate, to see whether they arrive as fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// What each packet sent meanwhile, media too, is reported with.
    pub id: ProbeId,
    /// How fast they are to leave.
    pub bitrate: Bitrate,
    /// How many in all, media included.
    pub bytes: usize,
    /// In how many packets at least.
    pub packets: usize,
}

/// Counts since the start, for the owner's counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Results for packets that were never sent, or so long ago that they are forgotten.
    pub unknown: u64,
    /// Results for packets that were already known to have arrived.
    pub repeated: u64,
    /// Probes begun.
    pub probes: u64,
}

/// Estimates what one receiver's line carries.
#[derive(Debug, Clone)]
pub struct Estimator {
    estimate: Bitrate,
    timeout: Instant,
    totals: Totals,
}

impl Estimator {
    /// For a line of which nothing is known but a guess.
    pub fn new(now: Instant, start: Bitrate) -> Estimator {
        Estimator { estimate: start, timeout: now, totals: Totals::default() }
    }

    /// A packet with this transport-wide sequence number has left. `bytes` is its size on the wire with all headers.
    pub fn sent(&mut self, now: Instant, twcc: u16, bytes: usize, probe: Option<ProbeId>) {
        let _ = (now, twcc, bytes, probe);
    }

    /// Transport-wide feedback: sequence number and arrival in microseconds on the receiver's clock; `None` for lost.
    pub fn feedback(&mut self, now: Instant, results: impl Iterator<Item = (u16, Option<i64>)>) {
        let _ = now;
        self.totals.unknown += results.count() as u64;
    }

    /// A receiver report: share of packets lost in 1/256 (RFC 3550, section 6.4.1), and the round trip where it is known.
    pub fn report(&mut self, now: Instant, fraction_lost: u8, rtt: Option<Duration>) {
        let _ = (now, fraction_lost, rtt);
    }

    /// What there would be to send if the line carried it all. Probes go up to that and not beyond.
    pub fn set_desired(&mut self, now: Instant, desired: Bitrate) {
        let _ = (now, desired);
    }

    /// What the line carries.
    pub fn estimate(&self) -> Bitrate {
        self.estimate
    }

    /// Does what is due. A probe is to be sent at once.
    pub fn poll(&mut self, now: Instant) -> Option<Probe> {
        self.timeout = now + Duration::from_secs(1);
        None
    }

    /// When [`Estimator::poll`] is wanted next.
    pub fn next_timeout(&self) -> Instant {
        self.timeout
    }

    /// Counts since the start.
    pub fn totals(&self) -> Totals {
        self.totals
    }
}
