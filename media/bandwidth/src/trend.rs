//! Whether the queue on the way grows: the slope of the delay, against a threshold that adapts itself.
//!
//! The draft filters delays with a Kalman filter (draft-ietf-rmcat-gcc-02, section 5.3). Senders in browsers have since
//! replaced that by a least-squares line through the accumulated delay, which is what stands here: it needs no model of
//! the noise. Threshold and decision are those of section 5.4.

use crate::Bitrate;
use crate::groups::Delta;
use crate::history::Micros;
use std::time::Duration;

/// Groups the line is drawn through. As browsers' senders have it.
const WINDOW: usize = 20;
/// Weight of the past in the smoothed delay. As browsers' senders have it.
const SMOOTHING: f64 = 0.9;
/// The slope is multiplied by this and by the number of groups seen (60 at most) before it meets the threshold, which
/// brings it to the draft's scale of milliseconds. As browsers' senders have it.
const GAIN: f64 = 4.0;
const MOST_GROUPS: u64 = 60;
/// `del_var_th(0)` in milliseconds, section 5.6.
const FIRST_THRESHOLD: f64 = 12.5;
/// Bounds of the threshold in milliseconds, section 5.4.
const THRESHOLDS: (f64, f64) = (6.0, 600.0);
/// What is this far above the threshold does not move it, in milliseconds, section 5.4.
const OUTLIER: f64 = 15.0;
/// `K_u` and `K_d`, section 5.6.
const GROWS: f64 = 0.01;
const SHRINKS: f64 = 0.000_18;
/// A pause moves the threshold no more than this many milliseconds would. Ours: a screen may be still for a second.
const LONGEST_STEP: f64 = 100.0;
/// Delays that grow by this many milliseconds, and by this share of the time, within so many milliseconds are no noise:
/// of what is sent half comes through. Ours: a queue of 60 kB is full a third of a second after a line of 2 Mbit/s has
/// become one of 0.4.
const STEEP_GROWN: f64 = 50.0;
const STEEP: f64 = 0.45;
const STEEP_STRETCH: f64 = 200.0;
/// `overuse_time_th`, section 5.6.
const OVERUSE_TIME: Micros = 10_000;

/// The line as the delays show it (section 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usage {
    /// The queue neither grows nor shrinks.
    Normal,
    /// It grows: more is sent than the line carries.
    Over,
    /// It shrinks.
    Under,
}

#[derive(Debug, Clone, Copy, Default)]
struct Point {
    /// Arrival, in milliseconds since the first.
    at: f64,
    /// Smoothed delay, in milliseconds.
    delay: f64,
    /// The delay as it was.
    raw: f64,
    /// See [`Delta::gap`], in milliseconds.
    gap: f64,
    bytes: u32,
}

/// What the line takes of the points.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    at: f64,
    delay: f64,
    product: f64,
    square: f64,
}

