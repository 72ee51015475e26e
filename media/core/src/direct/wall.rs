//! The wall clock of sender reports.

use std::time::{Duration, Instant};

/// Seconds from 1900, where NTP begins, to 1970.
pub(crate) const NTP_EPOCH: u64 = 2_208_988_800;
/// Longer round trips are mistakes of the receiver.
const LONGEST_ROUND_TRIP: u32 = 10 << 16;

/// Maps instants to NTP time. It need not be right, only the same for all streams: it is what receivers relate them by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WallClock {
    origin: Instant,
    /// Since 1970, of the same moment.
    origin_ns: u64,
}

impl WallClock {
    pub(crate) fn new(origin: Instant, origin_ns: u64) -> WallClock {
        WallClock { origin, origin_ns }
    }

    /// NTP time in the 32.32 form of RFC 3550 section 4. Before the origin it stands still.
    pub(crate) fn ntp(&self, at: Instant) -> u64 {
        let since = Duration::from_nanos(self.origin_ns) + at.saturating_duration_since(self.origin);
        let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
        (since.as_secs() + NTP_EPOCH) << 32 | fraction
    }

    /// Round trip that a report block tells (RFC 3550 section 6.4.1): middle bits of our report, and how long it was held.
    pub(crate) fn round_trip(&self, now: Instant, last_report: u32, delay: u32) -> Option<Duration> {
        let now = (self.ntp(now) >> 16) as u32;
        let took = now.wrapping_sub(last_report).wrapping_sub(delay);
        let plausible = last_report != 0 && took < LONGEST_ROUND_TRIP;
        plausible.then(|| Duration::from_micros((u64::from(took) * 1_000_000) >> 16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_block_tells_the_round_trip() {
        let origin = Instant::now();
        let clock = WallClock::new(origin, 1_700_000_000_123_456_789);
        let sent = (clock.ntp(origin) >> 16) as u32;
        let now = origin + Duration::from_millis(1250);
        let round_trip = clock.round_trip(now, sent, 1 << 16).unwrap();
        assert!((249..=251).contains(&round_trip.as_millis()), "{round_trip:?}");
        assert_eq!(clock.round_trip(now, 0, 0), None, "no report came");
        assert_eq!(clock.round_trip(now, sent, 3 << 16), None, "held for longer than it was away");
        assert_eq!(clock.ntp(origin) >> 32, 1_700_000_000 + NTP_EPOCH);
    }
}
