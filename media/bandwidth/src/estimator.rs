//! One receiver's line: what it carries, learned from what arrived and when.

use std::time::{Duration, Instant};

use crate::Bitrate;
use crate::delivered::Delivered;
use crate::groups::Groups;
use crate::history::{Found, History, Micros, Sent};
use crate::loss::LossBound;
use crate::probes::Probes;
use crate::rate::{LIMIT_STRETCH, RateControl, Signal};
use crate::standing::Standing;
use crate::trend::{Trend, Usage};

/// The estimate's bounds. Ours: one voice with its headers, and more than any screen full of pictures.
const LEAST: Bitrate = Bitrate::kbps(50);
const MOST: Bitrate = Bitrate::kbps(100_000);
/// Probes go this far above what is wanted. Ours: room for a keyframe beside it, and for the margin of the allocation.
const AHEAD: f64 = 1.25;
/// A receiver's clock that moves this much against ours between two packets has been set. As browsers' senders have it.
const CLOCK_JUMP: Micros = 3_000_000;
/// Nothing heard for this long, although packets went out and feedback had come before: the way is broken, one way or
/// the other. Ours: a line that is full to the brim delays feedback by a second or two.
const SILENT: Micros = 3_000_000;
/// ... and from then on down by this factor so often. The factor is that of browsers' senders.
const SILENT_STEP: Micros = 500_000;
const SILENT_FACTOR: f64 = 0.8;
/// Receiver reports count where no transport-wide feedback has come for this long. Ours.
const REPORTS_COUNT: Micros = 2_000_000;
/// What was seen longer ago than this says nothing of the line as it is. Ours: longer than [`SILENT`], so that silence
/// has shown, and than the wait between two probes.
const STALE: Micros = 5_000_000;
/// Until something is known of the round trip: `RTT` of a usual line. Ours.
const FIRST_RTT: Micros = 100_000;
const MOST_RTT: Micros = 2_000_000;
/// When nothing is due: longer after the start than any call lasts.
const NEVER: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Names one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProbeId(pub(crate) u16);

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
    /// Results that were known already.
    pub repeated: u64,
    /// Times that the receiver's clock jumped.
    pub clock_jumps: u64,
    /// Probes begun.
    pub probes: u64,
}

/// Estimates what one receiver's line carries.
#[derive(Debug, Clone)]
pub struct Estimator {
    origin: Instant,
    history: History,
    groups: Groups,
    trend: Trend,
    standing: Standing,
    delivered: Delivered,
    rate: RateControl,
    loss: LossBound,
    probes: Probes,
    totals: Totals,
    rtt: Micros,
    /// The packet that was sent last among those that are known to have arrived: departure and arrival.
    latest: Option<(Micros, Micros)>,
    heard: Option<Micros>,
    /// Departure of the first packet since feedback was heard.
    unheard: Option<Micros>,
    /// When the estimate was last lowered for silence.
    silent: Option<Micros>,
}

impl Estimator {
    /// For a line of which nothing is known but a guess.
    pub fn new(now: Instant, start: Bitrate) -> Estimator {
        Estimator {
            origin: now,
            history: History::new(),
            groups: Groups::default(),
            trend: Trend::new(),
            standing: Standing::default(),
            delivered: Delivered::default(),
            rate: RateControl::new(start, LEAST, MOST),
            loss: LossBound::default(),
            probes: Probes::new(),
            totals: Totals::default(),
            rtt: FIRST_RTT,
            latest: None,
            heard: None,
            unheard: None,
            silent: None,
        }
    }

    /// A packet with this transport-wide sequence number has left. `bytes` is its datagram's length, without what IP and
    /// UDP add; the estimate is in the same measure.
    pub fn sent(&mut self, now: Instant, twcc: u16, bytes: usize, probe: Option<ProbeId>) {
        let at = self.micros(now);
        let bytes = u16::try_from(bytes).unwrap_or(u16::MAX);
        let probe = probe.map_or(0, |probe| probe.0);
        self.history.sent(at, twcc, bytes, probe);
        self.unheard.get_or_insert(at);
        if probe != 0 {
            self.probes.sent(probe, at, bytes);
        }
    }

    /// Transport-wide feedback: sequence number and arrival in microseconds on the receiver's clock; `None` for lost.
    /// Results for packets that were never sent are counted and otherwise ignored.
    pub fn feedback(&mut self, now: Instant, results: impl Iterator<Item = (u16, Option<i64>)>) {
        let now = self.micros(now);
        let mut newest = None;
        for (sequence, arrived) in results {
            match self.history.result(now, sequence, arrived.is_some()) {
                Found::Arrived(sent) => {
                    self.loss.arrived();
                    self.arrived(sent, arrived.unwrap_or_default());
                    newest = newest.max(Some(sent.at));
                }
                Found::Recovered(sent) => {
                    self.loss.recovered();
                    self.probes.recovered(sent.probe);
                    self.arrived(sent, arrived.unwrap_or_default());
                }
                Found::Lost(sent) => {
                    self.loss.lost();
                    self.probes.lost(sent.probe);
                }
                Found::Known => self.totals.repeated += 1,
                Found::Unknown => self.totals.unknown += 1,
            }
        }
        // What tells nothing new is no sign that the way is whole.
        if let Some(sent) = newest {
            self.measure_rtt(now - sent);
            self.hear(now);
            self.judge(now);
        }
    }

