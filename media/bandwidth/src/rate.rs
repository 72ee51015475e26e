//! The delay-based estimate: up while nothing speaks against it, down by what came through (draft-ietf-rmcat-gcc-02,
//! section 5.5).

use std::time::Duration;

use crate::Bitrate;
use crate::history::Micros;
use crate::trend::Usage;

/// `beta`, section 5.6.
const BETA: f64 = 0.85;
/// `eta`, section 5.5: growth a second while the line's limit is unknown.
const ETA: f64 = 1.08;
/// The estimate grows no further above what came through than this. The draft has 1.5 (section 5.5); ours is what keeps
/// it within a quarter of the truth while less is sent than the line carries, for layers come in steps. What lies
/// beyond is found by probes.
const AHEAD: f64 = 1.2;
/// What is added to a round trip for the time in which a change shows, section 5.5.
const RESPONSE: Micros = 100_000;
/// Weight of the past in mean and variance of the limit, section 5.5.
const LIMIT_SMOOTHING: f64 = 0.95;
/// The limit is near within this many standard deviations, section 5.5.
const NEAR: f64 = 3.0;
/// The deviation is never taken for less than this share of the limit. Ours: two equal measurements make no certainty.
const LEAST_DEVIATION: f64 = 0.02;
/// Where this share of what is sent does not come through, what does is the line's limit. Ours, at twice the slope that
/// a quiet line shows by chance.
const SHORTFALL: f64 = 0.1;
/// The limit is measured over stretches from and to this length: two to five frames. Ours.
pub(crate) const LIMIT_STRETCH: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(150));
/// A decrease to less than this share need not wait for the one before it to show: the line has collapsed. Ours.
const COLLAPSED: f64 = 0.6;
/// Packets of a frame are taken for this large, in bits, section 5.5.
const PACKET_BITS: f64 = 1200.0 * 8.0;
const FRAMES_A_SECOND: f64 = 30.0;

/// What the detector and the arrivals say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signal {
    pub(crate) usage: Usage,
    /// See [`crate::trend::Trend::slope`].
    pub(crate) slope: f64,
    /// What came through in the last half second.
    pub(crate) delivered: Option<Bitrate>,
    /// What came through in the latest [`LIMIT_STRETCH`].
    pub(crate) limit: Option<Bitrate>,
    pub(crate) rtt: Micros,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Hold,
    Increase,
    Decrease,
}

#[derive(Debug, Clone)]
pub(crate) struct RateControl {
    rate: f64,
    state: State,
    changed: Option<Micros>,
    decreased: Option<Micros>,
    /// Mean and variance of what came through when the line was full.
    limit: Option<(f64, f64)>,
    bounds: (f64, f64),
}

impl RateControl {
    pub(crate) fn new(start: Bitrate, least: Bitrate, most: Bitrate) -> RateControl {
        RateControl {
            rate: start.as_bps() as f64,
            state: State::Hold,
            changed: None,
            decreased: None,
            limit: None,
            bounds: (least.as_bps() as f64, most.as_bps() as f64),
        }
    }

    pub(crate) fn rate(&self) -> Bitrate {
        Bitrate::bps(self.rate as u64)
    }

    /// When it last went down.
    pub(crate) fn decreased(&self) -> Option<Micros> {
        self.decreased
    }

    /// Something better than the delays has told the rate.
    pub(crate) fn set(&mut self, now: Micros, rate: Bitrate) {
        self.rate = (rate.as_bps() as f64).clamp(self.bounds.0, self.bounds.1);
        self.changed = Some(now);
        if self.limit.is_some_and(|(mean, _)| self.rate > mean * AHEAD) {
            self.limit = None;
        }
    }

    /// A probe has found the line full at less than this.
    pub(crate) fn lower(&mut self, now: Micros, limit: Bitrate) {
        let limit = limit.as_bps() as f64;
        self.learn(limit);
        self.rate = self.rate.min(limit).max(self.bounds.0);
        self.decreased = Some(now);
        self.changed = Some(now);
    }

    /// Much is lost: a full queue that grows no further shows no trend, and what was believed of the line is void.
    pub(crate) fn overflowed(&mut self, now: Micros, delivered: Option<Bitrate>) {
        let Some(delivered) = delivered else { return };
        let ceiling = delivered.as_bps() as f64 * AHEAD;
        if ceiling < self.rate {
            self.rate = ceiling.max(self.bounds.0);
            self.changed = Some(now);
        }
    }

    /// Takes what a feedback message brought.
    pub(crate) fn update(&mut self, now: Micros, signal: Signal) {
        // The table of section 5.5.
        self.state = match (signal.usage, self.state) {
            (Usage::Over, _) => State::Decrease,
            (Usage::Under, _) | (Usage::Normal, State::Decrease) => State::Hold,
            (Usage::Normal, State::Hold | State::Increase) => State::Increase,
        };
        match self.state {
            State::Hold => self.changed = Some(now),
            State::Increase => self.increase(now, signal),
            State::Decrease => self.decrease(now, signal),
        }
    }

