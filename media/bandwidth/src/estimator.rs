//! One receiver's line: what it carries, learned from what arrived and when.

mod judge;

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::Bitrate;
use crate::deaf::Deaf;
use crate::delivered::Delivered;
use crate::groups::Groups;
use crate::history::{Found, History, Micros, Sent};
use crate::jam::Jam;
use crate::loss::LossBound;
use crate::probes::Probes;
use crate::rate::RateControl;
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
/// What can wait does when feedback that should have come by now is this late. Ours: browsers send it every 50 to
/// 250 ms (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 4).
const OVERDUE: Micros = 350_000;
/// ... and from then on down by this factor so often. The factor is that of browsers' senders.
const SILENT_STEP: Micros = 500_000;
const SILENT_FACTOR: f64 = 0.8;
/// Receiver reports count where no transport-wide feedback has come for this long. Ours.
const REPORTS_COUNT: Micros = 2_000_000;
/// A receiver that has told nothing of so many probes is not probed again before it tells something. Ours.
const UNANSWERED: u64 = 3;
/// What was seen longer ago than this says nothing of the line as it is. Ours: longer than [`SILENT`], so that silence
/// has shown, and than the wait between two probes.
const STALE: Micros = 5_000_000;
/// No probe begins while packets wait longer than this: its result could not be told from what was there before. Ours.
const CALM: Micros = 40_000;
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
    /// The moment that was last asked for, and what it is in microseconds.
    clock: Cell<(Instant, Micros)>,
    history: History,
    groups: Groups,
    trend: Trend,
    standing: Standing,
    jam: Jam,
    deaf: Deaf,
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
            clock: Cell::new((now, 0)),
            history: History::new(),
            groups: Groups::default(),
            trend: Trend::new(),
            standing: Standing::default(),
            jam: Jam::default(),
            deaf: Deaf::default(),
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
                    self.arrived(now, sent, arrived.unwrap_or_default());
                    newest = newest.max(Some(sent.at));
                }
                Found::Recovered(sent) => {
                    self.loss.recovered();
                    self.probes.recovered(sent.probe);
                    self.arrived(now, sent, arrived.unwrap_or_default());
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
    /// Both count only while no transport-wide feedback comes. Where none ever does, what is wanted is sent, as far as the loss
    /// allows.
    pub fn report(&mut self, now: Instant, fraction_lost: u8, rtt: Option<Duration>) {
        let now = self.micros(now);
        if self.heard.is_none_or(|heard| now - heard > REPORTS_COUNT) {
            if let Some(rtt) = rtt {
                self.measure_rtt(i64::try_from(rtt.as_micros()).unwrap_or(MOST_RTT));
            }
            self.deaf.reported(now);
            if self.deaf.is_certain() {
                self.rate.set(now, self.rate.rate().max(self.probes.ceiling()));
            }
            self.loss.report(now, f64::from(fraction_lost) / 256.0, self.rate.rate(), self.rtt);
        }
    }

    /// The receiver's own estimate (draft-alvestrand-rmcat-remb-03), which counts where no transport-wide feedback comes.
    pub fn told(&mut self, now: Instant, bitrate: Bitrate) {
        let now = self.micros(now);
        if self.heard.is_none_or(|heard| now - heard > REPORTS_COUNT) {
            self.deaf.told(now, bitrate);
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
        self.loss.bound().into_iter().chain(self.deaf.bound()).fold(rate, Bitrate::min).max(LEAST)
    }

    /// Does what is due. A probe is to be sent at once.
    pub fn poll(&mut self, now: Instant) -> Option<Probe> {
        let now = self.micros(now);
        self.mind_silence(now);
        let stale = self.is_stale(now);
        if stale {
            self.forget_congestion();
        }
        let waits = !stale && self.queued().is_some_and(|queued| queued > CALM);
        let halted = !stale && (self.jam.is_on() || self.is_overdue(now));
        let calm = !halted && !waits && self.trend.usage() != Usage::Over && !self.loss.is_high();
        // Where nothing else flows, only a probe can tell that silence is over.
        let answered = self.heard.is_some() || self.probes.begun() < UNANSWERED;
        let may = calm && answered && !self.deaf.is_certain() && (stale || self.silent.is_none());
        let plan = self.probes.poll(now, self.estimate(), may)?;
        self.totals.probes = self.probes.begun();
        Some(Probe { id: ProbeId(plan.id), bitrate: plan.bitrate, bytes: plan.bytes, packets: plan.packets })
    }

    /// Whether more of a probe is to be sent: it may have shown all that it can before its end, and padding waits where
    /// pictures have to.
    pub fn wants(&self, now: Instant, probe: ProbeId) -> bool {
        let jammed = self.is_jammed(now) && !self.is_stale(self.micros(now));
        !jammed && self.probes.wants(probe.0)
    }

    /// Whether what can wait should: the line's queue has just filled up and has to drain, or feedback is overdue.
    pub fn is_jammed(&self, now: Instant) -> bool {
        let now = self.micros(now);
        self.is_overdue(now) || self.jam.holds(now)
    }

    /// Whether [`Estimator::poll`] is wanted by now.
    pub fn is_due(&self, now: Instant) -> bool {
        self.next().is_some_and(|at| at <= self.micros(now))
    }

    /// When [`Estimator::poll`] is wanted next.
    pub fn next_timeout(&self) -> Instant {
        match self.next() {
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
        self.jam = Jam::default();
    }

    fn arrived(&mut self, now: Micros, sent: Sent, at: Micros) {
        if let Some((sent_before, arrived_before)) = self.latest
            && ((at - arrived_before) - (sent.at - sent_before)).abs() > CLOCK_JUMP
        {
            self.totals.clock_jumps += 1;
            self.groups = Groups::default();
            self.trend = Trend::new();
            self.standing = Standing::default();
            self.jam = Jam::default();
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
            self.probes.arrived(sent.probe, sent.at, at, sent.bytes);
        }
        // The queue that a probe makes is no news.
        if !self.probes.disturbs(now)
            && let Some(delta) = self.groups.packet(sent.at, at, sent.bytes)
        {
            self.trend.group(delta);
        }
    }

    /// Whether feedback should have come by now.
    fn is_overdue(&self, now: Micros) -> bool {
        let since = self.heard.and(self.unheard).filter(|_| !self.deaf.is_certain());
        since.is_some_and(|since| now - since > self.rtt + OVERDUE)
    }

    /// Whether what was heard last says nothing of the line as it is.
    fn is_stale(&self, now: Micros) -> bool {
        self.heard.is_some_and(|heard| now - heard > STALE)
    }

    /// How long the latest packet waited on the way, as far as that is known.
    fn queued(&self) -> Option<Micros> {
        let (sent, arrived) = self.latest?;
        Some(arrived - sent - self.standing.least()?)
    }

    fn measure_rtt(&mut self, sample: Micros) {
        let sample = sample.clamp(0, MOST_RTT);
        self.rtt = (self.rtt * 7 + sample) / 8;
    }

    fn hear(&mut self, now: Micros) {
        self.heard = Some(now);
        self.deaf.heard();
        self.unheard = None;
        if self.silent.take().is_some() {
            self.probes.hurry(now);
        }
    }

    fn silence_due(&self) -> Option<Micros> {
        let since = self.heard.and(self.unheard).filter(|_| !self.deaf.is_certain())?;
        Some(self.silent.map_or(since + SILENT, |at| at + SILENT_STEP))
    }

    fn mind_silence(&mut self, now: Micros) {
        if self.silence_due().is_some_and(|due| now >= due) {
            self.silent = Some(now);
            self.rate.set(now, self.estimate() * SILENT_FACTOR);
        }
    }

    fn next(&self) -> Option<Micros> {
        self.probes.next().into_iter().chain(self.silence_due()).min()
    }

    fn micros(&self, now: Instant) -> Micros {
        // Most calls of a flush are about the same moment.
        let (known, micros) = self.clock.get();
        if known == now {
            return micros;
        }
        let micros = i64::try_from(now.saturating_duration_since(self.origin).as_micros()).unwrap_or(i64::MAX);
        self.clock.set((now, micros));
        micros
    }
}
