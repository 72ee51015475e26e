//! What may be sent again over one stream, and how much of it.

use std::time::{Duration, Instant};

/// Share of a stream's bytes that may be sent again, in percent.
const SHARE: i64 = 15;
/// Credit at the start: a keyframe may be lost whole.
const INITIAL: i64 = 48 * 1024;
/// Credit is saved up to this much.
const MOST: i64 = 96 * 1024;
/// Taken from the credit when a packet is admitted, before its length counts: between the two more may be asked for.
const ADVANCE: i64 = 1200;
/// Sequence numbers whose last retransmission is remembered.
const REMEMBERED: usize = 256;

/// Limits the retransmissions of one stream.
#[derive(Debug)]
pub(crate) struct Repairs {
    credit: i64,
    /// By the remainder of the sequence number; made with the first retransmission.
    recent: Vec<Option<(u64, Instant)>>,
}

impl Default for Repairs {
    fn default() -> Repairs {
        Repairs { credit: INITIAL, recent: Vec::new() }
    }
}

impl Repairs {
    /// So many bytes were sent for the first time.
    pub(crate) fn earn(&mut self, bytes: usize) {
        self.credit = (self.credit + bytes as i64 * SHARE / 100).min(MOST);
    }

    /// Whether a packet may be sent again now: not twice within `apart`, and not beyond the share. Takes note if so.
    pub(crate) fn admit(&mut self, now: Instant, sequence: u64, apart: Duration) -> bool {
        if self.credit <= 0 {
            return false;
        }
        if self.recent.is_empty() {
            self.recent = vec![None; REMEMBERED];
        }
        let place = &mut self.recent[sequence as usize % REMEMBERED];
        if place.is_some_and(|(last, at)| last == sequence && now.saturating_duration_since(at) < apart) {
            return false;
        }
        *place = Some((sequence, now));
        self.credit -= ADVANCE;
        true
    }

    /// An admitted packet is not sent again after all.
    pub(crate) fn hand_back(&mut self) {
        self.credit = (self.credit + ADVANCE).min(MOST);
    }

    /// An admitted packet was sent again, of so many bytes.
    pub(crate) fn spend(&mut self, bytes: usize) {
        self.credit += ADVANCE - bytes as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_repeated_once_in_a_round_trip() {
        let (start, apart) = (Instant::now(), Duration::from_millis(50));
        let mut repairs = Repairs::default();
        assert!(repairs.admit(start, 7, apart));
        assert!(!repairs.admit(start + Duration::from_millis(49), 7, apart));
        assert!(repairs.admit(start + Duration::from_millis(49), 8, apart));
        assert!(repairs.admit(start + Duration::from_millis(50), 7, apart));
    }

    #[test]
    fn what_is_let_go_costs_nothing() {
        let mut repairs = Repairs::default();
        for sequence in 0..1000 {
            assert!(repairs.admit(Instant::now(), sequence, Duration::ZERO), "{sequence}");
            repairs.hand_back();
        }
        assert_eq!(repairs.credit, INITIAL);
    }

    #[test]
    fn a_storm_of_requests_gets_fifteen_percent_beyond_the_first_credit() {
        let (start, mut sent, mut again) = (Instant::now(), 0, 0);
        let mut repairs = Repairs::default();
        for n in 0..10_000_u64 {
            let now = start + Duration::from_millis(n * 7);
            repairs.earn(1000);
            sent += 1000;
            for asked in 0..20 {
                if repairs.admit(now, n * 20 + asked, Duration::ZERO) {
                    repairs.spend(1000);
                    again += 1000;
                }
            }
        }
        let allowed = sent * SHARE / 100 + INITIAL;
        assert!((allowed - 1000..=allowed + 1000).contains(&again), "{again} of {allowed}");
    }
}
