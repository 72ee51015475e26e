//! Trying whether the line carries more: for a moment above the estimate, and how that arrives.
//!
//! The draft leaves probing out. Senders in browsers send bursts of 15 ms, which a shaper's bucket lets pass whatever
//! its rate; ours last until they would have emptied a usual one.

use std::time::Duration;

use crate::Bitrate;
use crate::cluster::{Cluster, Found, Plan};
use crate::history::Micros;

/// A probe has at least this many bytes, media included. Ours: at half as much again as the line carries, a third of
/// it has to wait or comes out of the shaper's bucket, which usually holds a few packets.
const FIRST_BYTES: u64 = 30_000;
/// Where a probe has promised what did not hold, the bucket is larger: four times as many, up to this.
const MOST_BYTES: u64 = 250_000;
/// It lasts at least and at most this long. Ours: radio links deliver in bursts up to 20 ms apart.
const SHORTEST: Duration = Duration::from_millis(40);
const LONGEST: Duration = Duration::from_millis(800);
/// ... and has at least this many packets. As browsers' senders have it.
const LEAST_PACKETS: usize = 5;
/// A probe goes this far above the estimate where that may be the line's limit, and this far where it is not: at the
/// start, and after so many that found more. The latter is that of browsers' senders.
const STEP: f64 = 1.5;
const FREE_STEP: f64 = 2.0;
const FREE: u32 = 2;
/// Between two probes while more is wanted than the estimate. Ours, somewhat shorter than the usual 5 s, so that a line
/// that has recovered is used within 10 s.
const EVERY: Micros = 3_500_000;
/// ... and so many times as long as a probe takes, at least. Ours: a long one is to cost no more than a short one.
const REST: i64 = 8;
/// After the estimate went down: the queue has to drain first. Ours.
const AFTER_DROP: Micros = 1_000_000;
/// Where the line is not calm, it is looked at again after this. Ours.
const NOT_CALM: Micros = 250_000;
/// A probe that is not told of so long after its end is given up. Ours: four round trips of a slow line.
const GIVEN_UP: Micros = 1_000_000;
/// What a probe left in the queue has drained after this; until then delays are its doing. Ours.
const DRAINS: Micros = 200_000;
/// A probe is refuted by a full line within this time. Ours.
const REFUTED: Micros = 5_000_000;
/// ... that carries less than this share of what it found.
const KEPT: f64 = 0.8;
/// An estimate this close to the ceiling needs no probe. Ours.
const CLOSE: f64 = 0.95;
/// A ceiling this much above the one that counted last is a reason to probe at once, and one this much below counts
/// too. Ours: the ceiling comes from measured rates, which move by a tenth or two while the same is wanted.
const MUCH_MORE: f64 = 1.25;
const MUCH_LESS: f64 = 0.8;

#[derive(Debug, Clone)]
pub(crate) struct Probes {
    running: Option<Cluster>,
    last_id: u16,
    next: Option<Micros>,
    ceiling: Bitrate,
    /// The ceiling when it last differed much from what it had been.
    counted: Bitrate,
    /// Probes in a row that found no limit; at the start there is none either.
    free: u32,
    /// Bytes of the next one.
    bytes: u64,
    /// What the last one found, and when.
    promised: Option<(Bitrate, Micros)>,
    ended: Option<Micros>,
    begun: u64,
}

impl Probes {
    pub(crate) fn new() -> Probes {
        Probes {
            running: None,
            last_id: 0,
            next: None,
            ceiling: Bitrate::ZERO,
            counted: Bitrate::ZERO,
            free: FREE,
            bytes: FIRST_BYTES,
            promised: None,
            ended: None,
            begun: 0,
        }
    }

    /// Up to where they go.
    pub(crate) fn ceiling(&self) -> Bitrate {
        self.ceiling
    }

    /// Probes begun since the start.
    pub(crate) fn begun(&self) -> u64 {
        self.begun
    }

