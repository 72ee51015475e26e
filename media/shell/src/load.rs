//! How busy each worker is: the share of a core that its thread took over the last second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A share is measured over at least this much time.
const WINDOW: Duration = Duration::from_secs(1);
/// Whoever has not been awake for this long to measure is idle.
const STALE: Duration = Duration::from_secs(3);

/// A worker's share as others see it, in thousandths, and when it was measured, in milliseconds since the engine's start.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    /// Milliseconds in the upper 48 bits, thousandths in the lower 16.
    told: AtomicU64,
}

impl Gauge {
    /// The share of a core, from 0 to 1, so long after the start, and how long before that it was measured.
    pub fn read(&self, since_start: Duration) -> (f64, Duration) {
        let told = self.told.load(Ordering::Relaxed);
        let age = since_start.saturating_sub(Duration::from_millis(told >> 16));
        let share = if age < STALE { (told & 0xffff) as f64 / 1000.0 } else { 0.0 };
        (share, age)
    }

    fn tell(&self, since_start: Duration, share: f64) {
        let thousandths = (share * 1000.0).clamp(0.0, 1000.0) as u64;
        self.told.store(((since_start.as_millis() as u64) << 16) | thousandths, Ordering::Relaxed);
    }
}

/// What a worker needs to measure itself.
#[derive(Debug)]
pub(crate) struct Meter {
    start: Instant,
    since: Instant,
    cpu_ns: u64,
}

impl Meter {
    pub fn new(start: Instant, now: Instant, cpu_ns: u64) -> Meter {
        Meter { start, since: now, cpu_ns }
    }

    /// Tells the share of the time since the last one, if that is long enough ago. Call in every turn.
    pub fn measure(&mut self, now: Instant, gauge: &Gauge, cpu_ns: impl FnOnce() -> u64) {
        let passed = now.saturating_duration_since(self.since);
        if passed < WINDOW {
            return;
        }
        let cpu_ns = cpu_ns();
        let share = cpu_ns.saturating_sub(self.cpu_ns) as f64 / passed.as_nanos() as f64;
        gauge.tell(now.saturating_duration_since(self.start), share);
        (self.since, self.cpu_ns) = (now, cpu_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_that_of_the_last_second_and_nothing_for_whoever_sleeps() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let (gauge, mut meter) = (Gauge::default(), Meter::new(start, start, 5_000_000));
        meter.measure(at(999), &gauge, || panic!("too soon"));
        meter.measure(at(1000), &gauge, || 405_000_000);
        assert_eq!(gauge.read(Duration::from_millis(1500)), (0.4, Duration::from_millis(500)));
        meter.measure(at(3000), &gauge, || 605_000_000);
        assert_eq!(gauge.read(Duration::from_millis(3000)), (0.1, Duration::ZERO));
        assert_eq!(gauge.read(Duration::from_millis(6001)).0, 0.0);
    }
}
