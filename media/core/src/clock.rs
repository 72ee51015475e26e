//! The boot clock, read once by the shell and mapped here: the engine itself reads no clock.

use std::time::Instant;

/// Maps instants to `CLOCK_BOOTTIME`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BootClock {
    origin: Instant,
    origin_ns: u64,
}

impl BootClock {
    pub(crate) fn new(origin: Instant, origin_ns: u64) -> BootClock {
        BootClock { origin, origin_ns }
    }

    /// Nanoseconds of `CLOCK_BOOTTIME` at `at`. Instants before the origin are clamped to zero at the earliest.
    pub(crate) fn ns(&self, at: Instant) -> u64 {
        match at.checked_duration_since(self.origin) {
            Some(after) => self.origin_ns.saturating_add(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX)),
            None => {
                let before = self.origin.duration_since(at);
                self.origin_ns.saturating_sub(u64::try_from(before.as_nanos()).unwrap_or(u64::MAX))
            }
        }
    }
}