    /// A receiver report: share of packets lost in 1/256 (RFC 3550, section 6.4.1), and the round trip where it is known.
    /// The share counts only while no transport-wide feedback comes.
    pub fn report(&mut self, now: Instant, fraction_lost: u8, rtt: Option<Duration>) {
        let now = self.micros(now);
        if let Some(rtt) = rtt {
            self.measure_rtt(i64::try_from(rtt.as_micros()).unwrap_or(MOST_RTT));
        }
        if self.heard.is_none_or(|heard| now - heard > REPORTS_COUNT) {
            self.loss.report(now, f64::from(fraction_lost) / 256.0, self.rate.rate(), self.rtt);
        }
    }

    /// What there would be to send if the line carried it all. Probes go up to that, with some room, and not beyond.
    pub fn set_desired(&mut self, now: Instant, desired: Bitrate) {
        let now = self.micros(now);
        let estimate = self.estimate();
        self.probes.set_ceiling(now, (desired * AHEAD).min(MOST), estimate);
    }

    /// What the line carries.
    pub fn estimate(&self) -> Bitrate {
        let rate = self.rate.rate();
        self.loss.bound().map_or(rate, |bound| rate.min(bound)).max(LEAST)
    }

    /// Does what is due. A probe is to be sent at once.
    pub fn poll(&mut self, now: Instant) -> Option<Probe> {
        let now = self.micros(now);
        self.mind_silence(now);
        let stale = self.heard.is_some_and(|heard| now - heard > STALE);
        if stale {
            self.forget_congestion();
        }
        let calm = self.trend.usage() != Usage::Over && !self.loss.is_high();
        // Where nothing else flows, only a probe can tell that silence is over.
        let may = calm && (stale || self.silent.is_none());
        let plan = self.probes.poll(now, self.estimate(), may)?;
        self.totals.probes = self.probes.begun();
        Some(Probe { id: ProbeId(plan.id), bitrate: plan.bitrate, bytes: plan.bytes, packets: plan.packets })
    }

    /// When [`Estimator::poll`] is wanted next.
    pub fn next_timeout(&self) -> Instant {
        match self.probes.next().into_iter().chain(self.silence_due()).min() {
            Some(at) => self.origin + Duration::from_micros(u64::try_from(at).unwrap_or(0)),
            None => self.origin + NEVER,
        }
    }

    /// Counts since the start.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Over-use and loss end with feedback on new packets; where none are sent, they would last for ever.
    fn forget_congestion(&mut self) {
        if self.trend.usage() != Usage::Normal || self.loss.is_high() {
            self.groups = Groups::default();
            self.trend = Trend::new();
            self.loss.forget_share();
        }
    }

    fn arrived(&mut self, sent: Sent, at: Micros) {
        if let Some((sent_before, arrived_before)) = self.latest
            && ((at - arrived_before) - (sent.at - sent_before)).abs() > CLOCK_JUMP
        {
            self.totals.clock_jumps += 1;
            self.groups = Groups::default();
            self.trend = Trend::new();
            self.standing = Standing::default();
            self.delivered = Delivered::default();
            self.probes.forget();
            self.latest = None;
        }
        if self.latest.is_none_or(|(latest, _)| sent.at >= latest) {
            self.latest = Some((sent.at, at));
        }
        self.standing.packet(sent.at, at - sent.at);
        self.delivered.arrived(at, sent.bytes);
        if sent.probe != 0 {
            self.probes.arrived(sent.probe, at, sent.bytes);
        }
        if let Some(delta) = self.groups.packet(sent.at, at, sent.bytes) {
            self.trend.group(delta);
        }
    }

    fn judge(&mut self, now: Micros) {
        let before = self.estimate();
        let decreased = self.rate.decreased();
        // A queue that overflows and does not drain is as full as one that grows.
        let overflows = self.standing.is_high() && self.loss.is_noticeable();
        let (usage, slope) = match self.trend.usage() {
            _ if overflows && !self.standing.is_on_trial() => (Usage::Over, 1.0),
            // Nothing grows meanwhile, or the queue could not drain.
            Usage::Normal if overflows => (Usage::Under, 0.0),
            usage => (usage, self.trend.slope()),
        };
        self.rate.update(
            now,
            Signal {
                usage,
                slope,
                delivered: self.delivered.rate(),
                limit: self.trend.throughput(LIMIT_STRETCH),
                rtt: self.rtt,
            },
        );
        if overflows && !self.standing.is_on_trial() && self.rate.decreased() != decreased {
            self.standing.lowered(now);
        }
        if self.loss.step(now, self.rate.rate(), self.rtt) {
            self.rate.overflowed(now, self.delivered.rate());
        }
        if let Some(found) = self.probes.result(now)
            && usage != Usage::Over
            && !self.loss.is_high()
        {
            self.loss.proven(found);
            if found > self.rate.rate() {
                self.rate.set(now, found);
            }
        }
        if self.rate.decreased() != decreased || self.estimate() < before {
            self.probes.dropped(now);
        }
        self.probes.estimate_changed(now, self.estimate());
    }

    fn measure_rtt(&mut self, sample: Micros) {
        let sample = sample.clamp(0, MOST_RTT);
        self.rtt = (self.rtt * 7 + sample) / 8;
    }

    fn hear(&mut self, now: Micros) {
        self.heard = Some(now);
        self.unheard = None;
        if self.silent.take().is_some() {
            self.probes.hurry(now);
        }
    }

    fn silence_due(&self) -> Option<Micros> {
        let since = self.heard.and(self.unheard)?;
        Some(self.silent.map_or(since + SILENT, |at| at + SILENT_STEP))
    }

    fn mind_silence(&mut self, now: Micros) {
        if self.silence_due().is_some_and(|due| now >= due) {
            self.silent = Some(now);
            self.rate.set(now, self.estimate() * SILENT_FACTOR);
        }
    }

    fn micros(&self, now: Instant) -> Micros {
        i64::try_from(now.saturating_duration_since(self.origin).as_micros()).unwrap_or(i64::MAX)
    }
}