    pub(crate) fn next(&self) -> Option<Micros> {
        let given_up = self.running.as_ref().map(Cluster::given_up);
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
        } else if higher {
            self.next = Some(now);
        } else {
            self.next.get_or_insert(now + EVERY);
        }
    }

    /// The estimate went down. `limit` is what a full line carried, where it is known.
    pub(crate) fn dropped(&mut self, now: Micros, limit: Option<Bitrate>) {
        self.free = 0;
        self.next = self.next.map(|_| now + AFTER_DROP);
        if let Some(limit) = limit {
            self.refute(now, limit);
        }
    }

    /// The line was full at this rate.
    fn refute(&mut self, now: Micros, limit: Bitrate) {
        let promised = self.promised.take_if(|(_, at)| now - *at < REFUTED);
        if promised.is_some_and(|(rate, _)| limit < rate * KEPT) {
            self.bytes = (self.bytes * 4).min(MOST_BYTES);
        }
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
            if now < cluster.given_up() {
                return None;
            }
            self.running = None;
            self.ended = Some(now);
            self.next.get_or_insert(now + EVERY);
        }
        if self.next.is_none_or(|next| next > now) {
            return None;
        }
        if !self.wanted(estimate) {
            self.next = None;
            return None;
        }
        if !may {
            self.next = Some(now + NOT_CALM);
            return None;
        }
        self.next = Some(now + EVERY);
        let step = if self.free >= FREE { FREE_STEP } else { STEP };
        let bitrate = (estimate * step).min(self.ceiling);
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        let bytes = self.bytes.clamp(bitrate.bytes_in(SHORTEST), bitrate.bytes_in(LONGEST));
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let plan = Plan { id: self.last_id, bitrate, bytes, packets: LEAST_PACKETS };
        self.running = Some(Cluster::new(plan, now));
        self.begun += 1;
        Some(plan)
    }

    /// Whether more of this probe is to be sent.
    pub(crate) fn wants(&self, id: u16) -> bool {
        self.running.as_ref().is_some_and(|cluster| cluster.plan.id == id && cluster.is_wanted())
    }

    /// Whether delays are the doing of a probe.
    pub(crate) fn disturbs(&self, now: Micros) -> bool {
        self.running.is_some() || self.ended.is_some_and(|ended| now - ended < DRAINS)
    }

    pub(crate) fn sent(&mut self, id: u16, at: Micros, bytes: u16) {
        if let Some(cluster) = self.cluster(id) {
            cluster.sent(at, bytes);
        }
    }

    pub(crate) fn arrived(&mut self, id: u16, sent: Micros, at: Micros, bytes: u16) {
        if let Some(cluster) = self.cluster(id) {
            cluster.arrived(sent, at, bytes);
        }
    }

    pub(crate) fn lost(&mut self, id: u16) {
        if let Some(cluster) = self.cluster(id) {
            cluster.lost();
        }
    }

    /// What had been told lost came late, and counts as arrived.
    pub(crate) fn recovered(&mut self, id: u16) {
        if let Some(cluster) = self.cluster(id) {
            cluster.recovered();
        }
    }

    /// Forgets the running probe: the receiver's clock jumped.
    pub(crate) fn forget(&mut self) {
        if let Some(cluster) = &mut self.running {
            cluster.forget();
        }
    }

    /// What the running probe found, once all of it is told of.
    pub(crate) fn result(&mut self, now: Micros) -> Option<Found> {
        let cluster = self.running.take_if(|cluster| {
            cluster.judge();
            cluster.told()
        })?;
        let found = cluster.found();
        self.ended = Some(now);
        self.next = Some(now + EVERY.max(cluster.took() * REST));
        self.free = self.free.saturating_add(1);
        match found {
            Some(Found::AtLeast(rate)) => {
                self.promised = Some((rate, now));
                if rate < self.ceiling * CLOSE {
                    self.next = Some(now);
                }
            }
            Some(Found::Full(rate)) => {
                self.free = 0;
                self.refute(now, rate);
            }
            None => {}
        }
        found
    }

    fn cluster(&mut self, id: u16) -> Option<&mut Cluster> {
        self.running.as_mut().filter(|cluster| cluster.plan.id == id)
    }

    fn wanted(&self, estimate: Bitrate) -> bool {
        estimate < self.ceiling * CLOSE
    }
}

impl Cluster {
    fn given_up(&self) -> Micros {
        self.begun + self.lasts() + GIVEN_UP
    }
}
