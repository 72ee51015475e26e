//! When a packet was captured, on our clock: what keeps voice and picture of one person in step.
//!
//! A sender report ties a stream's RTP timestamps to the sender's wall clock. The distance from that clock to ours is
//! the same for all streams of a sender, so it is learned once per sender, as the least (arrival - capture) of late.
//! Both of a person's slots then carry timestamps and sender reports that speak of one common time line: ours.

use std::time::{Duration, Instant};

use crate::packet::Received;

/// The sender's clock may run away from ours by this much, in microseconds per second of arrivals, before the learned
/// distance would be wrong; also how fast a route that became longer is believed.
const DRIFT_US_PER_S: i64 = 500;
/// A capture time further than this before its arrival is a mistake of the sender.
const OLDEST: Duration = Duration::from_secs(2);

/// A report that puts a stream further than this from the sender's other streams is not believed.
const CREDIBLE_US: i64 = 2_000_000;
/// Unless this many packets in a row agree: then the sender has set its clock.
const CLOCK_SET: u32 = 100;

/// Maps one sender's wall clock to ours.
#[derive(Debug)]
pub(crate) struct CaptureClock {
    epoch: Instant,
    /// (our microseconds since `epoch`) - (sender's microseconds since 1970), at the least, and when that was learned.
    distance: Option<(i64, Instant)>,
    incredible: u32,
}

impl CaptureClock {
    pub(crate) fn new(epoch: Instant) -> CaptureClock {
        CaptureClock { epoch, distance: None, incredible: 0 }
    }

    /// When a packet was captured; its arrival where the sender has not yet told.
    pub(crate) fn captured(&mut self, packet: &Received) -> Instant {
        match sender_time(packet) {
            Some(capture) => self.ours(packet.arrived, capture),
            None => packet.arrived,
        }
    }

    /// Our instant of a capture time in microseconds on the sender's clock.
    fn ours(&mut self, arrived: Instant, capture: i64) -> Instant {
        let Some(ours) = arrived.checked_duration_since(self.epoch) else { return arrived };
        let distance = ours.as_micros() as i64 - capture;
        let Some(least) = self.learn(arrived, distance) else { return arrived };
        let Ok(captured) = u64::try_from(capture + least) else { return arrived };
        let oldest = arrived.checked_sub(OLDEST).unwrap_or(arrived);
        (self.epoch + Duration::from_micros(captured)).clamp(oldest, arrived)
    }

    /// The least distance of late, with this one; `None` where this one is not to be believed.
    fn learn(&mut self, now: Instant, distance: i64) -> Option<i64> {
        let Some((least, at)) = self.distance else {
            self.distance = Some((distance, now));
            return Some(distance);
        };
        if (distance - least).abs() > CREDIBLE_US {
            self.incredible += 1;
            if self.incredible >= CLOCK_SET {
                self.incredible = 0;
                self.distance = None;
            }
            return None;
        }
        self.incredible = 0;
        let aged = now.saturating_duration_since(at).as_micros() as i64 * DRIFT_US_PER_S / 1_000_000;
        if distance < least + aged {
            self.distance = Some((distance, now));
        } else if aged > 0 {
            self.distance = Some((least + aged, now));
        }
        Some(distance.min(least + aged))
    }
}

/// Capture time on the sender's wall clock, in microseconds since 1970.
fn sender_time(packet: &Received) -> Option<i64> {
    let told = packet.told?;
    let ticks = (packet.timestamp as u32).wrapping_sub(told.timestamp) as i32;
    Some(told.wall_us + i64::from(ticks) * 1_000_000 / i64::from(packet.clock_rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn the_fastest_packet_of_late_sets_the_distance() {
        let start = Instant::now();
        let mut clock = CaptureClock::new(start);
        assert_eq!(clock.ours(at(start, 50), 1_000_000), at(start, 50));
        assert_eq!(clock.ours(at(start, 60), 1_020_000), at(start, 60));
        let captured = clock.ours(at(start, 120), 1_040_000);
        assert!(captured >= at(start, 80) && captured < at(start, 81));
    }

    #[test]
    fn one_stream_with_a_wrong_report_does_not_mislead_the_others() {
        let start = Instant::now();
        let mut clock = CaptureClock::new(start);
        for n in 0..1000 {
            let now = at(start, n * 20);
            assert_eq!(clock.ours(now, 5_000_000 + n as i64 * 20_000), now);
            assert_eq!(clock.ours(now, 900_000_000 + n as i64), now, "taken by its arrival");
        }
    }

    #[test]
    fn a_sender_that_sets_its_clock_is_followed() {
        let start = Instant::now();
        let mut clock = CaptureClock::new(start);
        clock.ours(at(start, 20), 5_000_000);
        for n in 0..200 {
            clock.ours(at(start, 40 + n * 20), 900_000_000 + n as i64 * 20_000);
        }
        let captured = clock.ours(at(start, 4140), 900_000_000 + 200 * 20_000);
        assert!(captured < at(start, 4050), "followed: the last one came 100 ms late");
    }
}
