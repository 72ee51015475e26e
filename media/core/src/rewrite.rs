//! One continuous stream out of many: sequence numbers and timestamps of a slot across the sources it carries.
//!
//! Between two switches the distance between source and slot is one constant, so that a late repair lands exactly in
//! the hole it left. What is older than the switch point belongs to no hole of this slot and is refused.

use std::time::{Duration, Instant};

/// A sender that leaps ahead by more than this is carried on as if it had not. A receiver that loses a few packets round a
/// leap of its slot would guess the wrong rollover counter, and the slot would be dead for good (RFC 3711 3.3.1).
pub(crate) const LONGEST_LEAP: u64 = 5000;

/// Where a packet goes in the stream of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Sequence number, extended over wraps.
    pub(crate) sequence: u64,
    /// Timestamp as it goes on the wire.
    pub(crate) timestamp: u32,
}

#[derive(Debug, Clone, Copy)]
struct Source {
    /// First sequence number of the source that belongs to the slot.
    first: u64,
    /// Its highest one so far.
    highest: u64,
    sequence_shift: i64,
    timestamp_shift: i64,
}

/// The constant distance of a source to the slot, between two switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    /// First sequence number of the slot that the source filled.
    pub(crate) begin: u64,
    sequence: i64,
    timestamp: i64,
}

impl Shift {
    /// The source's sequence number of a packet of the slot.
    pub(crate) fn back(&self, sequence: u64) -> Option<u64> {
        sequence.checked_add_signed(self.sequence.checked_neg()?)
    }

    /// The slot's timestamp of a packet of the source.
    pub(crate) fn timestamp(&self, timestamp: u64) -> u32 {
        timestamp.wrapping_add_signed(self.timestamp) as u32
    }
}

/// The furthest packet that a slot has sent.
#[derive(Debug, Clone, Copy)]
struct Furthest {
    sequence: u64,
    timestamp: u64,
    captured: Instant,
}

/// Numbers the packets of one slot.
#[derive(Debug)]
pub(crate) struct Rewrite {
    clock_rate: u32,
    first_sequence: u64,
    first_timestamp: u64,
    source: Option<Source>,
    furthest: Option<Furthest>,
    switches: u32,
}

impl Rewrite {
    /// `seed` only spreads the starting points; the first sequence number must stay below 2^15, since a receiver that
    /// misses the first packets could else guess the wrong rollover counter (RFC 3711 3.3.1).
    pub(crate) fn new(clock_rate: u32, seed: u32) -> Rewrite {
        let mixed = seed.wrapping_mul(0x9e37_79b1);
        Rewrite {
            clock_rate,
            first_sequence: u64::from(mixed & 0x3fff) + 1,
            first_timestamp: u64::from(mixed >> 2),
            source: None,
            furthest: None,
            switches: 0,
        }
    }

    /// Takes the packet with this sequence number as the first of a new source.
    pub(crate) fn switch(&mut self, sequence: u64, timestamp: u64, captured: Instant) {
        let (out_sequence, out_timestamp) = match self.furthest {
            None => (self.first_sequence, self.first_timestamp),
            Some(last) => (last.sequence + 1, last.timestamp.wrapping_add(self.ticks_since(last.captured, captured))),
        };
        self.switches = self.switches.wrapping_add(1);
        self.source = Some(Source {
            first: sequence,
            highest: sequence,
            sequence_shift: out_sequence as i64 - sequence as i64,
            timestamp_shift: (out_timestamp as i64).wrapping_sub(timestamp as i64),
        });
    }

    /// Where a packet of the current source goes; `None` where it is older than the switch point.
    pub(crate) fn place(&mut self, sequence: u64, timestamp: u64, captured: Instant) -> Option<Place> {
        let highest = self.source.filter(|source| sequence >= source.first)?.highest;
        if sequence > highest + LONGEST_LEAP {
            self.switch(sequence, timestamp, captured);
        }
        let source = self.source.as_mut()?;
        source.highest = source.highest.max(sequence);
        let out_sequence = sequence.checked_add_signed(source.sequence_shift)?;
        let out_timestamp = timestamp.wrapping_add_signed(source.timestamp_shift);
        if self.furthest.is_none_or(|last| out_sequence > last.sequence) {
            self.furthest = Some(Furthest { sequence: out_sequence, timestamp: out_timestamp, captured });
        }
        Some(Place { sequence: out_sequence, timestamp: out_timestamp as u32 })
    }

