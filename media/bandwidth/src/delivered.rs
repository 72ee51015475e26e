//! The acknowledged bitrate: what arrived, by the receiver's clock.

use std::time::Duration;

use crate::Bitrate;
use crate::history::Micros;

/// Length of one bucket.
const BUCKET: Micros = 25_000;
/// Buckets that are looked at: 500 ms, the lower end of `T` in draft-ietf-rmcat-gcc-02, section 5.6.
const BUCKETS: usize = 20;
/// Nothing is said before this much has been seen. Ours: the first feedback covers a burst, not a rate.
const LEAST: Micros = 200_000;

#[derive(Debug, Clone, Default)]
pub(crate) struct Delivered {
    buckets: [u32; BUCKETS],
    /// Number of the newest bucket, counted from the clock's zero.
    newest: Option<i64>,
    began: Micros,
    last: Micros,
}

impl Delivered {
    pub(crate) fn arrived(&mut self, at: Micros, bytes: u16) {
        let number = at.div_euclid(BUCKET);
        let newest = *self.newest.get_or_insert_with(|| {
            self.began = at;
            self.last = at;
            number
        });
        if number > newest {
            for empty in (newest + 1..=number).rev().take(BUCKETS) {
                self.buckets[place(empty)] = 0;
            }
            self.newest = Some(number);
        } else if newest - number >= BUCKETS as i64 {
            return;
        }
        self.last = self.last.max(at);
        let bucket = &mut self.buckets[place(number)];
        *bucket = bucket.saturating_add(u32::from(bytes));
    }

    /// What arrived in the last half second before the latest arrival.
    pub(crate) fn rate(&self) -> Option<Bitrate> {
        let newest = self.newest?;
        let begin = ((newest + 1 - BUCKETS as i64) * BUCKET).max(self.began);
        let span = self.last - begin;
        let bytes = self.buckets.iter().map(|bytes| u64::from(*bytes)).sum();
        (span >= LEAST).then(|| Bitrate::of(bytes, Duration::from_micros(span.unsigned_abs())))
    }
}

fn place(number: i64) -> usize {
    number.rem_euclid(BUCKETS as i64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_half_second() {
        let mut delivered = Delivered::default();
        assert_eq!(delivered.rate(), None);
        for at in 0..100 {
            delivered.arrived(at * 10_000, 1250);
        }
        let fast = delivered.rate().map_or(0, Bitrate::as_bps);
        assert!((950_000..1_060_000).contains(&fast), "{fast}");
        for at in 100..160 {
            delivered.arrived(at * 10_000, 125);
        }
        let slow = delivered.rate().map_or(0, Bitrate::as_bps);
        assert!((95_000..106_000).contains(&slow), "{slow}");
    }

    #[test]
    fn what_comes_out_of_order_is_counted_where_it_belongs() {
        let mut delivered = Delivered::default();
        for at in [0, 300_000, 100_000, -100_000, 250_000] {
            delivered.arrived(at, 1000);
        }
        assert_eq!(delivered.rate().map(Bitrate::as_bps), Some(5000 * 8 * 10 / 3), "over 300 ms");
        delivered.arrived(5_000_000, 1000);
        delivered.arrived(300_000, 1000);
        assert!(delivered.rate().is_some_and(|rate| rate < Bitrate::kbps(18)), "too old to count");
    }
}