    fn increase(&mut self, now: Micros, signal: Signal) {
        let passed = self.changed.replace(now).map_or(0, |changed| now - changed) as f64 / 1e6;
        let Some(delivered) = signal.delivered.map(|rate| rate.as_bps() as f64) else { return };
        // Above it the limit has moved up, nobody knows how far.
        self.limit = self.limit.filter(|(mean, variance)| delivered <= mean + NEAR * deviation(*mean, *variance));
        let grown = if self.limit.is_some() {
            let response = (RESPONSE + signal.rtt) as f64 / 1e6;
            self.rate + (0.5 * (passed / response).min(1.0) * self.packet_bits()).max(1000.0)
        } else {
            self.rate * ETA.powf(passed.min(1.0))
        };
        let ceiling = (delivered * AHEAD).max(self.rate);
        self.rate = grown.min(ceiling).clamp(self.bounds.0, self.bounds.1);
    }

    fn decrease(&mut self, now: Micros, signal: Signal) {
        let delivered = signal.delivered.map(|rate| rate.as_bps() as f64);
        let limit = signal.limit.or(signal.delivered).map(|rate| rate.as_bps() as f64);
        let full = signal.slope > SHORTFALL;
        let target = match (limit, delivered) {
            (Some(limit), _) if full => {
                self.learn(limit);
                BETA * limit
            }
            // A queue grows, but nearly all that is sent comes through: what came through is then less the line's
            // limit than what there was to send.
            (_, Some(delivered)) => BETA * delivered.max(self.rate),
            _ => BETA * self.rate,
        };
        let early = self.decreased.is_some_and(|at| now - at < RESPONSE + signal.rtt);
        if early && target > self.rate * COLLAPSED {
            return;
        }
        self.rate = self.rate.min(target).max(self.bounds.0);
        self.decreased = Some(now);
        self.changed = Some(now);
    }

    fn learn(&mut self, limit: f64) {
        self.limit = Some(match self.limit {
            Some((mean, variance)) if (limit - mean).abs() <= NEAR * deviation(mean, variance) => {
                let off = limit - mean;
                let mean = mean + (1.0 - LIMIT_SMOOTHING) * off;
                (mean, LIMIT_SMOOTHING * (variance + (1.0 - LIMIT_SMOOTHING) * off * off))
            }
            _ => (limit, (limit * LEAST_DEVIATION).powi(2)),
        });
    }

    /// `expected_packet_size_bits` of section 5.5.
    fn packet_bits(&self) -> f64 {
        let frame = self.rate / FRAMES_A_SECOND;
        frame / (frame / PACKET_BITS).ceil().max(1.0)
    }
}

fn deviation(mean: f64, variance: f64) -> f64 {
    variance.sqrt().max(mean * LEAST_DEVIATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(usage: Usage, slope: f64, delivered: u64) -> Signal {
        let delivered = Some(Bitrate::kbps(delivered));
        Signal { usage, slope, delivered, limit: delivered, rtt: 50_000 }
    }

    fn control(start: u64) -> RateControl {
        RateControl::new(Bitrate::kbps(start), Bitrate::kbps(50), Bitrate::kbps(100_000))
    }

    #[test]
    fn a_full_line_sets_the_rate_below_what_came_through() {
        let mut control = control(2000);
        control.update(0, signal(Usage::Over, 0.8, 400));
        assert_eq!(control.rate(), Bitrate::kbps(340));
    }

    #[test]
    fn over_use_while_little_is_sent_takes_a_step_and_no_plunge() {
        let mut control = control(2000);
        control.update(0, signal(Usage::Over, 0.05, 60));
        assert_eq!(control.rate(), Bitrate::kbps(1700));
        control.update(100_000, signal(Usage::Over, 0.05, 60));
        assert_eq!(control.rate(), Bitrate::kbps(1700), "one step in a round trip and 100 ms");
    }

    #[test]
    fn growth_is_eight_percent_a_second_and_stops_a_fifth_ahead() {
        let mut control = control(1000);
        for step in 0..=10 {
            control.update(step * 100_000, signal(Usage::Normal, 0.0, 1000));
        }
        let after = control.rate().as_bps() as f64;
        assert!((after / 1_080_000.0 - 1.0).abs() < 0.01, "{after}");
        for step in 11..100 {
            control.update(step * 100_000, signal(Usage::Normal, 0.0, 1000));
        }
        assert_eq!(control.rate(), Bitrate::kbps(1200));
        control.update(10_000_000, signal(Usage::Normal, 0.0, 100));
        assert_eq!(control.rate(), Bitrate::kbps(1200), "sending less does not lower it");
    }
}