    /// How often the distance has changed.
    pub(crate) fn switches(&self) -> u32 {
        self.switches
    }

    /// The distance of the current source.
    pub(crate) fn shift(&self) -> Option<Shift> {
        let source = self.source?;
        let begin = source.first.checked_add_signed(source.sequence_shift)?;
        Some(Shift { begin, sequence: source.sequence_shift, timestamp: source.timestamp_shift })
    }

    /// Forgets the source; the next one continues after the last packet sent.
    pub(crate) fn release(&mut self) {
        self.source = None;
    }

    /// Real time between two captures, in ticks; at least one tick per millisecond of a short frame, since two frames
    /// must never share a timestamp.
    fn ticks_since(&self, before: Instant, after: Instant) -> u64 {
        let least = Duration::from_millis(1);
        let apart = after.saturating_duration_since(before).max(least);
        (apart.as_micros() as u64).saturating_mul(u64::from(self.clock_rate)) / 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(start: Instant, n: u64) -> Instant {
        start + Duration::from_millis(n)
    }

    #[test]
    fn a_switch_continues_by_one_and_by_the_time_between_captures() {
        let start = Instant::now();
        let mut rewrite = Rewrite::new(90_000, 7);
        rewrite.switch(65_530, 1000, start);
        let a = rewrite.place(65_530, 1000, start).unwrap();
        rewrite.switch(9, 4_000_000_000, ms(start, 40));
        let b = rewrite.place(9, 4_000_000_000, ms(start, 40)).unwrap();
        assert_eq!(b.sequence, a.sequence + 1);
        assert_eq!(b.timestamp, a.timestamp.wrapping_add(3600));
    }

    #[test]
    fn a_late_repair_lands_in_the_hole_it_left() {
        let start = Instant::now();
        let mut rewrite = Rewrite::new(90_000, 7);
        rewrite.switch(100, 0, start);
        let first = rewrite.place(100, 0, start).unwrap();
        let third = rewrite.place(102, 3000, ms(start, 33)).unwrap();
        let second = rewrite.place(101, 0, start).unwrap();
        assert_eq!([second.sequence, third.sequence], [first.sequence + 1, first.sequence + 2]);
        assert_eq!(second.timestamp, first.timestamp);
    }

    #[test]
    fn what_is_older_than_the_switch_point_is_refused() {
        let start = Instant::now();
        let mut rewrite = Rewrite::new(90_000, 7);
        rewrite.switch(100, 0, start);
        assert_eq!(rewrite.place(99, 0, start), None);
        rewrite.release();
        assert_eq!(rewrite.place(101, 0, start), None);
    }

    #[test]
    fn a_sender_that_leaps_ahead_moves_no_receiver_far() {
        let start = Instant::now();
        let mut rewrite = Rewrite::new(90_000, 7);
        rewrite.switch(100, 0, start);
        let first = rewrite.place(100, 0, start).unwrap();
        let near = rewrite.place(100 + LONGEST_LEAP, 3000, ms(start, 33)).unwrap();
        assert_eq!(near.sequence, first.sequence + LONGEST_LEAP, "packets lost on the way");
        let mut last = near;
        for leap in 1..100 {
            let place = rewrite.place(100 + leap * 30_000, u64::MAX - leap, ms(start, 33 + leap)).unwrap();
            assert_eq!(place.sequence, last.sequence + 1);
            assert!((place.timestamp.wrapping_sub(last.timestamp) as i32) > 0);
            last = place;
        }
    }

    #[test]
    fn sequence_numbers_stay_unique_and_rising_over_a_thousand_random_switches() {
        let start = Instant::now();
        let mut rewrite = Rewrite::new(90_000, 0xdead_beef);
        let (mut random, mut last, mut at) = (12345_u64, None::<Place>, 0);
        for _ in 0..1000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (sequence, timestamp) = (random >> 47, random >> 31);
            let length = 1 + (random >> 20) % 50;
            rewrite.switch(sequence, timestamp, ms(start, at));
            for n in 0..length {
                let place = rewrite.place(sequence + n, timestamp + n * 3000, ms(start, at)).unwrap();
                if let Some(last) = last {
                    assert_eq!(place.sequence, last.sequence + 1);
                    assert!((place.timestamp.wrapping_sub(last.timestamp) as i32) > 0);
                }
                last = Some(place);
                at += 33;
            }
        }
    }
}