impl Sums {
    fn change(&mut self, point: &Point, sign: f64) {
        self.at += sign * point.at;
        self.delay += sign * point.delay;
        self.product += sign * point.at * point.delay;
        self.square += sign * point.at * point.at;
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Trend {
    points: [Point; WINDOW],
    sums: Sums,
    /// Groups seen.
    seen: u64,
    first: Micros,
    accumulated: f64,
    smoothed: f64,
    slope: f64,
    threshold: f64,
    over_for: Micros,
    over_groups: u32,
    usage: Usage,
}

impl Trend {
    pub(crate) fn new() -> Trend {
        Trend {
            points: [Point::default(); WINDOW],
            sums: Sums::default(),
            seen: 0,
            first: 0,
            accumulated: 0.0,
            smoothed: 0.0,
            slope: 0.0,
            threshold: FIRST_THRESHOLD,
            over_for: 0,
            over_groups: 0,
            usage: Usage::Normal,
        }
    }

    pub(crate) fn usage(&self) -> Usage {
        self.usage
    }

    /// By how much of the sent rate the line falls short: 0.2 where of 10 bits sent 8 come through in the same time.
    pub(crate) fn slope(&self) -> f64 {
        self.slope
    }

    /// Takes a group.
    pub(crate) fn group(&mut self, delta: Delta) {
        if self.seen == 0 {
            self.first = delta.at;
        }
        self.accumulated += (delta.arrived - delta.sent) as f64 / 1000.0;
        self.smoothed = SMOOTHING * self.smoothed + (1.0 - SMOOTHING) * self.accumulated;
        let at = (delta.at - self.first) as f64 / 1000.0;
        let place = self.seen as usize % WINDOW;
        let (delay, raw, gap) = (self.smoothed, self.accumulated, delta.gap as f64 / 1000.0);
        let old = std::mem::replace(&mut self.points[place], Point { at, delay, raw, gap, bytes: delta.bytes });
        self.seen += 1;
        if place == 0 {
            // Once a round from scratch: errors do not add up, and numbers stay small.
            self.rebase();
        } else {
            self.sums.change(&old, -1.0);
            self.sums.change(&self.points[place], 1.0);
        }
        let before = self.slope;
        self.slope = if self.seen as usize >= WINDOW { self.line() } else { 0.0 };
        self.judge(delta.sent, before);
    }

    /// The most that came through in any stretch up to now of such a length. While the queue grows that is what the
    /// line carries; the most, since the queue may have been empty before.
    pub(crate) fn throughput(&self, (shortest, longest): (Duration, Duration)) -> Option<Bitrate> {
        let millis = |duration: Duration| duration.as_secs_f64() * 1000.0;
        let (shortest, longest) = (millis(shortest), millis(longest));
        let known = (self.seen as usize).min(WINDOW);
        let newest = self.back(0);
        let (mut bytes, mut most) = (0, None);
        for age in 0..known.saturating_sub(1) {
            bytes += u64::from(self.back(age).bytes);
            let span = newest.at - self.back(age + 1).at;
            if span >= shortest {
                most = most.max(Some(Bitrate::of(bytes, Duration::from_secs_f64(span / 1000.0))));
            }
            if span >= longest {
                break;
            }
        }
        most
    }

    /// The slope of the latest [`STEEP_STRETCH`] where the queue grows so fast that it needs no second look. The longest gap does
    /// not count: it may be the way.
    pub(crate) fn steep(&self) -> Option<f64> {
        let known = (self.seen as usize).min(WINDOW);
        let newest = self.back(0);
        let mut longest = 0_f64;
        for age in 1..known {
            longest = longest.max(self.back(age - 1).gap);
            let point = self.back(age);
            if newest.at - point.at > STEEP_STRETCH + longest {
                break;
            }
            let grown = newest.raw - point.raw - longest;
            let slope = grown / (newest.at - point.at - longest).max(1.0);
            if grown > STEEP_GROWN && slope > STEEP {
                return Some(slope);
            }
        }
        None
    }

    /// What came through in the latest stretch of at least this length.
    pub(crate) fn latest_throughput(&self, shortest: Duration) -> Option<Bitrate> {
        let known = (self.seen as usize).min(WINDOW);
        let newest = self.back(0);
        let mut bytes = 0;
        (1..known).find_map(|age| {
            bytes += u64::from(self.back(age - 1).bytes);
            let span = Duration::from_secs_f64((newest.at - self.back(age).at).max(0.0) / 1000.0);
            (span >= shortest).then(|| Bitrate::of(bytes, span))
        })
    }

    fn rebase(&mut self) {
        // The first place holds the newest point, the next one the oldest.
        let oldest = if self.seen as usize > WINDOW { self.points[1].at } else { 0.0 };
        self.first += (oldest * 1000.0) as Micros;
        self.sums = Sums::default();
        for point in &mut self.points {
            point.at -= oldest;
            self.sums.change(point, 1.0);
        }
    }

    fn back(&self, age: usize) -> &Point {
        &self.points[(self.seen as usize + WINDOW - 1 - age) % WINDOW]
    }

    /// Slope of the least-squares line through the points.
    fn line(&self) -> f64 {
        let Sums { at, delay, product, square } = self.sums;
        let count = WINDOW as f64;
        let below = count * square - at * at;
        if below > 0.0 { (count * product - at * delay) / below } else { 0.0 }
    }

    fn judge(&mut self, between: Micros, before: f64) {
        let measure = self.slope * self.seen.min(MOST_GROUPS) as f64 * GAIN;
        if measure > self.threshold {
            self.over_for += if self.over_groups == 0 { between / 2 } else { between };
            self.over_groups += 1;
            // Section 5.4: only after some time, only twice in a row, and not while it gets better.
            if self.over_for > OVERUSE_TIME && self.over_groups > 1 && self.slope >= before {
                self.usage = Usage::Over;
                self.over_for = 0;
                self.over_groups = 0;
            }
        } else {
            self.over_for = 0;
            self.over_groups = 0;
            self.usage = if measure < -self.threshold { Usage::Under } else { Usage::Normal };
        }
        self.adapt(measure.abs(), between as f64 / 1000.0);
    }

    /// Section 5.4: grows fast, so that flows that fill queues do not starve this one, and shrinks slowly.
    fn adapt(&mut self, measure: f64, passed: f64) {
        let above = measure - self.threshold;
        if above > OUTLIER {
            return;
        }
        let gain = if above > 0.0 { GROWS } else { SHRINKS };
        self.threshold += passed.clamp(0.0, LONGEST_STEP) * gain * above;
        self.threshold = self.threshold.clamp(THRESHOLDS.0, THRESHOLDS.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of 2,500 bytes every 20 ms over a line that takes `each` for one.
    fn feed(trend: &mut Trend, from: Micros, groups: i64, each: Micros) -> Micros {
        for group in 0..groups {
            trend.group(Delta {
                sent: 20_000,
                arrived: each,
                gap: each - 20_000,
                at: from + group * each,
                bytes: 2500,
            });
        }
        from + groups * each
    }

    #[test]
    fn a_growing_queue_is_over_use_and_a_draining_one_under_use() {
        let mut trend = Trend::new();
        let at = feed(&mut trend, 0, 40, 20_000);
        assert_eq!(trend.usage(), Usage::Normal);
        let at = feed(&mut trend, at, 12, 40_000);
        assert_eq!(trend.usage(), Usage::Over);
        assert!(
            trend
                .throughput((Duration::from_millis(50), Duration::from_millis(150)))
                .is_some_and(|rate| rate == Bitrate::kbps(500))
        );
        feed(&mut trend, at, 30, 5000);
        assert_eq!(trend.usage(), Usage::Under);
    }

    #[test]
    fn jitter_without_a_trend_is_no_over_use() {
        let mut trend = Trend::new();
        let mut at = 0;
        for group in 0..500_i64 {
            let arrived = 20_000 + [4000, -6000, 2000, 5000, -5000][group as usize % 5];
            at += arrived;
            trend.group(Delta { sent: 20_000, arrived, gap: arrived - 20_000, at, bytes: 2500 });
            assert_ne!(trend.usage(), Usage::Over, "after {group} groups");
        }
    }
}
